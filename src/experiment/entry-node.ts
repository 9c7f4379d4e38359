/** Which Node runs an entry file of the reader's own, with which options and environment. */
import { createRequire } from 'node:module'
import { basename, delimiter, extname, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lookAt } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { readerDirectory } from '../run/reader-directory.ts'
import { labRoot } from '../run/server.ts'

/** The oldest Node with which it was tried. */
const OLDEST = 20

/**
 * The Node that runs a program, and its version.
 * @param word of `--node`; undefined: the lab's own Node
 * @throws LabError if it is not there, or too old
 */
export function readNode(word: string | undefined): { node: string; version: [number, number] } {
  const own = process.versions.node.split('.').map(Number) as [number, number]
  if (word === undefined) return { node: process.execPath, version: own }
  const path = word.includes(sep) ? resolve(readerDirectory(), word) : word
  const seen = lookAt(path)
  const next = 'leave --node out for the lab’s own Node, or name the file: --node $(which node)'
  if (seen.state !== 'runs') {
    const why = seen.state === 'missing' ? 'there is no such program' : seen.why
    throw new LabError(`--node ${word}: ${why}`, { next, exitCode: 2 })
  }
  const [major = 0, minor = 0] = (seen.version ?? '').split('.').map(Number)
  if (major < OLDEST) {
    const what = seen.version === undefined ? 'no Node' : `Node ${seen.version}`
    throw new LabError(`--node ${word} is ${what}; the lab profiles Node ${OLDEST} and later`, {
      next,
      exitCode: 2,
    })
  }
  return { node: path, version: [major, minor] }
}

/** Node's options for this file: those of the reader, and a loader if this Node cannot run it. */
export function nodeWords(
  file: string,
  root: string,
  [major, minor]: readonly [number, number],
  nodeOptions = '',
): { words: string[]; notes: string[] } {
  const given = nodeOptions.split(/\s+/).filter((word) => word !== '')
  const tsx = () => tsxOf(root)
  const words = given.map((word, at) =>
    word === 'tsx' && /^--(import|require|loader)$/.test(given[at - 1] ?? '') ? tsx().url : word,
  )
  const loads = /(^|\s)(--(import|require|loader|experimental-loader)|-r)\b/.test(nodeOptions)
  const strips = major >= 24 || (major === 22 && minor >= 18) || (major === 23 && minor >= 6)
  const needs = /\.[mc]?tsx?$/.test(file) && (!strips || /x$/.test(extname(file)))
  if (!needs || loads) return { words, notes: [] }
  const why = strips ? `Node runs no ${extname(file)} files` : `Node ${major} strips no types`
  const { url, whose } = tsx()
  return {
    words: [...words, '--import', url],
    notes: [
      `${why}: ${basename(file)} is loaded by ${whose} tsx, as by --node-options="--import tsx"`,
    ],
  }
}

/** The project's tsx, or else the lab's. */
function tsxOf(root: string): { url: string; whose: string } {
  try {
    const found = createRequire(join(root, 'package.json')).resolve('tsx')
    return { url: pathToFileURL(found).href, whose: 'the project’s' }
  } catch {
    return { url: import.meta.resolve('tsx'), whose: 'the lab’s' }
  }
}

/** The reader's environment: what npm added for the lab is taken off. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^(INIT_CWD|NODE)$/i.test(name)),
  )
  const ofLab = (place: string) =>
    place.endsWith('node-gyp-bin') ||
    (place.endsWith(join('node_modules', '.bin')) && labRoot.startsWith(resolve(place, '../..')))
  const path = (process.env.PATH ?? '').split(delimiter).filter((place) => !ofLab(place))
  return { ...env, PATH: path.join(delimiter) }
}

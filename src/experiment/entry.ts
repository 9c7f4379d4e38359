/**
 * An entry file of the reader's own as a program: by which Node it is run, in which directory and
 * environment, and how it is seen to be ready. All that the reader's machine lacks is said before
 * anything is recorded.
 */
import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { basename, delimiter, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { findListener, portsOf } from '../measure/listener.ts'
import { hasEnded, killGroup, startChild, stopChild } from '../run/children.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { lookAt } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { isStopped, processesBelow } from '../run/processes.ts'
import type { Program } from '../run/program.ts'
import { labRoot, type RunningServer, watchChild } from '../run/server.ts'

/** The reader's working directory: npm runs the lab in the lab's, and passes this one on. */
export function whereReaderStands(): string {
  return process.env.INIT_CWD ?? process.cwd()
}

/** What ends the name of a file that Node runs. */
export const entryFile = /\.[mc]?[jt]sx?$/

export interface EntryOptions {
  /** Of the program itself. */
  args?: readonly string[]
  /** The Node that runs it, a path or a name on the PATH; default: the lab's own. */
  node?: string | undefined
  /** Further options of Node, as one line: `--import tsx`. */
  nodeOptions?: string | undefined
  /** Where the load goes: the program is ready when it listens there. */
  url?: URL | undefined
  /**
   * Whether it must listen. If not, it may be a script: it is started and stopped before its
   * first line, see `RunningServer.held`.
   */
  listens: boolean
  /** Longest wait until it listens, ms. */
  timeoutMs?: number
}

/** Loading a large application takes some seconds. */
const TIMEOUT_MS = 30_000

/** How long a server that listens elsewhere is waited for, ms: it may listen on more ports than one. */
const ELSEWHERE_MS = 2000

/** How often to check whether it listens, ms. */
const POLL_MS = 20

/** An entry file as a program, with what is to be said of how it is run. */
export interface EntryProgram extends Program {
  /** A sentence each, e.g. which loader was added. */
  notes: readonly string[]
  /** How a tool starts it: the file, Node's options before it, its arguments after it. */
  script: { file: string; words: readonly string[]; args: readonly string[] }
}

/**
 * @param file absolute
 * @throws LabError if there is no such file, or no such Node, or one that is too old
 */
export function entryProgram(file: string, options: EntryOptions): EntryProgram {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new LabError(`there is no file ${file}`, { exitCode: 2, next: `ls ${dirname(file)}` })
  }
  const root = projectOf(file)
  const name = relative(root, file)
  const { node, version } = readNode(options.node)
  const { words, notes } = nodeWords(file, root, version, options)
  const args = [...(options.args ?? [])]
  const typed = [options.node ?? 'node', ...words, name, ...args].join(' ')
  const start: Start = { name, root, typed, file, command: [node, ...words, file, ...args] }
  return {
    ...{ name, title: name, grouping: 'layers' as const, root, notes },
    alone: `cd ${root} && ${typed}`,
    script: { file, words, args },
    start: (nodeFlags) => startEntry(start, nodeFlags, options),
    explainEnd: (errorOutput) => explainEnd(start, errorOutput),
  }
}

/** The directory of a file's package.json, or else its own. */
function projectOf(file: string): string {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
  }
  return dirname(file)
}

/** The oldest Node with which it was tried. */
const OLDEST = 20

function readNode(word: string | undefined): { node: string; version: [number, number] } {
  const own = process.versions.node.split('.').map(Number) as [number, number]
  if (word === undefined) return { node: process.execPath, version: own }
  const path = word.includes(sep) ? resolve(whereReaderStands(), word) : word
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
function nodeWords(
  file: string,
  root: string,
  [major, minor]: readonly [number, number],
  { nodeOptions = '' }: EntryOptions,
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

interface Start {
  name: string
  root: string
  /** How a person starts it, in `root`. */
  typed: string
  file: string
  command: string[]
}

async function startEntry(
  start: Start,
  nodeFlags: readonly string[],
  { url, listens, timeoutMs = TIMEOUT_MS }: EntryOptions,
): Promise<RunningServer> {
  const { name, root } = start
  if (url !== undefined) await refuseTaken(url)
  const [node, ...words] = start.command as [string, ...string[]]
  const command = [node, ...nodeFlags, ...words]
  // The shell stops itself, and becomes Node on SIGCONT: a profiler can be attached before.
  const held = ['/bin/sh', '-c', 'kill -STOP $$; exec "$@"', 'sh', ...command]
  const [program, ...rest] = (listens ? command : held) as [string, ...string[]]
  const child = startChild(program, rest, {
    cwd: root,
    env: ownEnvironment(),
    stdio: [process.stdin.isTTY ? 'ignore' : 'inherit', 'pipe', 'pipe'],
  })
  child.stdout?.resume()
  const { errorOutput, inspector, ended, closed } = watchChild(child)
  const server: RunningServer = {
    ...{ name, host: url?.hostname.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port: 0 },
    ...{ pid: child.pid ?? 0, errorOutput, inspector, ended },
    stop: async () => {
      await stopChild(child)
      killGroup(child)
    },
  }
  const isOver = () => hasEnded(child)
  const inspected = nodeFlags.some((word) => word.startsWith('--inspect'))
  // The inspector's port is not the program's.
  const ports = () => {
    const own = /:(\d+)\//.exec(inspector() ?? '')?.[1]
    if (inspected && own === undefined) return []
    return portsOf(server.pid).filter((port) => port !== Number(own))
  }
  if (!listens && child.pid !== undefined) {
    while (!isOver() && !isStopped(child.pid)) await delay(POLL_MS)
    return hold(server, () => void child.kill('SIGCONT'), ports, isOver)
  }
  try {
    server.port = await untilListening(start, server, url, ports, isOver, timeoutMs)
    return server
  } catch (failure) {
    await server.stop()
    if (failure !== endedFirst) throw failure
    await closed
    throw notStarted(start, errorOutput(), await ended, url)
  }
}

/** A server from one that is stopped until `go`, and may never listen. */
function hold(
  server: RunningServer,
  go: () => void,
  ports: () => number[],
  isOver: () => boolean,
): RunningServer {
  const listening = async () => {
    while (!isOver()) {
      const [port] = ports()
      if (port !== undefined) {
        server.port = port
        return
      }
      await delay(POLL_MS)
    }
    await new Promise(() => {}) // it will not listen any more
  }
  let seen: Promise<void> | undefined
  server.held = {
    go,
    get listening() {
      seen ??= listening()
      return seen
    },
  }
  const { stop } = server
  server.stop = () => {
    go() // a stopped process takes no SIGTERM
    return stop()
  }
  return server
}

const endedFirst = new Error('the program ended')

async function untilListening(
  { name, typed, root }: Start,
  { pid }: RunningServer,
  url: URL | undefined,
  portsNow: () => number[],
  isOver: () => boolean,
  timeoutMs: number,
): Promise<number> {
  const wanted = url === undefined ? undefined : portOf(url)
  const until = performance.now() + timeoutMs
  let elsewhere = Number.POSITIVE_INFINITY
  for (;;) {
    if (isOver()) throw endedFirst
    const ports = portsNow()
    if (wanted === undefined && ports.length > 0) return ports[0]!
    if (wanted !== undefined && ports.includes(wanted)) return wanted
    const now = performance.now()
    if (wanted !== undefined && (ports.length > 0 || now > until)) {
      elsewhere = Math.min(elsewhere, now + ELSEWHERE_MS)
      if (now > elsewhere || now > until) {
        await refuseElsewhere(name, pid, url!, ports)
      }
    }
    if (now > until) {
      throw new LabError(`${name} did not listen within ${timeoutMs / 1000} s, and was ended`, {
        means: 'it waits for something, a database or its standard input, or it is no server',
        next: `cd ${root} && ${typed}, to see what it says; a script is profiled without --http`,
      })
    }
    await delay(POLL_MS)
  }
}

/** @throws LabError: the load would reach another process, or none */
async function refuseElsewhere(
  name: string,
  pid: number,
  url: URL,
  ports: readonly number[],
): Promise<void> {
  const wanted = portOf(url)
  const below = processesBelow(pid).find((one) => portsOf(one.pid).includes(wanted))
  if (below !== undefined) {
    throw new LabError(`a child process of ${name} answers at ${url.origin}, and not it itself`, {
      means: `${name} starts its server in another process, which is not profiled: ${below.args}`,
      next: 'name the file that this process runs, or start it and use --pid',
    })
  }
  if (ports.length === 0) return
  const right = new URL(url)
  right.port = String(ports[0])
  throw new LabError(
    `${name} listens on port ${ports.join(', ')}, and not on ${wanted}, to which --http sends`,
    { next: `--http ${right.href}` },
  )
}

function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
}

/** @throws LabError if something listens there already, which would get the load */
async function refuseTaken(url: URL): Promise<void> {
  const port = portOf(url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const taken = await new Promise<boolean>((done) => {
    const socket = connect({ host, port, timeout: 1000 })
    const say = (is: boolean) => {
      socket.destroy()
      done(is)
    }
    socket.once('connect', () => say(true))
    socket.once('error', () => say(false))
    socket.once('timeout', () => say(false))
  })
  if (!taken) return
  const by = await findListener(host, port)
  const who = 'value' in by ? `pid ${by.value}` : 'another process'
  throw new LabError(`port ${port} is in use: ${who} listens there already`, {
    means: 'the load would reach that process, and not the one that is profiled',
    next:
      'value' in by
        ? `npm run flame -- --pid ${by.value} --http ${url.href}, if that is the one; or end it`
        : 'another port in --http',
  })
}

/** Ends that have to do with how Node was started. */
function explainEnd({ name, file }: Start, errorOutput: string): LabError | undefined {
  const said = crashSummary(errorOutput)
  if (/ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|ERR_INVALID_TYPESCRIPT_SYNTAX/.test(errorOutput)) {
    return new LabError(`${name} has TypeScript that Node cannot strip: ${said}`, {
      means: 'enums, decorators and parameter properties need a loader that compiles them',
      next: 'the same command with --node-options="--import tsx"',
    })
  }
  const unresolved = /ERR_MODULE_NOT_FOUND|ERR_UNKNOWN_FILE_EXTENSION/.test(errorOutput)
  if (unresolved && /\.[mc]?tsx?$/.test(file)) {
    return new LabError(`${name} did not start: ${said}`, {
      means: 'a package is not installed, or Node cannot find what tsconfig.json renames',
      next: `npm install there, or the same command with --node-options="--import tsx"`,
    })
  }
  return undefined
}

function notStarted(
  start: Start,
  errorOutput: string,
  how: string,
  url: URL | undefined,
): LabError {
  const { name, typed, root } = start
  const known = explainEnd(start, errorOutput)
  if (known !== undefined) return known
  const said = crashSummary(errorOutput)
  const alone = `cd ${root} && ${typed}`
  if (how === 'exit code 0') {
    return new LabError(`${name} ended at once and never listened`, {
      means:
        url === undefined ? 'it is no server' : 'it is a script, or its standard input was empty',
      next: 'without --http and --load it is profiled from its start to its end',
    })
  }
  return new LabError(`${name} did not start: ${said === undefined ? '' : `${said}; `}${how}`, {
    next: `${alone}, to see all that it says`,
  })
}

/** The reader's environment: what npm added for the lab is taken off. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^(INIT_CWD|NODE)$/i.test(name)),
  )
  const ofLab = (place: string) =>
    place.endsWith('node-gyp-bin') ||
    (place.endsWith(join('node_modules', '.bin')) && labRoot.startsWith(resolve(place, '../..')))
  const path = (process.env.PATH ?? '').split(delimiter).filter((place) => !ofLab(place))
  return { ...env, PATH: path.join(delimiter) }
}

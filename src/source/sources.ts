/** The source files of the stages, of what they share, and of the server of the exercises. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exerciseServer, original } from '../exercises.ts'
import { directoryOf, labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { type Piece, piecesIn } from './pieces.ts'

/** Names of a stage's or a copy's own files, without tests; what is in `course/` is no source. */
export function sourceNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /\.ts$/.test(name) && !/\.(test|d)\.ts$/.test(name))
    .sort()
}

/** The source files of a stage or a copy, by name. @param id as `directoryOf` takes it */
export function sourceFiles(id: string): Map<string, string> {
  const directory = directoryOf(id)
  return new Map(
    sourceNames(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  )
}

export interface Sources {
  /** Text by path, relative to the checkout. */
  files: ReadonlyMap<string, string>
  /** Functions, methods and classes of all of them. */
  functions: readonly Piece[]
}

/** What the stages share, relative to the checkout. */
const SHARED = 'src/server'

let last: { state: string; sources: Sources } | undefined

/** All of them; read again only if a file was written, some 200 ms. */
export function readSources(): Sources {
  const state = sourcesState()
  if (last?.state !== state) {
    const files = new Map(
      sourcePaths().map((path) => [path, readFileSync(join(labRoot, path), 'utf8')]),
    )
    const functions = [...files].flatMap(([file, text]) => functionsIn(text, file))
    last = { state, sources: { files, functions } }
  }
  return last.sources
}

/** The functions of a file; one that a person is in the middle of writing has none. */
export function functionsIn(text: string, file: string): Piece[] {
  try {
    return piecesIn(text, file).filter(({ isFunction }) => isFunction)
  } catch (failure) {
    if (failure instanceof SyntaxError) return []
    throw failure
  }
}

/** One click in the page asks several times; the files are looked at no more often than this, ms. */
const LOOK_MS = 250

let seen = { at: Number.NEGATIVE_INFINITY, state: '' }

/** Another text whenever a source was written, came or went. */
export function sourcesState(): string {
  const now = performance.now()
  if (now - seen.at < LOOK_MS) return seen.state
  seen = {
    at: now,
    state: sourcePaths()
      .map((path) => `${path} ${changedAt(path)}`)
      .join('\n'),
  }
  return seen.state
}

function sourcePaths(): string[] {
  const own = stages.flatMap(({ id }) =>
    sourceNames(directoryOf(id)).map((name) => `stages/${id}/${name}`),
  )
  const shared = readdirSync(join(labRoot, SHARED), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.ts$/.test(name) && !/\.(test|d)\.ts$/.test(name))
    .sort()
  const exercises = sourceNames(original).map((name) => `${exerciseServer}/${name}`)
  return [...own, ...shared.map((name) => `${SHARED}/${name}`), ...exercises]
}

function changedAt(path: string): number {
  try {
    return statSync(join(labRoot, path)).mtimeMs
  } catch {
    return 0 // it went a moment ago
  }
}

/** What takes part in `npm run bench:parser`: the stages' parsers, and those of two client libraries. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { LabError } from '../../run/lab-error.ts'
import { stages } from '../../stages.ts'
import type { Library } from './drive-library.ts'
import type { StageParser, StageReader } from './drive-stage.ts'

/** A parser with what feeds it, and with what is left of the stream it has read. */
export interface Reading {
  /**
   * Reads all pieces. To be timed; may be called again and again.
   * @returns how many arguments there were, with the commands' names
   */
  read(pieces: readonly Buffer[]): number
  /** Reads all pieces, and hands over each command as text of one character a byte. */
  readAll(pieces: readonly Buffer[], onCommand: (args: string[]) => void): void
}

export interface Contender {
  /** `stage1` …, `redis-parser`, … */
  name: string
  what: string
  kind: 'stage' | 'zero-copy stage' | 'library' | 'no parser'
  /** A new parser, which has read nothing. */
  start(): Reading
}

export interface Contenders {
  list: Contender[]
  /** Why a stage takes no part, a sentence each. */
  notes: string[]
}

/** The stage that reads commands where they lie, and all after it. */
const ZERO_COPY_SINCE = 3

/** The contender with `Buffers` is the faster one of each library, and the one to beat. */
export const redisParser = 'redis-parser, Buffers'
export const nodeRedis = 'node-redis, Buffers'

/** Loads all parsers into this process. */
export async function loadContenders(): Promise<Contenders> {
  const list: Contender[] = []
  const notes: string[] = []
  for (const { id, title, number, needs } of stages) {
    if (needs !== undefined) {
      notes.push(
        `${id} takes no part: the kernel fills its buffers (${needs}), and nobody else can`,
      )
      continue
    }
    const kind = number >= ZERO_COPY_SINCE ? 'zero-copy stage' : 'stage'
    try {
      list.push({ name: id, what: title, kind, start: await loadStage(id) })
    } catch (error) {
      notes.push(`${id} takes no part: ${(error as Error).message.split('\n')[0]}`)
    }
  }
  for (const gives of ['Buffers', 'strings'] as const) {
    list.push(await loadRedisParser(gives), await loadNodeRedis(gives))
  }
  list.push(await loadNothing())
  return { list, notes }
}

/**
 * @returns what makes a reader and its parser
 * @throws where the stage has no such files, or a reader that cannot be fed
 */
async function loadStage(id: string): Promise<Contender['start']> {
  const { Reader }: { Reader: new () => StageReader } = await load(
    `../../../stages/${id}/reader.ts`,
  )
  const { Parser }: { Parser: new (reader: StageReader) => StageParser } = await load(
    `../../../stages/${id}/parser.ts`,
  )
  const { driveStage }: typeof import('./drive-stage.ts') = await load(`./drive-stage.ts?${id}`)
  const start = () => {
    const reader = new Reader()
    return driveStage(reader, new Parser(reader))
  }
  start()
  return start
}

/** Another name, be it only by what follows a `?`, is another copy of the module. */
function load(specifier: string) {
  return import(new URL(specifier, import.meta.url).href)
}

const require = createRequire(import.meta.url)

interface RedisParser {
  execute(piece: Buffer): void
}

async function loadRedisParser(gives: 'Buffers' | 'strings'): Promise<Contender> {
  const path = require.resolve('redis-parser/lib/parser.js')
  const Parser = loadAnew(path) as new (options: object) => RedisParser
  return await loadLibrary(`redis-parser, ${gives}`, versionOf(path), (onReply) => {
    const returnError = (error: Error) => {
      throw error
    }
    const options = { returnReply: onReply, returnError, returnBuffers: gives === 'Buffers' }
    const parser = new Parser(options)
    return (piece) => parser.execute(piece)
  })
}

interface NodeRedis {
  Decoder: new (options: object) => { write(piece: Buffer): void }
  RESP_TYPES: { BLOB_STRING: number }
}

async function loadNodeRedis(gives: 'Buffers' | 'strings'): Promise<Contender> {
  const within = createRequire(require.resolve('redis'))
  const path = within.resolve('@redis/client/dist/lib/RESP/decoder.js')
  const { Decoder, RESP_TYPES } = loadAnew(path) as NodeRedis
  const mapping = gives === 'Buffers' ? { [RESP_TYPES.BLOB_STRING]: Buffer } : {}
  return await loadLibrary(`node-redis, ${gives}`, versionOf(path), (onReply) => {
    const onErrorReply = (error: Error) => {
      throw error
    }
    const getTypeMapping = () => mapping
    const decoder = new Decoder({ onReply, onErrorReply, onPush: onReply, getTypeMapping })
    return (piece) => decoder.write(piece)
  })
}

/** Bytes that arrive and that nobody reads: what is in every other figure too. */
async function loadNothing(): Promise<Contender> {
  const nothing = await loadLibrary('no parser', 'the copy alone', () => () => {})
  return { ...nothing, kind: 'no parser' }
}

async function loadLibrary(name: string, what: string, make: Library): Promise<Contender> {
  const specifier = `./drive-library.ts?${name.replace(', ', '-')}`
  const { driveLibrary }: typeof import('./drive-library.ts') = await load(specifier)
  return { name, what, kind: 'library', start: () => driveLibrary(make) }
}

/** The library's code once more, which learns of one contender only. */
function loadAnew(path: string): unknown {
  delete require.cache[path]
  return require(path)
}

function versionOf(path: string): string {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    try {
      return JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')).version
    } catch {}
  }
  throw new LabError(`no package.json above ${path}`, { next: 'npm ci' })
}

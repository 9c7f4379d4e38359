/** The targets of `npm run bench:parser`: the stages' parsers, and those of two client libraries. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { LabError } from '../../run/lab-error.ts'
import { stages } from '../../stages.ts'
import type { Library, StageParser, StageReader } from './drive.ts'

/** A parser with its driver, and with the pending bytes of the stream. */
export interface Reading {
  /**
   * Reads all pieces; this is timed, and may be called repeatedly.
   * @returns the number of arguments, with the commands' names
   */
  read(pieces: readonly Buffer[]): number
  /** Reads all pieces, and passes on each command as text with one character per byte. */
  readAll(pieces: readonly Buffer[], onCommand: (args: string[]) => void): void
}

export interface ParserTarget {
  /** `stage1` …, `redis-parser`, … */
  name: string
  what: string
  kind: 'stage' | 'zero-copy stage' | 'library' | 'no parser'
  /** Makes a new parser. */
  start(): Reading
}

export interface ParserTargets {
  list: ParserTarget[]
  /** Why a stage is left out, a sentence each. */
  notes: string[]
}

/** The first stage with a zero-copy parser. */
const firstZeroCopy = 3

/** The faster mode of each library, which is the one to compare with. */
export const redisParser = 'redis-parser, Buffers'
export const nodeRedis = 'node-redis, Buffers'

/** Loads all parsers into this process. */
export async function loadTargets(): Promise<ParserTargets> {
  const list: ParserTarget[] = []
  const notes: string[] = []
  for (const { id, title, number, needs } of stages) {
    if (needs !== undefined) {
      notes.push(`${id} is left out: only the kernel can fill its buffers (${needs})`)
      continue
    }
    const kind = number >= firstZeroCopy ? 'zero-copy stage' : 'stage'
    try {
      list.push({ name: id, what: title, kind, start: await loadStage(id) })
    } catch (error) {
      notes.push(`${id} is left out: ${(error as Error).message.split('\n')[0]}`)
    }
  }
  for (const gives of ['Buffers', 'strings'] as const) {
    list.push(await loadRedisParser(gives), await loadNodeRedis(gives))
  }
  list.push(await loadNothing())
  return { list, notes }
}

/**
 * @returns a function that makes a reader and its parser
 * @throws if the stage has no such files, or a reader that cannot be fed
 */
async function loadStage(id: string): Promise<ParserTarget['start']> {
  const { Reader }: { Reader: new () => StageReader } = await load(
    `../../../stages/${id}/reader.ts`,
  )
  const { Parser }: { Parser: new (reader: StageReader) => StageParser } = await load(
    `../../../stages/${id}/parser.ts`,
  )
  const { driveStage }: typeof import('./drive.ts') = await load(`./drive.ts?${id}`)
  const start = () => {
    const reader = new Reader()
    return driveStage(reader, new Parser(reader))
  }
  start()
  return start
}

/** Another name, even if only after the `?`, is another copy of the module. */
function load(specifier: string) {
  return import(new URL(specifier, import.meta.url).href)
}

const require = createRequire(import.meta.url)

interface RedisParser {
  execute(piece: Buffer): void
}

async function loadRedisParser(gives: 'Buffers' | 'strings'): Promise<ParserTarget> {
  const path = require.resolve('redis-parser/lib/parser.js')
  const Parser = loadCopy(path) as new (options: object) => RedisParser
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

async function loadNodeRedis(gives: 'Buffers' | 'strings'): Promise<ParserTarget> {
  const within = createRequire(require.resolve('redis'))
  const path = within.resolve('@redis/client/dist/lib/RESP/decoder.js')
  const { Decoder, RESP_TYPES } = loadCopy(path) as NodeRedis
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

/** Only the copy in place of read(2), which is in every other figure, too. */
async function loadNothing(): Promise<ParserTarget> {
  const nothing = await loadLibrary('no parser', 'the copy alone', () => () => {})
  return { ...nothing, kind: 'no parser' }
}

async function loadLibrary(name: string, what: string, make: Library): Promise<ParserTarget> {
  const specifier = `./drive.ts?${name.replace(', ', '-')}`
  const { driveLibrary }: typeof import('./drive.ts') = await load(specifier)
  return { name, what, kind: 'library', start: () => driveLibrary(make) }
}

/** Loads a copy of the library's code, which V8 optimizes for one target. */
function loadCopy(path: string): unknown {
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

/** Times the parsers, all in this process, in turn: A B C, B C A, … */
import { setImmediate } from 'node:timers/promises'
import { countCopies } from '../../measure/copied-bytes.ts'
import { LabError } from '../../run/lab-error.ts'
import { turns } from '../rounds.ts'
import { checkReading, checkRefusing } from './check.ts'
import { largeSet, manyCommands, type Stream } from './streams.ts'
import { loadTargets, type ParserTarget, type Reading } from './targets.ts'

export interface BenchPlan {
  rounds: number
  /** Shortest time that a parser reads a stream in a round, in milliseconds of CPU. */
  sliceMs: number
  /** Lengths of the values of the second table, in bytes. */
  values: number[]
  /** Lengths of the pieces in which they arrive, in bytes. */
  pieces: number[]
}

const KiB = 1024
const MiB = 1024 * KiB
const pieces = [64 * KiB, 16 * KiB, 4 * KiB, KiB]

/** About a minute. */
export const normalPlan: BenchPlan = {
  rounds: 11,
  sliceMs: 20,
  values: [MiB, 4 * MiB, 16 * MiB, 64 * MiB],
  pieces,
}

/** A few seconds, and noisy. */
export const quickPlan: BenchPlan = {
  rounds: 6,
  sliceMs: 3,
  values: [MiB, 4 * MiB, 16 * MiB],
  pieces,
}

export interface Timed {
  target: string
  /** Nanoseconds of CPU per command, a figure per round. */
  nanoseconds: number[]
}

export interface StreamResult extends Pick<Stream, 'name' | 'commands' | 'bytes' | 'piece'> {
  timed: Timed[]
}

/** One SET of a large value in pieces. */
export interface LargeResult {
  target: string
  value: number
  piece: number
  /** Nanoseconds of CPU per byte of the value, a figure per round. */
  nanosecondsPerByte: number[]
  /** Bytes copied per byte of the value: a count, exact. */
  copiedPerByte: number
}

export interface BenchResult {
  plan: BenchPlan
  targets: Omit<ParserTarget, 'start'>[]
  notes: string[]
  streams: StreamResult[]
  large: LargeResult[]
}

/**
 * Checks that every parser reads correctly, times them, and checks that the stages refuse wrong input.
 * @throws LabError if one does not
 */
export async function benchParsers(
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<BenchResult> {
  onStep(`checking that every parser reads correctly, before ${plan.rounds} rounds`)
  const { list, notes } = await loadTargets()
  const streams = manyCommands()
  for (const target of list.filter(({ kind }) => kind !== 'no parser')) {
    for (const stream of streams) checkReading(target, stream)
  }
  const zeroCopy = list.filter(({ kind }) => kind === 'zero-copy stage')
  const result: BenchResult = {
    plan,
    targets: list.map(({ start: _, ...words }) => words),
    notes,
    streams: await timeStreams(list, streams, plan, onStep),
    large: await timeLarge(zeroCopy, plan, onStep),
  }
  // Last: after one number of more than 32 bits, V8 computes with doubles.
  for (const target of list.filter(({ kind }) => kind.endsWith('stage'))) {
    checkRefusing(target)
  }
  return result
}

async function timeStreams(
  list: ParserTarget[],
  streams: Stream[],
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<StreamResult[]> {
  onStep('warming up')
  const pairs = streams.map((stream) => list.map((target) => warmUp(target, stream, plan)))
  for (let round = 1; round <= plan.rounds; round++) {
    onStep(`round ${round} of ${plan.rounds}`)
    for (const ready of pairs) {
      for (const index of turns(ready.length, round)) {
        const { timed, commands, passes, read } = ready[index]!
        timed.nanoseconds.push((read(passes) * 1e6) / (passes * commands))
        await setImmediate() // lets the process notice that the lab has ended
      }
    }
  }
  return streams.map(({ name, commands, bytes, piece }, at) => {
    return { name, commands, bytes, piece, timed: pairs[at]!.map(({ timed }) => timed) }
  })
}

/** Reads until V8 has compiled the hot code, and finds how often a stream is read in a round. */
function warmUp(target: ParserTarget, stream: Stream, { sliceMs }: BenchPlan) {
  const reading = target.start()
  const expected = target.kind === 'no parser' ? 0 : stream.args
  const read = (passes: number) => timeReading(reading, stream, expected, passes, target.name)
  let passes = 1
  let best = Number.POSITIVE_INFINITY
  for (let spent = 0; spent < 4 * sliceMs; ) {
    const took = read(passes)
    spent += took
    best = Math.min(best, took / passes)
    passes = Math.max(1, Math.ceil(sliceMs / best))
  }
  const timed: Timed = { target: target.name, nanoseconds: [] }
  return { timed, commands: stream.commands, passes, read }
}

/**
 * Milliseconds of CPU of all threads: they include most of the garbage collection that a parser causes,
 * and nothing of other programs.
 */
function timeReading(
  reading: Reading,
  { pieces, name }: Stream,
  expected: number,
  passes: number,
  target: string,
): number {
  let args = 0
  const started = process.cpuUsage()
  for (let pass = 0; pass < passes; pass++) args += reading.read(pieces)
  const { user, system } = process.cpuUsage(started)
  // At least 1 µs: 0 would be no figure, and an endless warm-up.
  const took = Math.max(1, user + system) / 1000
  if (args === expected * passes) return took
  throw new LabError(
    `${target} found ${args} arguments in ${passes} x ${name}, not ${expected * passes}`,
  )
}

/** A large value is read repeatedly, up to this many bytes. */
const leastBytes = 8 * MiB

async function timeLarge(
  list: ParserTarget[],
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<LargeResult[]> {
  onStep('checking and counting large values in small pieces')
  const cells = plan.values.flatMap((value) => {
    return plan.pieces.map((piece) => {
      const stream = largeSet(value, piece)
      const passes = Math.max(1, Math.floor(leastBytes / value))
      const ready = list.map((target) => {
        if (value <= 4 * MiB) checkReading(target, stream)
        const result: LargeResult = {
          target: target.name,
          value,
          piece,
          nanosecondsPerByte: [],
          copiedPerByte: copiedPerByte(target, stream),
        }
        return { result, reading: target.start() }
      })
      return { stream, passes, value, ready }
    })
  })
  for (let round = 1; round <= plan.rounds; round++) {
    onStep(`large values, round ${round} of ${plan.rounds}`)
    for (const { stream, passes, value, ready } of cells) {
      for (const index of turns(ready.length, round)) {
        const { result, reading } = ready[index]!
        const took = timeReading(reading, stream, stream.args, passes, result.target)
        result.nanosecondsPerByte.push((took * 1e6) / (passes * value))
        await setImmediate()
      }
    }
  }
  return list.flatMap(({ name }) => {
    return cells.flatMap(({ ready }) => {
      return ready.map(({ result }) => result).filter(({ target }) => target === name)
    })
  })
}

/**
 * Bytes that a new parser copies from one buffer to another while it reads the stream, per byte of it.
 * The copy in place of `read(2)` is not counted, nor are bytes that are stored one by one.
 */
export function copiedPerByte(target: ParserTarget, stream: Stream): number {
  const reading = target.start()
  return countCopied(() => reading.read(stream.pieces)) / stream.bytes
}

/** Bytes that Node's ways to copy into a Buffer copy while `run` runs. */
export function countCopied(run: () => void): number {
  let copied = 0
  const end = countCopies({
    copied: (bytes) => {
      copied += bytes
    },
  })
  try {
    run()
  } finally {
    end()
  }
  return copied
}

/** Times the parsers, all in this process, in turn: A B C, B C A, … */
import { setImmediate } from 'node:timers/promises'
import { LabError } from '../../run/lab-error.ts'
import { turns } from '../rounds.ts'
import { checkReading, checkRefusing } from './check.ts'
import { type Contender, loadContenders, type Reading } from './contender.ts'
import { copiedPerByte } from './copied.ts'
import { largeSet, manyCommands, type Stream } from './streams.ts'

export interface BenchPlan {
  rounds: number
  /** How long a parser reads a stream in a round at least, in milliseconds of CPU. */
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

/** A few seconds: a look, not a measurement. */
export const quickPlan: BenchPlan = {
  rounds: 5,
  sliceMs: 3,
  values: [MiB, 4 * MiB, 16 * MiB],
  pieces,
}

export interface Timed {
  contender: string
  /** Nanoseconds of CPU a command, a figure a round. */
  nanoseconds: number[]
}

export interface StreamResult extends Pick<Stream, 'name' | 'commands' | 'bytes' | 'piece'> {
  timed: Timed[]
}

/** One SET of so large a value in such pieces. */
export interface LargeResult {
  contender: string
  value: number
  piece: number
  /** Nanoseconds of CPU for each byte of the value, a figure a round. */
  nanosecondsPerByte: number[]
  /** Bytes copied for each byte of the value; a count, and not a measurement. */
  copiedPerByte: number
}

export interface BenchResult {
  plan: BenchPlan
  contenders: Omit<Contender, 'start'>[]
  notes: string[]
  streams: StreamResult[]
  large: LargeResult[]
}

/**
 * Checks that every parser reads right, times them, and checks that the stages refuse what is wrong.
 * @throws LabError where one does not, or the figures would be of something else
 */
export async function benchParsers(
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<BenchResult> {
  onStep(`checking that every parser reads right, before ${plan.rounds} rounds`)
  const { list, notes } = await loadContenders()
  const streams = manyCommands()
  for (const contender of list.filter(({ kind }) => kind !== 'no parser')) {
    for (const stream of streams) checkReading(contender, stream)
  }
  const zeroCopy = list.filter(({ kind }) => kind === 'zero-copy stage')
  const result: BenchResult = {
    plan,
    contenders: list.map(({ start: _, ...words }) => words),
    notes,
    streams: await timeStreams(list, streams, plan, onStep),
    large: await timeLarge(zeroCopy, plan, onStep),
  }
  // Last: a number that is too large for 32 bits, seen once, makes V8 reckon in doubles from then on.
  for (const contender of list.filter(({ kind }) => kind.endsWith('stage'))) {
    checkRefusing(contender)
  }
  return result
}

async function timeStreams(
  list: Contender[],
  streams: Stream[],
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<StreamResult[]> {
  onStep('warming up')
  const pairs = streams.map((stream) => list.map((contender) => warmUp(contender, stream, plan)))
  for (let round = 1; round <= plan.rounds; round++) {
    onStep(`round ${round} of ${plan.rounds}`)
    for (const entrants of pairs) {
      for (const index of turns(entrants.length, round)) {
        const { timed, commands, passes, read } = entrants[index]!
        timed.nanoseconds.push((read(passes) * 1e6) / (passes * commands))
        await setImmediate() // so that the process notices when the lab has gone
      }
    }
  }
  return streams.map(({ name, commands, bytes, piece }, at) => {
    return { name, commands, bytes, piece, timed: pairs[at]!.map(({ timed }) => timed) }
  })
}

/** Reads until V8 has compiled what is hot, and finds how often a stream is read in a round. */
function warmUp(contender: Contender, stream: Stream, { sliceMs }: BenchPlan) {
  const reading = contender.start()
  const expected = contender.kind === 'no parser' ? 0 : stream.args
  const read = (passes: number) => timeReading(reading, stream, expected, passes, contender.name)
  let passes = 1
  let best = Number.POSITIVE_INFINITY
  for (let spent = 0; spent < 4 * sliceMs; ) {
    const took = read(passes)
    spent += took
    best = Math.min(best, took / passes)
    passes = Math.max(1, Math.ceil(sliceMs / best))
  }
  const timed: Timed = { contender: contender.name, nanoseconds: [] }
  return { timed, commands: stream.commands, passes, read }
}

/**
 * Milliseconds of CPU, of all threads: garbage is counted with whoever made it, most of the time,
 * and what else the machine does is not.
 */
function timeReading(
  reading: Reading,
  { pieces, name }: Stream,
  expected: number,
  passes: number,
  contender: string,
): number {
  let args = 0
  const started = process.cpuUsage()
  for (let pass = 0; pass < passes; pass++) args += reading.read(pieces)
  const { user, system } = process.cpuUsage(started)
  // A stream that takes no time at all must not make a figure of 0, nor an endless warm-up.
  const took = Math.max(1, user + system) / 1000
  if (args === expected * passes) return took
  throw new LabError(
    `${contender} found ${args} arguments in ${passes} x ${name}, not ${expected * passes}`,
  )
}

/** A large value is read as often as makes up this many bytes. */
const LEAST_BYTES = 8 * MiB

async function timeLarge(
  list: Contender[],
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<LargeResult[]> {
  onStep('checking and counting large values in small pieces')
  const cells = plan.values.flatMap((value) => {
    return plan.pieces.map((piece) => {
      const stream = largeSet(value, piece)
      const passes = Math.max(1, Math.floor(LEAST_BYTES / value))
      const entrants = list.map((contender) => {
        if (value <= 4 * MiB) checkReading(contender, stream)
        const result: LargeResult = {
          contender: contender.name,
          value,
          piece,
          nanosecondsPerByte: [],
          copiedPerByte: copiedPerByte(contender, stream),
        }
        return { result, reading: contender.start() }
      })
      return { stream, passes, value, entrants }
    })
  })
  for (let round = 1; round <= plan.rounds; round++) {
    onStep(`large values, round ${round} of ${plan.rounds}`)
    for (const { stream, passes, value, entrants } of cells) {
      for (const index of turns(entrants.length, round)) {
        const { result, reading } = entrants[index]!
        const took = timeReading(reading, stream, stream.args, passes, result.contender)
        result.nanosecondsPerByte.push((took * 1e6) / (passes * value))
        await setImmediate()
      }
    }
  }
  return list.flatMap(({ name }) => {
    return cells.flatMap(({ entrants }) => {
      return entrants.map(({ result }) => result).filter(({ contender }) => contender === name)
    })
  })
}

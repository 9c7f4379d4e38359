/**
 * What a server of `docs/your-own-server` spends on the requests of an exercise: bytes and waits are
 * counted in separate runs; CPU and latencies are measured in turn with the original server.
 */
import { type Exercise, original } from '../exercises.ts'
import { ask, keepAlive, loadMix, type MixFigures } from '../load/http-mix.ts'
import { type Counted, combine } from '../measure/counted.ts'
import { counterOf } from '../measure/counters.ts'
import { splitCpu } from '../measure/cpu-split.ts'
import { watchHeap } from '../measure/heap.ts'
import { type Machine, watchMachineLoad } from '../measure/machine.ts'
import type { MachineLoad } from '../measure/machine-load.ts'
import { readCounters } from '../measure/process-counters.ts'
import { leastRounds, median, type Ratio, ratioOfRounds } from '../measure/statistics.ts'
import { type Emit, step } from '../run/events.ts'
import { type RunningServer, startStage } from '../run/server.ts'

/** What can be counted in an exercise, in words. */
export const exerciseCounterTitles = {
  heap: `${counterOf('heapBytes').head} per request`,
  waits: 'waits for the warehouse, one after the other',
  rare: 'CPU of the rare request, in usual ones',
  cpu: 'CPU per request, times the original server',
  others: 'p99 of the usual requests, times the original',
}

export type ExerciseCounterName = keyof typeof exerciseCounterTitles

/** In the order of a table. */
export const exerciseCounterNames = Object.keys(exerciseCounterTitles) as ExerciseCounterName[]

export type ExerciseCounters = Record<ExerciseCounterName, Counted<number>>

/** Starts a server of `docs/your-own-server`, or a copy, and ends it. */
export async function withServer<T>(
  directory: string,
  use: (server: RunningServer) => Promise<T>,
  { nodeFlags = [], args = [] }: { nodeFlags?: string[]; args?: string[] } = {},
): Promise<T> {
  const server = await startStage({ id: directory }, { nodeFlags, args })
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

/** CPU of a server while something is done, µs. */
async function cpuOf(
  { pid }: RunningServer,
  during: () => Promise<unknown>,
): Promise<Counted<number>> {
  const before = readCounters(pid).cpu
  await during()
  return combine(before, readCounters(pid).cpu, (from, to) => splitCpu(from, to).total)
}

/** Requests that are counted. */
const COUNTED = 2000

/**
 * Counts what needs no other server beside it.
 * @param directory of the server: `original`, or that of a copy
 * @param wanted which of them; the others are missing
 * @param count how many requests are counted, after as many before V8 has compiled what is hot
 * @throws LabError if the server does not start, or answers with another status than it should
 */
export async function countExercise(
  directory: string,
  { mix }: Pick<Exercise, 'mix'>,
  wanted: readonly ExerciseCounterName[] = exerciseCounterNames,
  count = COUNTED,
): Promise<ExerciseCounters> {
  const missing = { missing: 'was not asked for' }
  const counters: ExerciseCounters = {
    heap: missing,
    waits: missing,
    rare: missing,
    cpu: missing,
    others: missing,
  }
  if (wanted.includes('heap')) counters.heap = await countHeap(directory, mix, count)
  if (wanted.includes('waits')) counters.waits = await countWaits(directory, mix)
  if (wanted.includes('rare')) counters.rare = await countRare(directory, mix, count)
  return counters
}

/** Bytes allocated on the JavaScript heap for a usual request. */
async function countHeap(
  directory: string,
  { path }: Exercise['mix'],
  count: number,
): Promise<Counted<number>> {
  const watch = await watchHeap()
  try {
    const connections = 4
    return await withServer(
      directory,
      async (server) => {
        await loadMix(server, { path, connections }, { requests: count, seconds: 2 })
        const before = await watch.read()
        const { requests } = await loadMix(
          server,
          { path, connections },
          { requests: count, seconds: 2 },
        )
        const after = await watch.read()
        if (before.allocatedBytes === null || after.allocatedBytes === null) {
          return { missing: `V8 of Node ${process.versions.node} does not count what it allocates` }
        }
        return { value: (after.allocatedBytes - before.allocatedBytes) / requests }
      },
      { nodeFlags: watch.nodeFlags },
    )
  } finally {
    await watch.close()
  }
}

/** With a warehouse this slow the rest of a request is negligible, ms. */
const SLOW_WAREHOUSE = 200
const REPEATS = 3

/**
 * How often a request waits for the warehouse one after the other: how long it takes, in units of what
 * the warehouse takes. Beside it, what other requests of the exercise do not do: they wait 0 times.
 * The shortest of some counts: on a busy machine each of a request's waits may last longer, none less.
 */
async function countWaits(directory: string, { path }: Exercise['mix']): Promise<Counted<number>> {
  return await withServer(
    directory,
    async (server) => {
      const mix = { path, connections: 1 }
      await loadMix(server, mix, { requests: 1 })
      let shortest = Number.POSITIVE_INFINITY
      for (let at = 0; at < REPEATS; at++) {
        const { usual } = await loadMix(server, mix, { requests: 1 })
        shortest = Math.min(shortest, usual.max)
      }
      return { value: Math.floor(shortest / SLOW_WAREHOUSE) }
    },
    { args: ['--warehouse-delay', String(SLOW_WAREHOUSE)] },
  )
}

/** How many usual requests take the CPU of a rare one. */
async function countRare(
  directory: string,
  { path, rare }: Exercise['mix'],
  count: number,
): Promise<Counted<number>> {
  if (rare === undefined) return { missing: 'all requests are alike' }
  return await withServer(directory, async (server) => {
    const usual = { path, connections: 1 }
    const agent = keepAlive(1)
    try {
      // Both kinds are compiled before: V8 interprets a regular expression at first.
      await loadMix(server, usual, { requests: count })
      const rareOnes = async (times: number) => {
        for (let at = 0; at < times; at++) await ask(server, rare.path, agent)
      }
      await rareOnes(2)
      const cpu = await cpuOf(server, () => loadMix(server, usual, { requests: count }))
      const rareCpu = await cpuOf(server, () => rareOnes(RARE))
      return combine(rareCpu, cpu, (one, other) => one / RARE / (other / count))
    } finally {
      agent.destroy()
    }
  })
}

/** Rare requests that are counted. */
const RARE = 8

export interface MixRound {
  /** CPU per request, µs. */
  cpu: Counted<number>
  figures: MixFigures
}

/** What was measured of two servers in turn. */
export interface ExerciseRounds {
  seconds: number
  own: MixRound[]
  beside: MixRound[]
  /** Of the first over the second. */
  cpu: Counted<Ratio>
  others: Ratio
  load: MachineLoad
}

/** What a lesson measures of an exercise, beside a profile. */
export interface ExerciseMeasured {
  format: 1
  kind: 'exercise'
  /** ISO 8601. */
  at: string
  machine: Machine
  exercise: string
  counters: ExerciseCounters
  /** Under the load of the exercise, without a profiler. */
  load: MixRound
  /** How busy the machine was. */
  machineLoad: MachineLoad
}

export interface RoundLengths {
  rounds: number
  seconds: number
  warmUpSeconds: number
}

export const usualRounds: RoundLengths = { rounds: 9, seconds: 1, warmUpSeconds: 1 }
export const quickRounds: RoundLengths = { rounds: leastRounds, seconds: 0.5, warmUpSeconds: 0.7 }

/**
 * Loads two servers in turn, so that whatever else the machine does disturbs both alike.
 * @param directory of the one that is judged
 * @param beside what it is compared with; a server beside itself shows what noise is
 * @throws LabError as `countExercise` does
 */
export async function exerciseRounds(
  directory: string,
  { mix }: Pick<Exercise, 'mix'>,
  { rounds: count, seconds, warmUpSeconds }: RoundLengths,
  emit: Emit,
  beside = original,
): Promise<ExerciseRounds> {
  const machineLoad = watchMachineLoad()
  return await withServer(directory, (own) =>
    withServer(beside, async (other) => {
      emit(step('warming up'))
      for (const server of [own, other]) await warmUp(server, mix, warmUpSeconds)
      const rounds: [MixRound[], MixRound[]] = [[], []]
      for (let round = 0; round < count; round++) {
        emit({ type: 'progress', share: round / count, text: `round ${round + 1} of ${count}` })
        for (const [at, server] of [own, other].entries()) {
          rounds[at]!.push(await oneRound(server, mix, seconds))
        }
      }
      const p99 = (list: readonly MixRound[]) => list.map(({ figures }) => figures.usual.p99)
      const cpus = rounds.map((list) => allOf(list.map(({ cpu }) => cpu)))
      return {
        seconds,
        own: rounds[0],
        beside: rounds[1],
        cpu: combine(cpus[0]!, cpus[1]!, ratioOfRounds),
        others: ratioOfRounds(p99(rounds[0]), p99(rounds[1])),
        load: machineLoad(null),
      }
    }),
  )
}

/** One load on one server, with its latencies and its CPU per request. */
export async function loadExercise(
  directory: string,
  { mix }: Pick<Exercise, 'mix'>,
  { seconds, warmUpSeconds }: Omit<RoundLengths, 'rounds'>,
): Promise<MixRound> {
  return await withServer(directory, async (server) => {
    await warmUp(server, mix, warmUpSeconds)
    return await oneRound(server, mix, seconds)
  })
}

/** Requests before anything is measured: on a busy machine few are answered in the seconds given. */
export const WARM_UP_REQUESTS = 300

/** Lasts for so many seconds, and for so many requests that V8 has compiled what is hot. */
async function warmUp(server: RunningServer, mix: Exercise['mix'], seconds: number): Promise<void> {
  const { requests } = await loadMix(server, mix, { seconds })
  await loadMix(server, mix, { requests: WARM_UP_REQUESTS - requests })
}

async function oneRound(
  server: RunningServer,
  mix: Exercise['mix'],
  seconds: number,
): Promise<MixRound> {
  let figures: MixFigures | undefined
  const cpu = await cpuOf(server, async () => {
    figures = await loadMix(server, mix, { seconds })
  })
  const { requests } = figures!
  return { figures: figures!, cpu: combine(cpu, cpu, (micros) => micros / requests) }
}

function allOf(list: readonly Counted<number>[]): Counted<number[]> {
  const values: number[] = []
  for (const one of list) {
    if ('missing' in one) return one
    values.push(one.value)
  }
  return { value: values }
}

/** Medians of rounds. */
export function medianOf(rounds: readonly MixRound[], pick: (round: MixRound) => number): number {
  return median(rounds.map(pick))
}

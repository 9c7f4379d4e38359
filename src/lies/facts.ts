/** What can be worked out from an exhibit; used by views, causes and answers alike. */
import { type FrameNode, walk } from '../flame/tree.ts'
import type { CpuSplit } from '../measure/process-counters.ts'
import { median, type Ratio, ratioOfMedians } from '../measure/statistics.ts'
import type { Exhibit, RecordedRun, Recording } from './recording.ts'

/** The runs of one party, in the order of the clock. */
export function runsOf({ runs }: Recording, target: string): RecordedRun[] {
  return runs.filter((run) => run.target === target)
}

/** Middle one of the rates, requests a second. */
export function rateOf(runs: readonly RecordedRun[]): number {
  return median(runs.map(({ summary }) => summary.requestsPerSecond))
}

/** CPU of a run, µs a request; zero where it is missing, which on Linux it is not. */
export function cpuOf({ server: { cpuMicros } }: RecordedRun): CpuSplit {
  return 'value' in cpuMicros ? cpuMicros.value : { user: 0, system: 0, total: 0 }
}

/** Middle one of the runs' CPU, µs a request. */
export function middleCpu(runs: readonly RecordedRun[]): number {
  return median(runs.map((run) => cpuOf(run).total))
}

/** Share of a core that the server took in a run. */
export function serverBusy(run: RecordedRun): number {
  return (cpuOf(run).total * run.summary.requestsPerSecond) / 1e6
}

/** Times that another process got the CPU that the server wanted, each second. */
export function pushedAside({ server: { involuntarySwitches }, summary }: RecordedRun): number {
  const each = 'value' in involuntarySwitches ? involuntarySwitches.value : 0
  return each * summary.requestsPerSecond
}

/** Share of a core that the client took, the middle one; undefined where it does not tell. */
export function clientBusy(runs: readonly RecordedRun[]): number | undefined {
  const shares = runs.map(({ summary }) => summary.client?.busy)
  return shares.includes(undefined) ? undefined : median(shares as number[])
}

/** The last party's figure over the first one's, with its interval. */
export function lastOverFirst(recording: Recording, of: 'rate' | 'cpu'): Ratio {
  const { parties } = recording
  const figures = (name: string) =>
    runsOf(recording, name).map((run) =>
      of === 'rate' ? run.summary.requestsPerSecond : cpuOf(run).total,
    )
  return ratioOfMedians(figures(parties.at(-1)!.name), figures(parties[0]!.name))
}

/** CPU a request in the first and in the last quarter of the runs' slices, µs. */
export function beginningAndEnd(runs: readonly RecordedRun[]): { first: number; last: number } {
  const sliced = runs.filter(({ slices }) => slices.length >= 4)
  if (sliced.length === 0) return { first: 0, last: 0 }
  const part = (from: (length: number) => number, to: (length: number) => number) =>
    median(
      sliced.map(({ slices }) =>
        median(
          slices.slice(from(slices.length), to(slices.length)).map(({ cpuMicros }) => cpuMicros),
        ),
      ),
    )
  const quarter = (length: number) => Math.max(1, Math.floor(length / 4))
  return {
    first: part(() => 0, quarter),
    last: part(
      (length) => length - quarter(length),
      (l) => l,
    ),
  }
}

/** Memory that a party has taken since before the first request, and what it was given to keep, bytes. */
export function keptAndGiven(recording: Recording, target: string): Kept {
  const runs = runsOf(recording, target)
  const { keyspace, payload } = recording.workload
  const sets = runs
    .filter(({ summary }) => summary.test === 'set')
    .reduce((sum, { summary }) => sum + summary.requests, 0)
  // Keys are drawn by chance: some come twice, some not at all.
  const keys = keyspace * -Math.expm1(-sets / keyspace)
  const resident = runs.at(-1)!.server.residentBytes
  const start = recording.parties.find(({ name }) => name === target)!.residentAtStart
  return { kept: ('value' in resident ? resident.value : 0) - start, given: keys * payload }
}

export interface Kept {
  kept: number
  given: number
}

/** Threads that V8 has only while it is sampled, by their names. */
export const profilerThread = /Prof|Sampling/

/** Share of a core that a profiler's threads took inside the server. */
export function profilerBusy({ threads }: RecordedRun): number {
  return threads
    .filter(({ name }) => profilerThread.test(name))
    .reduce((sum, { busy }) => sum + busy, 0)
}

/** Share of the time that has a file below `folder` on its stack, e.g. `stages/`. */
export function shareBelow({ tree }: Exhibit, folder: string): number {
  if (tree === undefined || tree.root.total === 0) return 0
  let time = 0
  walk(tree.root, (node, path) => {
    if (path.some(({ file }) => file?.startsWith(folder))) time += node.self
  })
  return time / tree.root.total
}

/** The checkout's own files in the flame graph, by the time that has them on top, largest first. */
export function filesOf(root: FrameNode): { file: string; share: number }[] {
  const times = new Map<string, number>()
  walk(root, (node, path) => {
    const own = path.findLast(({ file }) => file !== undefined && /^(src|stages)\//.test(file))
    if (own !== undefined) times.set(own.file!, (times.get(own.file!) ?? 0) + node.self)
  })
  return [...times]
    .map(([file, time]) => ({ file, share: time / root.total }))
    .sort((a, b) => b.share - a.share)
}

/** Whether all runs of one party came before the first of the next. */
export function inBlocks({ parties, runs }: Recording): boolean {
  if (parties.length < 2) return false
  const changes = runs.filter((run, at) => at > 0 && run.target !== runs[at - 1]!.target)
  return changes.length === parties.length - 1 && runs.length > parties.length
}

/** What can be computed from a recording; looks, findings, claims and answers all use it. */
import { type FrameNode, walk } from '../flame/tree.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import { reading } from '../measure/counters.ts'
import { median, type Ratio, ratioOfRounds } from '../measure/statistics.ts'
import { LabError } from '../run/lab-error.ts'
import type { RecordedRun, Recording } from './recording.ts'

/** The runs of one target, in the order in which they were made. */
export function runsOf({ runs }: Recording, target: string): RecordedRun[] {
  return runs.filter((run) => run.target === target)
}

/** Median of the rates, requests/s. */
export function rateOf(runs: readonly RecordedRun[]): number {
  return median(runs.map(({ summary }) => summary.requestsPerSecond))
}

/**
 * CPU of a run, µs per request.
 * @throws LabError if the operating system did not count it
 */
export function cpuOf({ server }: RecordedRun): number {
  const cpu = reading(server, 'cpu')
  if ('value' in cpu) return cpu.value
  throw new LabError(`the server's CPU cannot be read: ${cpu.missing}`)
}

/** Median of the runs' CPU, µs per request. */
export function medianCpu(runs: readonly RecordedRun[]): number {
  return median(runs.map((run) => cpuOf(run)))
}

/** Share of a core that the server used in a run. */
export function serverBusy(run: RecordedRun): number {
  return (cpuOf(run) * run.summary.requestsPerSecond) / 1e6
}

/** Involuntary context switches per second: another process got the CPU that the server wanted. */
export function preemptions({ server, summary }: RecordedRun): number {
  return (valueOrUndefined(reading(server, 'preemptions')) ?? 0) * summary.requestsPerSecond
}

/** Median share of a core that the client used; undefined if it does not report that. */
export function clientBusy(runs: readonly RecordedRun[]): number | undefined {
  const shares = runs.map(({ summary }) => summary.client?.busy)
  return shares.includes(undefined) ? undefined : median(shares as number[])
}

/** The last target's figure divided by that of the first, with its interval. */
export function lastOverFirst(recording: Recording, of: 'rate' | 'cpu'): Ratio {
  const { targets } = recording
  const figures = (name: string) =>
    runsOf(recording, name).map((run) =>
      of === 'rate' ? run.summary.requestsPerSecond : cpuOf(run),
    )
  return ratioOfRounds(figures(targets.at(-1)!.name), figures(targets[0]!.name))
}

/** CPU per request in the first and in the last quarter of the runs' slices, µs. */
export function beginningAndEnd(runs: readonly RecordedRun[]): { first: number; last: number } {
  const sliced = runs.map(({ slices }) => slices).filter(({ length }) => length >= 4)
  if (sliced.length === 0) return { first: 0, last: 0 }
  const medianOf = (quarter: (slices: RecordedRun['slices'], length: number) => typeof slices) =>
    median(
      sliced.map((slices) =>
        median(quarter(slices, slices.length >> 2).map(({ cpuMicros }) => cpuMicros)),
      ),
    )
  return {
    first: medianOf((slices, length) => slices.slice(0, length)),
    last: medianOf((slices, length) => slices.slice(-length)),
  }
}

/** Bytes that a target was sent to store, and by how much its memory grew since its start. */
export function sentAndGrown(
  recording: Recording,
  target: string,
): { sent: number; grown: number } {
  const runs = runsOf(recording, target)
  const { keyspace, payload } = recording.workload
  const sets = runs
    .filter(({ summary }) => summary.test === 'set')
    .reduce((sum, { summary }) => sum + summary.requests, 0)
  // Keys are random: some come twice, some never.
  const keys = keyspace * -Math.expm1(-sets / keyspace)
  const resident = reading(runs.at(-1)!.server, 'residentBytes')
  const start = recording.targets.find(({ name }) => name === target)!.residentAtStart
  return { sent: keys * payload, grown: ('value' in resident ? resident.value : 0) - start }
}

/** V8 has threads of these names only while it is profiled. */
const profilerThread = /Prof|Sampling/

/** Share of a core that a profiler's threads used inside the server. */
export function profilerBusy({ threads }: RecordedRun): number {
  return threads
    .filter(({ name }) => profilerThread.test(name))
    .reduce((sum, { busy }) => sum + busy, 0)
}

/** Share of the time with a file below `folder` on the stack, e.g. `stages/`. */
export function shareBelow({ tree }: Recording, folder: string): number {
  if (tree === undefined || tree.root.total === 0) return 0
  let time = 0
  walk(tree.root, (node, path) => {
    if (path.some(({ file }) => file?.startsWith(folder))) time += node.self
  })
  return time / tree.root.total
}

/** The files of the checkout in a flame graph, by the time with them on top, largest first. */
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

/** Whether all runs of one target came before the first run of the next. */
export function inBlocks({ targets, runs }: Recording): boolean {
  if (targets.length < 2) return false
  const changes = runs.filter((run, at) => at > 0 && run.target !== runs[at - 1]!.target)
  return changes.length === targets.length - 1 && runs.length > targets.length
}

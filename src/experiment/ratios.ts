/**
 * Two targets of a comparison held against each other. It needs nothing of Node, so that the lab
 * page can do the same with a comparison that it was sent.
 */
import type { Counted } from '../measure/counted.ts'
import { judge, ratioOfMedians } from '../measure/statistics.ts'
import type { Judged, Row } from './comparison.ts'
import type { Run } from './rounds.ts'

/** From this share of a core on the load generator counts as the bottleneck. */
export const boundFrom = 0.95

/**
 * Whether client and server took turns: neither is the bottleneck, and yet the two together keep
 * little more than one core busy. Each waits for the other's whole batch then, and a rate counts the
 * client's work on a request as well as the server's.
 */
export function tookTurns({ clientBusy, serverBusy, clientBound }: Row): boolean {
  if (clientBusy === null || serverBusy === null || clientBound) return false
  return clientBusy > 0.3 && clientBusy + serverBusy < 1.2
}

/** The ratio of two targets' throughput, from their runs of the same workload and test. */
export function rateRatio(
  own: readonly Run[],
  base: readonly Run[],
  floor: Counted<number>,
): Judged {
  const ratio = ratioOfMedians(rates(own), rates(base))
  return { ...ratio, verdict: judge(ratio, 'value' in floor ? floor.value : null, 'greater') }
}

/** The ratio of their CPU a request; below 1 the first one is cheaper, and so the faster. */
export function cpuRatio(
  own: readonly Run[],
  base: readonly Run[],
  floor: Counted<number>,
): Counted<Judged> {
  const [a, b] = [cpuTotals(own), cpuTotals(base)]
  if ('missing' in a) return a
  if ('missing' in b) return b
  const ratio = ratioOfMedians(a.value, b.value)
  const verdict = judge(ratio, 'value' in floor ? floor.value : null, 'smaller')
  return { value: { ...ratio, verdict } }
}

/** A figure of every run; missing where it is missing in one of them. */
export function all<T>(runs: readonly Run[], pick: (run: Run) => Counted<T>): Counted<T[]> {
  const values: T[] = []
  for (const run of runs) {
    const counted = pick(run)
    if ('missing' in counted) return counted
    values.push(counted.value)
  }
  return { value: values }
}

/** Throughput of every run. */
export function rates(runs: readonly Run[]): number[] {
  return runs.map(({ summary }) => summary.requestsPerSecond)
}

/** CPU a request of every run, µs. */
export function cpuTotals(runs: readonly Run[]): Counted<number[]> {
  const cpu = all(runs, ({ server }) => server.cpuMicros)
  if ('missing' in cpu) return cpu
  const totals = cpu.value.map(({ total }) => total)
  if (totals.every((total) => total > 0)) return { value: totals }
  return { missing: 'a run was too short to see its CPU time' }
}

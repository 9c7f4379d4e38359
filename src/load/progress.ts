/** The reports that a progress bar, and a page, are drawn from. */
import type { Histogram } from 'node:perf_hooks'
import { type Progress, readMiddleAndTail } from './summary.ts'

const progressMs = 100

/**
 * Every so many reports the latency is looked at, on the thread that makes the load. It walks the
 * histogram up to the percentile that is asked for: 3 to 9 µs, measured. The rate costs nothing.
 */
const lookEvery = 5

/**
 * Reports on a round about ten times a second; returns what ends the reports.
 * @param round requests answered and requests in all; Infinity when the clock bounds it
 * @param startedAt and `deadline`, in ms of `performance.now`; Infinity when a number bounds it
 */
export function reportProgress(
  round: Readonly<{ done: number; total: number; latency?: Histogram | undefined }>,
  startedAt: number,
  deadline: number,
  onProgress: (progress: Progress) => void,
): () => void {
  let lastAt = startedAt
  let lastDone = 0
  let reports = 0
  let lookedAt = startedAt
  let cpu = process.threadCpuUsage()
  let seen: Pick<Progress, 'latency' | 'clientBusy'> = { latency: null, clientBusy: null }
  const look = (now: number) => {
    const { user, system } = process.threadCpuUsage(cpu)
    seen = {
      latency: round.latency && round.latency.count > 0 ? readMiddleAndTail(round.latency) : null,
      clientBusy: Math.min(1, (user + system) / 1000 / (now - lookedAt)),
    }
    cpu = { user: cpu.user + user, system: cpu.system + system }
    lookedAt = now
  }
  const timer = setInterval(() => {
    const now = performance.now()
    const byCount = round.done / round.total
    const byTime = (now - startedAt) / (deadline - startedAt)
    if (++reports % lookEvery === 0) look(now)
    onProgress({
      done: round.done,
      total: Number.isFinite(round.total) ? round.total : null,
      share: Math.min(1, Math.max(byCount, byTime)),
      requestsPerSecond: ((round.done - lastDone) / (now - lastAt)) * 1000,
      ...seen,
    })
    lastAt = now
    lastDone = round.done
  }, progressMs)
  return () => clearInterval(timer)
}

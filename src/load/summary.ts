/** What a run comes to. The same shape whichever tool made the load, so that all views read one. */
import type { Histogram } from 'node:perf_hooks'
import type { TestName, Workload } from './workload.ts'

/** The fields that redis-benchmark prints, in milliseconds. */
export interface Latency {
  avg: number
  min: number
  p50: number
  p95: number
  p99: number
  max: number
}

/** What the load itself cost. When `busy` is near 1, throughput measures the client. */
export interface ClientCost {
  /** CPU in user mode, µs per request, over all threads of the load generator. */
  userMicros: number
  /** CPU in the kernel, µs per request, over all threads of the load generator. */
  systemMicros: number
  /** Share of one core that the generator's only working thread was busy, 0 to 1. */
  busy: number
}

/** `percent` of the requests took at most `ms` milliseconds. */
export interface PercentilePoint {
  percent: number
  ms: number
}

export interface Summary extends Workload {
  tool: 'lab' | 'redis-benchmark' | 'http'
  test: TestName
  /** Requests sent and answered. */
  requests: number
  /** From the first request's write to the last reply. */
  seconds: number
  requestsPerSecond: number
  latency: Latency
  /** For charts; null if the tool reports no more than `latency`. */
  percentiles: PercentilePoint[] | null
  /** Null if it cannot be known. */
  client: ClientCost | null
  /** Whether every reply was compared with what it must be. */
  repliesChecked: boolean
}

/** Progress of a run; about ten per second. */
export interface Progress {
  /** Requests answered. */
  done: number
  /** Requests of the run; null when it is bounded by time. */
  total: number | null
  /** Share of the run that is over, 0 to 1. */
  share: number
  /** Rate since the last report. */
  requestsPerSecond: number
  /** Of the run so far, ms; looked at twice a second. Null before that, and if it is not known. */
  latency: Pick<Latency, 'p50' | 'p99'> | null
  /** Share of one core that the generator's only working thread was busy lately; null likewise. */
  clientBusy: number | null
}

const percents = [
  1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97.5, 99, 99.5, 99.9, 99.99,
]

const nanosPerMs = 1e6

/** Reads the article's six figures from a histogram of nanoseconds; answers in milliseconds. */
export function readLatency(histogram: Histogram): Latency {
  const at = (percent: number) => histogram.percentile(percent) / nanosPerMs
  return {
    avg: histogram.mean / nanosPerMs,
    min: histogram.min / nanosPerMs,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: histogram.max / nanosPerMs,
  }
}

/** The two figures that a page shows while a run goes on; in milliseconds. */
export function readMiddleAndTail(histogram: Histogram): Pick<Latency, 'p50' | 'p99'> {
  const at = (percent: number) => histogram.percentile(percent) / nanosPerMs
  return { p50: at(50), p99: at(99) }
}

/** A compact curve of a histogram of nanoseconds, from the least (0 %) to the greatest (100 %). */
export function readPercentiles(histogram: Histogram): PercentilePoint[] {
  return [
    { percent: 0, ms: histogram.min / nanosPerMs },
    ...percents.map((percent) => ({ percent, ms: histogram.percentile(percent) / nanosPerMs })),
    { percent: 100, ms: histogram.max / nanosPerMs },
  ]
}

/** Time between two reports, ms. */
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

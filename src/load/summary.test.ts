import { createHistogram } from 'node:perf_hooks'
import { afterEach, expect, it, vi } from 'vitest'
import type { Progress } from './summary.ts'
import { reportProgress } from './summary.ts'

afterEach(() => vi.useRealTimers())

it('reports ten times a second, and looks at the latency twice', () => {
  vi.useFakeTimers()
  const latency = createHistogram({ lowest: 1, highest: 3600e9, figures: 3 })
  const round = { done: 0, total: 10_000, latency }
  const reports: Progress[] = []
  const stop = reportProgress(round, performance.now(), Infinity, (report) => reports.push(report))
  for (let at = 1; at <= 10; at++) {
    round.done += 100
    // Nine of ten take 1 ms, the last one 20.
    for (let i = 0; i < 100; i++) latency.record(i < 90 ? 1e6 : 20e6)
    vi.advanceTimersByTime(100)
  }
  stop()
  vi.advanceTimersByTime(1000)
  expect(reports).toHaveLength(10)
  expect(reports[9]).toMatchObject({ done: 1000, total: 10_000, share: 0.1 })
  expect(reports[9]!.requestsPerSecond).toBeCloseTo(1000)
  expect(reports.map(({ latency }) => latency !== null)).toEqual([
    ...[false, false, false, false],
    ...[true, true, true, true, true, true],
  ])
  expect(reports[9]!.latency!.p50).toBeCloseTo(1, 1)
  expect(reports[9]!.latency!.p99).toBeCloseTo(20, 0)
  expect(reports[9]!.clientBusy).toBeGreaterThanOrEqual(0)
  expect(reports[9]!.clientBusy).toBeLessThanOrEqual(1)
})

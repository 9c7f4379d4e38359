import { expect, it } from 'vitest'
import type { ProgressLine } from '../cli/progress.ts'
import type { MeasuredRun } from '../experiment/measured-run.ts'
import type { News } from '../run/running.ts'
import { watcherOn } from './watcher.ts'
import { experimentWatcherOn } from './watcher-experiment.ts'

/** A line that keeps what it is told. */
function keptLine() {
  const told: { share: number; text: string; news: News | undefined }[] = []
  const line: ProgressLine = {
    step() {},
    update: (share, text, news) => told.push({ share, text, news }),
    clear() {},
  }
  return { line, told }
}

it('a benchmark shows its rate, and tells others all that is known', () => {
  const { line, told } = keptLine()
  const watcher = watcherOn(line)
  watcher.step('stage2: measuring SET')
  const latency = { p50: 0.4, p99: 0.9 }
  const progress = { done: 5, total: null, share: 0.5, requestsPerSecond: 81_234.5 }
  watcher.progress({ ...progress, latency, clientBusy: 0.8, serverBusy: 0.9 })
  watcher.progress({ ...progress, latency: null, clientBusy: null })
  const live = { of: 'stage2: measuring SET', requestsPerSecond: 81_234.5, latency }
  expect(told).toEqual([
    {
      share: 0.5,
      text: '81,235 requests/s',
      news: { live: { ...live, clientBusy: 0.8, serverBusy: 0.9 } },
    },
    {
      share: 0.5,
      text: '81,235 requests/s',
      news: { live: { ...live, latency: null, clientBusy: null, serverBusy: null } },
    },
  ])
})

it('an experiment tells of each run when it is over', () => {
  const { line, told } = keptLine()
  const watcher = experimentWatcherOn(line)
  watcher.progress(0, undefined, 'stage4 SET')
  const run = {
    summary: {
      test: 'set',
      requestsPerSecond: 100_000,
      latency: { p50: 0.4, p99: 0.9 },
      client: { busy: 0.7 },
    },
    server: { cpuMicros: { value: { user: 3, system: 5, total: 8 } } },
  } as unknown as MeasuredRun
  watcher.measured?.('stage4', run)
  watcher.progress(0.25, 30, 'redis SET')
  expect(told.map(({ text }) => text)).toEqual(['stage4 SET', 'redis SET, 30 s left'])
  expect(told.map(({ news }) => news)).toEqual([
    { step: 'stage4 SET', secondsLeft: null, live: null },
    {
      step: 'redis SET',
      secondsLeft: 30,
      live: {
        of: 'stage4: SET',
        requestsPerSecond: 100_000,
        latency: { p50: 0.4, p99: 0.9 },
        serverBusy: 0.8,
        clientBusy: 0.7,
      },
    },
  ])
})

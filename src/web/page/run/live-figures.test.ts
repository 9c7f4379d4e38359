import { expect, test } from 'vitest'
import type { LiveFigures, PageRun, Running } from '../../api/index.ts'
import {
  announceEnd,
  announceStep,
  historyOf,
  measurementsOf,
  remember,
  shareOver,
  sparkLine,
  whyStep,
} from './live-figures.ts'

function live(requestsPerSecond: number): LiveFigures {
  return { of: 'stage1', requestsPerSecond, latency: null, serverBusy: null, clientBusy: null }
}

function running(pid: number, figures: LiveFigures | null, step = 'a'): Running {
  const startedAt = '2026-01-01T00:00:00Z'
  return {
    ...{ pid, command: 'npm run stage 1', startedAt, step },
    ...{ share: null, secondsLeft: null, live: figures },
  }
}

test('a minute of each run is shown, and nothing of a run that has ended', () => {
  remember([running(1, live(10)), running(2, null)], 0)
  remember([running(1, live(20))], 30_000)
  expect(historyOf(1).map(({ at }) => at)).toEqual([0, 30_000])
  expect(historyOf(2)).toEqual([])
  remember([running(1, live(30))], 60_001)
  expect(historyOf(1).map(({ at }) => at)).toEqual([30_000, 60_001])
  remember([], 60_002)
  expect(historyOf(1)).toEqual([])
})

test('the bar is of the whole run: steps begin at nought again, and the bar does not', () => {
  const begun = Date.parse('2026-01-01T00:00:00Z')
  const at = (seconds: number, secondsLeft: number | null) =>
    shareOver({ ...running(3, null), share: 0.1, secondsLeft }, begun + seconds * 1000)
  expect(at(1, null)).toBeNull()
  expect(at(10, 30)).toBe(0.25)
  expect(at(20, 20)).toBe(0.5)
  // It takes longer than was thought.
  expect(at(22, 66)).toBe(0.5)
  expect(at(60, 20)).toBe(0.75)
  remember([], 0)
  expect(at(10, 30)).toBe(0.25)
  remember([], 0)
})

test('a measurement counts once, however often its figures came', () => {
  const other = { ...live(7), of: 'stage2' }
  const history = [live(1), live(2), other, null, other, null].map((live, at) => ({ at, live }))
  expect(measurementsOf(history).map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([
    2, 7, 7,
  ])
})

test.each([
  ['', /starting/],
  ['the conformance suite: byte by byte', /compared with that of Redis/],
  ['fresh keys and values', /random/],
  ['round 2 of 3', /take turns/],
  ['stage1 warms up', /compiles/],
  ['stage1 SET', /kernel counts/],
  ['the flame graph: a separate run', /profiler/],
  ['drawing the flame graph', /stacks/],
])('why a run does “%s”', (step, why) => {
  expect(whyStep(step)).toMatch(why)
})

test('a line has a gap where nothing was measured, and ends at the right at this moment', () => {
  const history = [
    { at: 0, live: live(100) },
    { at: 15_000, live: live(50) },
    { at: 30_000, live: null },
    { at: 60_000, live: live(100) },
  ]
  const line = sparkLine(history, ({ requestsPerSecond }) => requestsPerSecond, {
    ...{ width: 100, height: 22, now: 60_000 },
  })
  expect(line).toEqual({ path: 'M0.0 1.0L25.0 11.0M100.0 1.0', most: 100 })
})

test('without a figure there is no line', () => {
  const line = sparkLine([{ at: 0, live: live(1) }], ({ serverBusy }) => serverBusy, {
    ...{ width: 100, height: 22, now: 0 },
  })
  expect(line).toEqual({ path: '', most: 0 })
})

test('a step is said once, and the next one not before ten seconds have passed', () => {
  const nothing = { text: '', at: Number.NEGATIVE_INFINITY }
  const first = announceStep([running(1, null, 'warming up')], nothing, 0)
  expect(first).toEqual({ text: 'npm run stage 1: warming up', at: 0 })
  expect(announceStep([running(1, null, 'warming up')], first, 60_000)).toBe(first)
  expect(announceStep([running(1, null, 'measuring')], first, 9_999)).toBe(first)
  expect(announceStep([running(1, null, 'measuring')], first, 10_000).text).toMatch(/measuring$/)
  expect(announceStep([], first, 60_000)).toBe(first)
})

test('an end is said with how it came', () => {
  const run = { command: 'npm run stage 1', failure: { happened: 'it died' } } as PageRun
  const said = (state: PageRun['state']) => announceEnd({ ...run, state }, 5).text
  expect(said('done')).toBe('npm run stage 1 is done')
  expect(said('failed')).toBe('npm run stage 1 failed: it died')
  expect(said('cancelled')).toMatch(/nothing was recorded/)
})

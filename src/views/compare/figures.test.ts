import { expect, test } from 'vitest'
import { articleResults } from '../../article/figures.ts'
import { fakeComparison, jitter } from '../../experiment/fake-comparison.ts'
import { counterOf } from '../../measure/counters.ts'
import { stages } from '../../stages.ts'
import { logTicks, tickText } from './draw.ts'
import {
  areFarApart,
  articleBars,
  colourOf,
  counterBars,
  cpuBars,
  dashOf,
  latencyPoints,
  noiseBand,
  rateBars,
  ratioDots,
  ratioTicks,
  sweepPoints,
  tableOf,
} from './figures.ts'

const rates: Record<string, number> = { redis: 100_000, stage1: 10_000 }

/** stage4 is as fast as Redis, with a client that is the limit; stage1 a tenth of it. */
const comparison = fakeComparison((name, _, round) => {
  const rate = (rates[name] ?? 100_000) * jitter(name, round)
  return { rate, cpu: 1e6 / rate, busy: name.startsWith('stage4') ? 0.99 : 0.5 }
})
const table = comparison.tables[0]!

test('the A/A copy is in no chart', () => {
  const names = ['redis', 'stage1', 'stage4']
  expect(rateBars(table, comparison).map(({ name }) => name)).toEqual(names)
  expect(cpuBars(table, comparison).map(({ name }) => name)).toEqual(names)
  expect(latencyPoints(table, comparison).map(({ name }) => name)).not.toContain('stage4 again')
})

test('what is inconclusive, or the limit of the client, says so in words', () => {
  const [, stage1, stage4] = rateBars(table, comparison)
  expect(stage1!.text).toMatch(/^\d[\d,]+$/)
  expect(stage4!.text).toMatch(/^≥ [\d,]+$/)
  const dots = ratioDots(table, comparison, 'rate')
  expect(dots.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['stage1', 'slower'],
    ['stage4', 'inconclusive'],
  ])
  expect(dots[1]!.text).toMatch(/^≥ [\d.]+$/)
  const costs = ratioDots(table, comparison, 'cpu')
  expect(costs.map(({ verdict }) => verdict)).toEqual(['more', 'inconclusive'])
  expect(costs[1]!.text).not.toContain('≥')
  const keys = [...dots, ...costs].map(({ key }) => key)
  expect(new Set(keys).size).toBe(4)
})

test('values of which bars would hide some are far apart; zeros alone do not make them so', () => {
  const bars = (...values: number[]) =>
    values.map((value) => ({ name: '', value, parts: [], text: '' }))
  expect(areFarApart(bars(46, 1, 0))).toBe(true)
  expect(areFarApart(bars(20, 1))).toBe(false)
  expect(areFarApart(bars(46, 0))).toBe(false)
  // `0.000` in the table: a zero as well.
  expect(areFarApart(bars(1, 0.00002))).toBe(false)
})

test('the band of the noise is as wide downwards as upwards, in factors', () => {
  const band = noiseBand(table, 'rate')!
  expect(band.from * band.to).toBeCloseTo(1, 10)
  expect(band.to).toBeGreaterThan(1)
  const short = fakeComparison(() => ({ rate: 10, cpu: 1, busy: 0.1 }), { rounds: 2 })
  expect(noiseBand(short.tables[0]!, 'rate')).toBeUndefined()
})

test('what was not counted has no bar', () => {
  const blind = fakeComparison(() => ({ rate: 10, cpu: null, busy: null }))
  expect(cpuBars(blind.tables[0]!, blind)).toEqual([])
  expect(latencyPoints(blind.tables[0]!, blind)).toEqual([])
  expect(counterBars(table, comparison, counterOf('heapBytes')).map(({ name }) => name)).toEqual([
    'stage1',
    'stage4',
  ])
})

test('a sweep has a point for each value and target', () => {
  const load = { clients: 50, payload: 3, keyspace: 1 }
  const workloads = [1, 16].map((pipeline) => ({ ...load, pipeline }))
  const swept = fakeComparison(
    (name, workload) => ({ rate: (rates[name] ?? 5) * (workload + 1), cpu: 1, busy: 0.99 }),
    { workloads, sweep: { over: 'pipeline', values: [1, 16] } },
  )
  const points = sweepPoints(swept, 'set', 'rate')
  expect(points.filter(({ name }) => name === 'redis')).toEqual([
    { name: 'redis', x: 1, y: 100_000, label: '≥ 100,000', bound: true },
    { name: 'redis', x: 16, y: 200_000, label: '≥ 200,000', bound: true },
  ])
  expect(sweepPoints(swept, 'set', 'cpu').every(({ bound }) => bound === false)).toBe(true)
})

test('a table is found by its load and test; else the first one is shown', () => {
  expect(tableOf(comparison, 0, 'set')).toBe(table)
  expect(tableOf(comparison, 7, 'get')).toBe(table)
})

test('marks of ratios: factors on a long axis, steps on a short one', () => {
  expect(ratioTicks(0.1, 1.1)).toEqual([0.1, 0.2, 0.5, 1])
  expect(ratioTicks(0.9, 1.12)).toEqual([0.9, 0.95, 1, 1.05, 1.1])
  expect(ratioTicks(0.55, 1.95)).toEqual([0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8])
  expect(ratioTicks(0.9, 12)).toEqual([1, 2, 5, 10])
})

test('marks of a logarithmic axis: enough digits, and apart from one another', () => {
  expect([0, 0.0001, 0.05, 0.5, 20, 50_000].map(tickText)).toEqual([
    '0',
    '0.0001',
    '0.05',
    '0.5',
    '20',
    '50 k',
  ])
  expect(logTicks(1, 46)).toEqual([1, 2, 5, 10, 20, 50])
  expect(logTicks(100, 5000, 60)).toEqual([100, 1000])
})

const quiet = fakeComparison((name, _, round) => ({
  ...{ rate: (name === 'stage1' ? 1e4 : 1e5) * jitter(name, round), cpu: 10, busy: 0.2 },
}))

test('the article is beside ours as a proportion, and only under its own load', () => {
  const bars = articleBars(quiet.tables[0]!, quiet, articleResults)
  expect(bars.map(({ name }) => name)).toEqual(['Redis', 'its Zedis', 'stage1', 'stage4'])
  expect(bars[1]!.value).toBeCloseTo(217_344.06 / 235_294.12, 6)
  // One value of one thing: the ratio of every other chart and table.
  const ratios = ratioDots(quiet.tables[0]!, quiet, 'rate')
  expect(bars.slice(2).map(({ value }) => value)).toEqual(ratios.map(({ ratio }) => ratio))
  const batches = fakeComparison(() => ({ rate: 1, cpu: 1, busy: 0.1 }), {
    workloads: [{ clients: 50, payload: 3, keyspace: 1, pipeline: 16 }],
  })
  expect(articleBars(batches.tables[0]!, batches, articleResults)).toEqual([])
})

test('no two lines of a comparison look alike', () => {
  const names = [...stages.map(({ id }) => id), 'redis']
  expect(new Set(names.map((name) => colourOf(name, names))).size).toBe(names.length)
  expect(new Set(names.map((name) => dashOf(name, names))).size).toBe(names.length)
  expect(colourOf('stage4 again', names)).toBe(colourOf('stage4', names))
})

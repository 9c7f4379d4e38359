import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Comparison } from '../experiment/comparison.ts'
import { calmFake, type Fake, fakeComparison, jitter } from '../experiment/fake-comparison.ts'
import { withoutOptimization } from '../experiment/targets.ts'
import { defaultWorkload, type TestName } from '../load/workload.ts'
import { compareScreen } from './compare-table.ts'

const calm = calmFake({ redis: 1_080_000, stage1: 16_000, stage4: 1_079_000 })

const sweep = {
  sweep: { over: 'pipeline' as const, values: [1, 4, 16, 64] },
  workloads: [1, 4, 16, 64].map((pipeline) => ({ ...defaultWorkload, pipeline })),
}

function screen(comparison: Comparison): string {
  return stripVTControlCharacters(compareScreen(comparison))
}

test('the table has the servers, their ratios, the cost per request, and the noise floor', () => {
  const text = screen(fakeComparison(calm))
  expect(text).toContain('SET, 50 clients, 3-byte payload, no pipelining')
  expect(text).toMatch(/^redis +1,0\d\d,\d\d\d +1 +baseline/m)
  expect(text).toMatch(
    /^stage1 +1\d,\d\d\d +0\.01\d +0\.01\d–0\.01\d +slower +[\d.]+ +[\d.]+ +[\d.]+ +50 %$/m,
  )
  expect(text).toMatch(/^stage4 +1,0\d\d,\d\d\d +\S+ +\S+ +inconclusive/m)
  expect(text).toMatch(/^stage1 +\d\d\.\d +\d\d\.\d +\S+ +more +\S+ +\S+ +1\.00 +1\.00$/m)
  expect(text).toMatch(/^stage1 .*1,234 +500 +300 +1\.00 +1\.00 +90$/m)
  expect(text).toMatch(/^redis +- +- +- +1\.00 +1\.00 +90$/m)
  expect(text).toMatch(
    /Noise floor: [\d.]+ % of throughput, [\d.]+ % of CPU\. stage4 and stage4 again: no/,
  )
  expect(text).toMatch(
    /\nAnswer\nOf all but redis, stage4 takes the least CPU per request: it serves [\s\S]*decides\.$/,
  )
  expect(text).toContain('-: Redis is written in C')
  expect(text).not.toContain('bottleneck')
})

test('no line is longer than 100 columns', () => {
  const long = (['redis', 'stage1', 'stage4'] as const).map((name) => ({ name, server: name }))
  for (const changes of [
    {},
    sweep,
    { rounds: 3 },
    {
      targets: long,
      notes: ['redis-server is not installed on this machine: the ratios are to stage1'],
    },
  ]) {
    const lines = screen(fakeComparison(calm, changes)).split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([])
  }
})

test('a client that was the bottleneck is said so, and which figure to read instead', () => {
  const bound: Fake = (...all) => ({ ...calm(...all), busy: 1 })
  const text = screen(fakeComparison(bound))
  expect(text).toMatch(/^redis +≥ 1,0\d\d,\d\d\d/m)
  expect(text).toContain(
    'redis, stage1, stage4: the load generator was the bottleneck; compare CPU',
  )
})

test('A/A copies that came out different are marked as a problem', () => {
  const biased: Fake = (name, ...rest) => {
    const figures = calm(name, ...rest)
    return name === 'stage4 again' ? { ...figures, cpu: figures.cpu! * 2 } : figures
  }
  expect(screen(fakeComparison(biased))).toContain('Do not trust it')
})

test('without counters the columns are empty and the reason is below', () => {
  const blind: Fake = (...all) => ({ ...calm(...all), cpu: null, busy: null })
  const comparison = fakeComparison(blind, { tool: 'redis-benchmark' })
  const text = screen(comparison)
  expect(text).toMatch(/^stage1 +- +- /m)
  expect(text).toContain('-: not counted here')
  expect(text).toContain('redis-benchmark, no reply checked')
  expect(text).toContain('-: redis-benchmark does not report its own CPU time')
})

test('a sweep is a table of its own, with where the ranking changes', () => {
  const crossing: Fake = (name, workload, round, test) => {
    const figures = calm(name, workload, round, test)
    return name.startsWith('stage4')
      ? { ...figures, rate: figures.rate * (0.7 + workload / 4) }
      : figures
  }
  const text = screen(fakeComparison(crossing, sweep))
  expect(text).toMatch(/^pipeline +1 +4 +16 +64$/m)
  expect(text).toMatch(/SET, throughput: from pipeline 4 to 16 stage4 passes redis/)
  const apart: Fake = (name, ...rest) => {
    const figures = calm(name, ...rest)
    return name === 'redis' ? { ...figures, rate: figures.rate * 2, cpu: 0.1 } : figures
  }
  expect(screen(fakeComparison(apart, sweep))).toContain('Where the ranking changes\n  nowhere')
})

const ablation = {
  baseline: 'stage4',
  tests: ['set', 'get'] as TestName[],
  workloads: sweep.workloads.slice(0, 2),
  targets: [
    { name: 'stage4', server: 'stage4' },
    withoutOptimization('stage4', 'slab'),
    withoutOptimization('stage4', 'short-strings'),
  ],
  ablation: {
    stage: 'stage4',
    optimizations: [
      { name: 'slab', without: 'allocates new memory for every batch of replies' },
      { name: 'short-strings', without: 'keeps every value in a Buffer' },
    ],
  },
}

const costly: Fake = (name, _workload, round) => {
  const cpu = name === 'no slab' ? 12 : 10
  return { rate: 1e5 * jitter(name, round), cpu: cpu * jitter(`${name}c`, round), busy: 0.5 }
}

test('instructions have their own ratio and noise floor, and a column', () => {
  const comparison = fakeComparison(calm)
  const run = (target: string, ...least: number[]) => {
    const starts = least.map((count) => [count, count + 400])
    return { target, workload: 0, test: 'set' as const, requests: 1000, starts }
  }
  const instructions = [run('redis', 5000, 5010), run('stage4', 8100, 8240), run('stage1', 190_000)]
  const text = screen({ ...comparison, instructions })
  expect(text).toMatch(/^redis +5,000 +1 +baseline$/m)
  expect(text).toMatch(/^stage4 +8,100 +1\.62 +1\.7 % +more$/m)
  expect(text).toContain('by callgrind, over one connection')
  expect(screen(comparison)).not.toContain('callgrind')
})

test('an ablation says what each optimization buys, also if that is nothing', () => {
  const comparison = fakeComparison(costly, ablation)
  const text = screen(comparison)
  expect(text).toContain('What each optimization of stage4 buys')
  expect(text).toMatch(/^slab +\+(19|20|21) % +\+/m)
  expect(text).toMatch(/^short-strings +inconclusive +inconclusive/m)
  expect(text).toMatch(/^slab +0 +0 +0 +0$/m) // bytes on the heap
  expect(text).toContain('without slab it allocates new memory')
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
})

test('the columns of an ablation with many keys stay apart', () => {
  const workloads = ablation.workloads.map((workload) => ({ ...workload, keyspace: 1_000_000 }))
  const text = screen(fakeComparison(costly, { ...ablation, workloads }))
  const heads = text.slice(text.indexOf('What each optimization')).split('\n')
  const at = heads.findIndex((line) => line.startsWith('CPU '))
  expect(heads[at]).toMatch(/SET, no pipelining, +GET, no pipelining, +SET, pipeline 4, /)
  expect(heads[at + 1]).toMatch(/^( +1,000,000 keys){4}$/)
})

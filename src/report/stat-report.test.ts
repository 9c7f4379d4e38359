import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { articleCounts, articleTimes } from '../article/perf-stat.ts'
import type { StatResult } from '../experiment/stat.ts'
import { type Readings, withoutSource } from '../measure/counters.ts'
import { readMachine } from '../measure/machine.ts'
import { parsePerfFields } from '../measure/perf-stat.ts'
import { type StatReport, statScreen } from './stat-report.ts'

const unknown = { missing: 'not on this system' }
const server: Readings = {
  cpu: { value: 4000 },
  user: { value: 1000 },
  kernel: { value: 3000 },
  reads: { value: 46 },
  writes: { value: 1 },
  contextSwitches: { value: 0.03 },
  pageFaults: { value: 0.005 },
  residentBytes: unknown,
}
const report = (more: Partial<StatResult>): StatReport => ({
  format: 1,
  at: '',
  stage: { id: 'stage1', title: 'one byte at a time' },
  machine: readMachine(),
  workload: { clients: 50, pipeline: 1, payload: 3, keyspace: 1 },
  result: {
    requests: 1000,
    elapsedSeconds: 5,
    perf: { missing: 'perf is not installed' },
    server,
    load: { before: 0, after: 1, coreShare: 1 },
    ...more,
  },
  article: { counts: articleCounts, times: articleTimes },
})
const screen = (more: Partial<StatResult>) => stripVTControlCharacters(statScreen(report(more)))
const lineOf = (text: string, name: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.split(/ {2,}/)

test('without perf every row says so, and what can be counted is shown', () => {
  const text = screen({})
  expect(lineOf(text, 'cache-misses')).toEqual([
    'cache-misses',
    '1,162,705,808',
    '5.61 %',
    '- no perf',
  ])
  expect(text).toContain('- cache and TLB counters: perf is not installed')
  expect(lineOf(text, 'user')).toEqual(['user', '15.76 s', '1.00 s', '1,000 µs'])
  expect(lineOf(text, 'sys to user')).toEqual(['sys to user', '4.09 x', '3.00 x'])
  expect(lineOf(text, 'read(2) calls')).toEqual(['read(2) calls', '46,000', '46.0'])
  expect(lineOf(text, 'context switches')).toEqual(['context switches', '30', '0.030'])
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test('with counters: counts, rates and per request; what is missing says which and why', () => {
  const fields = `200000,,cache-references,1,100.00,,
10000,,cache-misses,1,50.00,,
<not supported>,,L1-dcache-loads,0,100.00,,`
  const text = screen({ perf: { value: parsePerfFields(fields) } })
  expect(lineOf(text, 'cache-misses')).toEqual([
    'cache-misses',
    '1,162,705,808',
    '5.61 %',
    '10,000',
    '5.00 %',
    '10.0',
  ])
  expect(lineOf(text, 'L1-dcache-loads')!.at(-1)).toBe('- not supported')
  expect(text).toContain('- L1-dcache-loads: not supported: this processor')
  expect(text).toContain('counted part of the time and scaled up: cache-misses')
})

test('a system that accounts for nothing', () => {
  const text = screen({ server: withoutSource('process', unknown.missing) })
  expect(lineOf(text, 'user')!.at(-1)).toBe('- not counted')
  expect(text).toContain(': not on this system')
})

import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { articleCounts, articleTimes } from '../article/perf-stat.ts'
import type { StatResult } from '../experiment/stat.ts'
import { readMachine } from '../measure/machine.ts'
import { parsePerfFields } from '../measure/perf-stat.ts'
import { type StatReport, statScreen } from './stat-report.ts'

const unknown = { missing: 'not on this system' }
const snapshot = (times: number): StatResult['before'] => ({
  cpu: { value: { totalMicros: 4e6 * times, exact: true, userMicros: 1e6, systemMicros: 3e6 } },
  io: { value: { reads: 46_000 * times, writes: 1000 * times } },
  switches: { value: { voluntary: 10 * times, involuntary: 20 * times } },
  faults: { value: { minor: 5 * times, major: 0 } },
  residentBytes: unknown,
})
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
    cpu: { value: { user: 1e6, system: 3e6, total: 4e6 } },
    before: snapshot(0),
    after: snapshot(1),
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

test('without perf every row says so, and what can be had stands there', () => {
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
  expect(lineOf(text, 'context-switches')).toEqual(['context-switches', '30', '0.030'])
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test('with counters: counts, rates and a request; what is missing says which and why', () => {
  const fields = `200000,,cache-references,1,100.00,,
10000,,cache-misses,1,50.00,,
<not supported>,,L1-dcache-loads,0,100.00,,
70,,context-switches,1,100.00,,
1,,page-faults:u,1,100.00,,`
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
  // perf's own where it may count all, the kernel's books where it may not.
  expect(lineOf(text, 'context-switches')![1]).toBe('70')
  expect(lineOf(text, 'page-faults')![1]).toBe('5')
  expect(text).toContain('counted part of the time and scaled up: cache-misses')
})

test('a system that accounts for nothing', () => {
  const nothing = { cpu: unknown, io: unknown, switches: unknown, faults: unknown }
  const none = { ...nothing, residentBytes: unknown }
  const text = screen({ cpu: unknown, before: none, after: none })
  expect(lineOf(text, 'user')!.at(-1)).toBe('- not counted')
  expect(text).toContain(': not on this system')
})

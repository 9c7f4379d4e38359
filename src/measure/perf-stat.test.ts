import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { articleCounts, articleOutput, articleTimes } from '../article/perf-stat.ts'
import { countEvents, parsePerfFields, parsePerfStat } from './perf-stat.ts'

vi.setConfig({ testTimeout: 60_000 })

const value = (count: number) => ({ value: count })

test("the article's own output, curly quotes and all", () => {
  const { counts, times } = parsePerfStat(articleOutput)
  expect(counts.map(({ event, count }) => [event, count])).toEqual(
    articleCounts.map(({ event, count }) => [event, value(count)]),
  )
  expect(counts.map(({ share }) => share?.percent)).toEqual(
    articleCounts.map(({ of }) => of?.percent),
  )
  expect(counts[1]!.share!.of).toBe('all cache refs')
  expect(times).toEqual(articleTimes)
})

test("the article's percentages follow from its counts", () => {
  for (const { count, of } of articleCounts) {
    if (of === undefined) continue
    const base = articleCounts.find(({ event }) => event === of.event)!
    expect((100 * count) / base.count).toBeCloseTo(of.percent, 2)
  }
})

test('a virtual machine: not supported and not counted say so and are never zero', () => {
  // Recorded: perf 6.1 in a virtual machine, the pid and two rows changed.
  const { counts, times } = parsePerfStat(`
 Performance counter stats for process id '1234':

   <not supported>      cache-references
   <not counted>        cache-misses                                                  (0.00%)
            530.42 msec task-clock                       #    0.999 CPUs utilized
             1,203      context-switches                 #    2.268 K/sec
       3,000,000        L1-dcache-loads:u                #    1.2 M/sec                (49.90%)

       0.531017433 seconds time elapsed
`)
  expect(counts).toMatchObject([
    { event: 'cache-references', count: { missing: expect.stringMatching(/^not supported: /) } },
    { event: 'cache-misses', count: { missing: expect.stringMatching(/^not counted: /) } },
    { event: 'task-clock', count: value(530.42), userOnly: false, counted: 1 },
    { event: 'context-switches', count: value(1203) },
    { event: 'L1-dcache-loads', count: value(3_000_000), userOnly: true, counted: 0.499 },
  ])
  expect(times).toEqual({ elapsed: 0.531017433 })
})

test('fields, as -x gives them', () => {
  // Recorded: perf 6.1; the third and the last row from its manual.
  const { counts } = parsePerfFields(`# started on Sun Nov 22 2026

<not supported>,,cache-references,0,100.00,,
<not counted>,,cache-misses,0,0.00,,
8589113560,,L1-dcache-load-misses,22936441891,83.30,10.57,of all L1-dcache accesses
0.54,msec,task-clock,538371,100.00,0.381,CPUs utilized
51,,page-faults:u,538371,100.00,94.730,K/sec
`)
  expect(counts).toEqual([
    {
      event: 'cache-references',
      userOnly: false,
      count: { missing: expect.stringMatching(/^not supported/) },
      counted: 1,
    },
    {
      event: 'cache-misses',
      userOnly: false,
      count: { missing: expect.stringMatching(/^not counted/) },
      counted: 0,
    },
    {
      event: 'L1-dcache-load-misses',
      userOnly: false,
      count: value(8_589_113_560),
      counted: 0.833,
    },
    { event: 'task-clock', userOnly: false, count: value(0.54), counted: 1 },
    { event: 'page-faults', userOnly: true, count: value(51), counted: 1 },
  ])
  expect(parsePerfFields('').counts).toEqual([])
})

const children: ChildProcess[] = []
const directories: string[] = []
const path = process.env.PATH
afterEach(() => {
  process.env.PATH = path
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

async function sleeper(): Promise<number> {
  const child = spawn(process.execPath, ['-e', "console.log('up'); process.stdin.resume()"], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  children.push(child)
  await once(child.stdout!, 'data')
  return child.pid!
}

/** Puts a program called perf before all others. */
function fakePerf(script: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'fake-perf-'))
  directories.push(directory)
  writeFileSync(join(directory, 'perf'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(directory, 'perf'), 0o755)
  process.env.PATH = `${directory}:${path}`
}

test('the real one, if there is one', async ({ skip }) => {
  const counted = await countEvents(
    await sleeper(),
    ['task-clock', 'no-such'],
    async () => 7,
  ).catch((error: Error) => error)
  // An event that perf does not know ends it before it begins.
  expect(counted).toBeInstanceOf(Error)
  const events = ['task-clock', 'context-switches']
  const result = await countEvents(await sleeper(), events, async () => 7).catch((error: Error) =>
    skip(error.message),
  )
  expect(result.result).toBe(7)
  expect(result.stat.counts.map(({ event }) => event)).toEqual(events)
})

test('no perf, or one that is denied: one line', async () => {
  const pid = await sleeper()
  const during = vi.fn()
  fakePerf(
    `echo 'Error:' >&2; echo 'Access to performance monitoring is limited. Enforced MAC policy settings' >&2; exit 255`,
  )
  await expect(countEvents(pid, ['task-clock'], during)).rejects.toThrow(
    /^perf is not allowed to count here/,
  )
  process.env.PATH = '/nowhere'
  await expect(countEvents(pid, ['task-clock'], during)).rejects.toThrow('perf is not installed')
  expect(during).not.toHaveBeenCalled()
})

test('what the counted work throws is thrown', async () => {
  fakePerf('read line <&3; echo ack >&4; exec sleep 100')
  const failing = () => Promise.reject(new Error('wrong reply'))
  await expect(countEvents(await sleeper(), ['task-clock'], failing)).rejects.toThrow('wrong reply')
})

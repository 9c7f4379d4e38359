/** What is said of what was found: the standing, the verdict, the hints. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { readMachine } from '../measure/machine.ts'
import { labRoot } from '../run/server.ts'
import { findPiece } from '../source/pieces.ts'
import { stages } from '../stages.ts'
import { verdictOf } from './check.ts'
import { type CounterName, type Counters, counterNames } from './counters.ts'
import { type Against, standingText } from './race.ts'
import { checkScreen } from './screen.ts'
import { goalLines } from './screen-parts.ts'
import { crashMeans, lastError } from './state.ts'
import { judgeGoal, judgeSteps, nextStep, ownLimits, taskOf, tasks } from './tasks.ts'

function beside(
  stage: string,
  verdict: Against['judged']['verdict'],
  ratio: number,
  by: Against['by'] = 'rate',
): Against {
  return { stage, by, judged: { ratio, low: ratio - 0.05, high: ratio + 0.05, verdict } }
}

it.each<[Against[], string]>([
  [
    [beside('stage2', 'faster', 1.8), beside('stage3', 'slower', 0.7)],
    'between stage2 and stage3: 1.80 x stage2, interval 1.75-1.85',
  ],
  [
    [beside('stage1', 'faster', 6), beside('stage2', 'faster', 1.5)],
    'ahead of stage2: 1.50 x stage2, interval 1.45-1.55',
  ],
  [
    [beside('stage1', 'slower', 0.5), beside('stage2', 'slower', 0.1)],
    'behind stage1: 0.50 x stage1, interval 0.45-0.55',
  ],
  [
    [beside('stage1', 'faster', 6), beside('stage2', 'inconclusive', 1.02, 'cpu')],
    'ahead of stage1; inconclusive beside stage2: 1.02 x the CPU per request of stage2, interval 0.97-1.07',
  ],
  [
    [beside('stage1', 'inconclusive', 1), beside('stage2', 'slower', 0.2)],
    'inconclusive beside stage1: 1.00 x stage1, interval 0.95-1.05',
  ],
])('says which stages a copy is faster than', (against, text) => {
  expect(standingText(against)).toBe(text)
})

const fine = {
  copy: 'mine/stage1',
  conformance: { trials: 1, failures: [], ended: null, lastError: null },
  fresh: null,
  counters: null,
  race: null,
  instructions: null,
}

it('says it in one line, the worst first', () => {
  expect(verdictOf(fine)).toBe('conforms')
  const failures = [{ phase: 'whole', seen: '', means: '' }]
  const fresh = { trial: 'fresh keys', seen: '', means: '' }
  expect(verdictOf({ ...fine, fresh })).toBe('passes the suite, but not fresh keys')
  expect(verdictOf({ ...fine, conformance: { ...fine.conformance, failures }, fresh })).toBe(
    'does not conform',
  )
})

it('reaches no goal with what cannot be counted', () => {
  const missing = { missing: 'this is not Linux' }
  const counters = Object.fromEntries(counterNames.map((name) => [name, missing])) as Parameters<
    typeof judgeGoal
  >[1]
  for (const task of tasks) expect(judgeGoal(task, counters).reached).toBe(false)
})

it('says which steps are reached, and what comes next', () => {
  const task = taskOf('stage2')
  const counted = (counts: Partial<Record<CounterName, number>>) =>
    judgeSteps(
      task,
      Object.fromEntries(
        counterNames.map((name) => [name, { value: counts[name] ?? 1e9 }]),
      ) as Counters,
    )
  const text = (steps: ReturnType<typeof counted>) =>
    stripVTControlCharacters(goalLines(task, 'mine/stage2', steps).join('\n'))
  const some = counted({ copied: 13, strings: 24 })
  expect(some.map(({ id, reached }) => [id, reached])).toEqual([
    ['views', true],
    ['digits', false],
    ['index', false],
  ])
  // Reached: in one line. What step 1 limits already is not repeated; step 3 comes later.
  expect(text(some)).toMatch(
    /^✓ step 1 of 3, an argument is a view: reached\n✗ step 2 of 3, .*not reached: [^;]*: 24.*\n✗ step 3 of 3, .*: not reached\n\nNext: numbers from/s,
  )
  expect(text(some)).not.toContain('bytes copied')
  expect(text(counted({ copied: 13.3 }))).toMatch(
    /bytes copied per SET: 13\.3, at most 13 wanted: the rest is V8’s helper\s+threads\./,
  )
  expect(text(counted({ copied: 13, strings: 19, buffers: 5 }))).toMatch(/✓ all steps are reached/)
  expect(nextStep(task, ['views'])?.id).toBe('digits')
  expect(nextStep(task, ['views', 'digits', 'index'])).toBeUndefined()
})

it('every step says what, where, what is counted, and has hints', () => {
  for (const { id, shared = [], steps, limits } of tasks) {
    expect(new Set(steps.map((step) => step.id)).size).toBe(steps.length)
    expect(limits).not.toEqual([])
    for (const [at, { where, what, counted, hints }] of steps.entries()) {
      expect(ownLimits(steps, at)).not.toEqual([])
      expect(what).toMatch(/^[A-Z].*\.$/s)
      expect(counted).toMatch(/^The check counts .*\.$/s)
      expect(hints.length).toBeGreaterThan(1)
      const folders = [`stages/${id}`, ...shared]
      const file = folders.map((one) => join(labRoot, one, where.file)).find(existsSync)!
      expect(findPiece(readFileSync(file, 'utf8'), where.file, where.region!)).toBeDefined()
    }
  }
})

it('has a task for every stage', () => {
  expect(tasks.map(({ id }) => id)).toEqual(stages.map(({ id }) => id))
})

it('finds the last error that a server went on from, and where', () => {
  const errorOutput = `a command failed: TypeError: old
    at run (file:///lab/src/server/execute.ts:9:1)
client 127.0.0.1:1 closed: RangeError: Index 9 out of range
    at node:internal/buffer:1:1
    at Reader.take (file:///lab/mine/stage1/reader.ts:41:7)
    at run (file:///lab/src/server/execute.ts:9:1)
`
  expect(lastError(errorOutput)).toBe('RangeError: Index 9 out of range (mine/stage1/reader.ts:41)')
  expect(lastError('client 127.0.0.1:1 closed: too slow')).toBeUndefined()
  expect(crashMeans('SyntaxError: Unexpected token')).toContain('a bracket')
})

it('the next commands have their reasons in one column', () => {
  const screen = checkScreen({
    format: 1,
    kind: 'check',
    at: '2026-01-01T00:00:00.000Z',
    machine: readMachine(),
    copy: 'mine/stage1',
    stage: 'stage1',
    task: { title: 'a title', goal: 'a goal' },
    seed: 1,
    typeErrors: null,
    conformance: { trials: 1, failures: [], ended: null, lastError: null },
    fresh: null,
    counters: null,
    race: null,
    instructions: null,
    goal: { reached: false, limits: [] },
    steps: null,
    conforms: true,
    verdict: 'conforms',
  })
  expect(stripVTControlCharacters(screen)).toMatch(
    /→ npm run check -- --no-race {3}a quick look\n {2}npm run check -- --watch {5}at each save\n {2}npm run hint {17}the next hint$/,
  )
})

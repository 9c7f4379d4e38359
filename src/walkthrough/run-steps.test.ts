import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { lessonOf } from '../course/lessons.ts'
import { fakeComparison, jitter } from '../experiment/fake-comparison.ts'
import type { FrameTree } from '../flame/tree.ts'
import { leastRounds } from '../measure/statistics.ts'
import { recordedRun, type StageRun } from './lesson-run.ts'
import { judgeAll, outcomeLines, showOutcomes } from './predictions.ts'
import { lessonState, newState } from './progress-store.ts'
import { measuredLines } from './run-steps.ts'
import type { Session } from './session.ts'
import { saysOf, summaryLines } from './summary.ts'

const lesson = lessonOf('stage2')
const recording = await recordedRun(lesson)

/** A run of stage 2 with known figures; stage 1 serves 1000 per second for 50 µs each. */
function runOf(
  after: { rate: number; cpu: number | null; busy: number },
  tree: FrameTree = recording.tree,
): StageRun {
  const targets = ['stage1', 'stage2', 'stage4'].map((name) => ({ name, server: name }))
  const comparison = fakeComparison(
    (name, _, round) => {
      const own = name === 'stage1' ? { rate: 1000, cpu: 50, busy: 0.2 } : after
      return { ...own, rate: own.rate * jitter(name, round) }
    },
    { targets, baseline: 'stage1', rounds: leastRounds },
  )
  const record = { at: comparison.at, recorded: false, directory: 'here', machine: 'a machine' }
  return { comparison, tree, record }
}

const textOf = (run: StageRun, columns = 80) => measuredLines(lesson, run, columns).join('\n')

it('a ratio is shown with its interval, what it says, and the noise floor', () => {
  const text = textOf(runOf({ rate: 6000, cpu: 10, busy: 0.5 })).replaceAll('\n', ' ')
  expect(text).toMatch(/Requests per second: [56]\.\d+ times those of stage1 \(95 % interval/)
  expect(text).toContain('It is faster.')
  expect(text).toContain(
    'CPU per request: by a factor of 5.00 lower than that of stage1 (95 % interval 5.00 to 5.00).',
  )
  expect(text).toMatch(/Noise floor: the same server, started twice, comes out up to [\d.]+ %/)
  expect(text).not.toContain('bottleneck')
  expect(text).not.toContain('RECORDED')
})

it('what is per second is not below "per request"', () => {
  const lines = textOf(runOf({ rate: 6000, cpu: 10, busy: 0.5 }))
    .split('\n')
    .map(stripVTControlCharacters)
  const at = (start: string) => lines.findIndex((line) => line.startsWith(start))
  expect(at('requests per second')).toBe(at('load generator') - 1)
  expect(at('per request')).toBeGreaterThan(at('load generator'))
  expect(at('CPU, µs')).toBeGreaterThan(at('per request'))
})

it('a difference within the noise is called inconclusive', () => {
  const text = textOf(runOf({ rate: 1000, cpu: 50, busy: 0.2 })).replaceAll('\n', ' ')
  expect(text).toMatch(
    /Requests per second: .* That is inconclusive: a difference of this size may be/,
  )
})

it('a saturated load generator is named, and so is a recording', () => {
  const run = runOf({ rate: 6000, cpu: 10, busy: 0.99 })
  expect(textOf(run)).toContain('stage2: the load generator was the bottleneck')
  const recorded = { ...run, record: { ...run.record, recorded: true } }
  expect(textOf(recorded)).toMatch(/^RECORDED on 2 Jan 2026, on another machine: a machine/)
})

it('what cannot be counted here is a dash with a reason, not a zero', () => {
  const text = textOf(runOf({ rate: 6000, cpu: null, busy: 0.5 }))
  expect(text).toMatch(/CPU, µs {2,}50\.0 {2,}-/)
  expect(text).toContain('CPU per request: cannot be measured here (not counted here)')
})

it.each([80, 60])('no line is wider than %d columns', (columns) => {
  const lines = measuredLines(lesson, runOf({ rate: 6000, cpu: 10, busy: 0.99 }), columns)
  expect(lines.filter((line) => line.length > columns)).toEqual([])
})

it.each([
  [0.4, true],
  [0.95, false],
])(
  'with %d of a core, the figures have a warning: %s; a verdict has none',
  async (coreShare, warned) => {
    const quiet = runOf({ rate: 6000, cpu: 10, busy: 0.5 })
    const load = { before: 8.68, after: 9.55, coreShare }
    const run = { ...quiet, comparison: { ...quiet.comparison, load } }
    const busy = /The machine was busy: load average 8\.7 before.* The figures may be off/
    expect(busy.test(textOf(run).replaceAll('\n', ' '))).toBe(warned)
    const said: string[] = []
    const output = {
      columns: 80,
      pause: async () => {},
      say: async (lines: readonly string[]) => void said.push(...lines),
    }
    const session = { output, state: newState('2026-01-02T03:04:05.678Z') } as unknown as Session
    await showOutcomes(lesson, run, session)
    expect(said.join(' ')).toContain('NO GUESS')
    expect(said.join(' ')).not.toContain('The machine was busy')
  },
)

it('what this machine cannot measure is answered by the recording, which says that it is one', () => {
  const state = newState('2026-01-02T03:04:05.678Z')
  const saved = lessonState(state, 'stage2')
  for (const prediction of lesson.predictions) {
    const guess = prediction.kind === 'choice' ? prediction.options[0]! : 1
    saved.guesses[prediction.id] = { guess, at: '2026-01-02T03:04:05.678Z' }
  }
  const blind: FrameTree = { ...recording.tree, source: '0x' }
  judgeAll(lesson, saved, runOf({ rate: 6000, cpu: 10, busy: 0.5 }, blind), recording)
  const widest = lesson.predictions.find(({ id }) => id === 'stage2.widest')!
  const outcome = saved.outcomes[widest.id]!
  expect(outcome.verdict).toBe('unknown')
  const lines = outcomeLines(widest, 'reading', outcome, 80).join('\n')
  expect(lines).toContain('CANNOT BE TOLD HERE')
  expect(lines).toContain('On the machine of the recordings: replying')
  expect(summaryLines(state, 80).join('\n')).toContain('CANNOT BE TOLD')
  expect(saysOf(state)[0]).toBe(
    'Of 2 guesses, 1 correct, 0 close, 1 incorrect. 1 cannot be measured on this machine.',
  )
})

import { expect, it } from 'vitest'
import { startFakeServer } from '../load/fake-server.ts'
import { defaultWorkload } from '../load/workload.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import { compare, throwFailure } from './compare.ts'
import type { ComparisonPlan, Target } from './comparison.ts'
import { compareNotes } from './comparison-notes.ts'

const plan: ComparisonPlan = {
  targets: ['a', 'b'].map((name) => ({ name, server: 'stage4' })),
  workloads: [{ ...defaultWorkload, clients: 2 }],
  tests: ['set'],
  tool: 'lab',
  rounds: 5,
  seconds: 0.05,
  warmUpSeconds: 0.05,
  baseline: 'a',
  sweep: null,
  notes: [],
}

/** Servers in this process; b does not start any more in that round. */
function startUntil(round: number) {
  const started = new Map<string, number>()
  return async ({ name }: Target): Promise<RunningServer> => {
    const times = (started.get(name) ?? 0) + 1
    started.set(name, times)
    if (name === 'b' && times >= round) {
      throw new LabError('b did not start: no memory', { next: 'npm run doctor' })
    }
    const fake = await startFakeServer()
    return {
      name,
      ...fake.target,
      pid: process.pid,
      errorOutput: () => '',
      ended: new Promise(() => {}),
      stop: () => fake.close(),
    }
  }
}

it.each([1, 2])('a failure after %d rounds: they are there, and why it stopped', async (rounds) => {
  const comparison = await compare(plan, () => {}, startUntil(rounds + 1))
  expect(comparison.plan.rounds).toBe(rounds)
  expect(comparison.runs).toHaveLength(rounds * 3) // a, b, and one of them once more
  expect(comparison.tables[0]!.rows.map(({ target }) => target)).toEqual(['a', 'b', 'b again'])
  expect(comparison.failure).toEqual({
    happened: expect.stringMatching(
      new RegExp(`^b, round ${rounds + 1}: b did not start: no memory`),
    ),
    next: 'npm run doctor',
  })
  expect(comparison.heap.map(({ target }) => target)).toEqual(['a', 'b'])
  const notes = compareNotes(comparison).map(({ text }) => text)
  expect(notes).toContainEqual(
    expect.stringMatching(/^It stopped after \d rounds?, which are shown: b, round/),
  )
  expect(() => throwFailure(comparison)).toThrow(/no memory/)
})

it('a target that fails in the first round: there is nothing to show', async () => {
  await expect(compare(plan, () => {}, startUntil(1))).rejects.toThrow(/no memory/)
})

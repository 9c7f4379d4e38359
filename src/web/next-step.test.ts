import { expect, it } from 'vitest'
import type { LessonProgress, StageCard } from './api-types.ts'
import { nextStep } from './next-step.ts'

const stage = {
  number: 1,
  whyNot: null,
  lesson: { predictions: [{ id: 'stage1.reads' }, { id: 'stage1.kernel' }] },
  task: {},
} as unknown as StageCard
const course = { stages: [{ number: 1 }, { number: 2 }], exported: false }
const guess = { guess: null, at: '' }
const guessed = {
  guesses: { 'stage1.reads': guess, 'stage1.kernel': guess },
  run: null,
  done: null,
} as unknown as LessonProgress
const run = { ...guessed, run: { recorded: false } } as LessonProgress

it.each([
  ['nothing', undefined, false, 'guess stage 1'],
  ['one guess of two', { ...guessed, guesses: { 'stage1.reads': guess } }, false, 'guess stage 1'],
  ['all guesses, one of them skipped', guessed, false, 'run it'],
  ['a run', run, false, 'look at the flame graph'],
  [
    'a run in the terminal, without guesses',
    { ...run, guesses: {} },
    false,
    'look at the flame graph',
  ],
  ['the whole of it in the terminal', { ...run, done: '2026-01-01' }, false, 'stage 2'],
  ['a look', run, true, 'your task'],
  ['the task', { ...run, tried: true }, true, 'stage 2'],
] as const)('after %s', (_, progress, looked, text) => {
  expect(nextStep(stage, progress, looked, course).text).toBe(text)
})

it('where nothing can run, the recording is next', () => {
  const exported = { ...course, exported: true }
  expect(nextStep(stage, guessed, false, exported)).toMatchObject({
    step: 'run',
    text: 'see what was recorded',
  })
  // No task can be tried in it.
  expect(nextStep(stage, run, true, exported)).toMatchObject({ stage: 2 })
  expect(nextStep({ ...stage, whyNot: 'no io_uring' }, guessed, false, course).text).toMatch(
    'recorded',
  )
})

it('a stage without a task leads on, and the last one to the comparison', () => {
  expect(nextStep({ ...stage, task: null }, run, true, course)).toMatchObject({ stage: 2 })
  const last = { ...course, stages: [{ number: 1 }] }
  expect(nextStep({ ...stage, task: null }, run, true, last)).toMatchObject({ stage: null })
})

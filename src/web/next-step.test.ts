import { expect, it } from 'vitest'
import type { LessonProgress, StageCard } from './api/index.ts'
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
const unseen = { graph: false, task: false }
const looked = { graph: true, task: false }
const run = { ...guessed, run: { recorded: false } } as LessonProgress

it.each([
  ['nothing', undefined, unseen, 'guess stage 1'],
  ['one guess of two', { ...guessed, guesses: { 'stage1.reads': guess } }, unseen, 'guess stage 1'],
  ['all guesses, one of them skipped', guessed, unseen, 'run it'],
  ['a run', run, unseen, 'look at the flame graph'],
  [
    'a run in the terminal, without guesses',
    { ...run, guesses: {} },
    unseen,
    'look at the flame graph',
  ],
  ['the whole of it in the terminal', { ...run, done: '2026-01-01' }, unseen, 'stage 2'],
  ['a look', run, looked, 'your task'],
  ['a task that was only read', run, { graph: true, task: true }, 'your task'],
  ['a check', { ...run, tried: true }, looked, 'your task'],
  ['the task', { ...run, tried: true, solved: true }, looked, 'stage 2'],
] as const)('after %s', (_, progress, inView, text) => {
  expect(nextStep(stage, progress, inView, course).text).toBe(text)
})

it('if nothing can run, the recording is next; then the graph, and the task to read', () => {
  const exported = { ...course, exported: true }
  expect(nextStep(stage, guessed, unseen, exported)).toMatchObject({
    step: 'judge',
    text: 'see what was recorded',
  })
  expect(nextStep(stage, run, unseen, exported)).toMatchObject({ step: 'look' })
  expect(nextStep(stage, run, looked, exported)).toMatchObject({ step: 'task' })
  const read = { graph: true, task: true }
  expect(nextStep(stage, run, read, exported)).toMatchObject({ step: 'next', stage: 2 })
  expect(nextStep({ ...stage, whyNot: 'no io_uring' }, guessed, unseen, course).text).toMatch(
    'recorded',
  )
})

it('a stage without a task leads on, and the last one to the comparison', () => {
  expect(nextStep({ ...stage, task: null }, run, looked, course)).toMatchObject({ stage: 2 })
  const last = { ...course, stages: [{ number: 1 }] }
  expect(nextStep({ ...stage, task: null }, run, looked, last)).toMatchObject({ stage: null })
})

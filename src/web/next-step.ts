/** What a reader does next in a stage, told by what is saved of the course. */
import type { LessonProgress, StageCard } from './api-types.ts'

export type StepName = 'predict' | 'run' | 'look' | 'task' | 'next'

export interface NextStep {
  step: StepName
  /** After `Next: `: `guess stage 1`, `your task`. */
  text: string
  /** The stage that it is in; null after the last one. */
  stage: number | null
  /** The heading of the chapter that it is done under, by its id; none: the chapter from its start. */
  at?: string
}

/**
 * @param looked whether the flame graph was in view since the run, which the course does not save
 * @param exported nothing runs in an exported page: there the recording is shown, and no task is tried
 */
export function nextStep(
  stage: Pick<StageCard, 'number' | 'lesson' | 'task' | 'whyNot'>,
  progress: LessonProgress | undefined,
  looked: boolean,
  { stages, exported }: { stages: readonly Pick<StageCard, 'number'>[]; exported: boolean },
): NextStep {
  const { number, lesson, task, whyNot } = stage
  const isOpen = lesson.predictions.some(({ id }) => progress?.guesses[id] === undefined)
  if (progress?.run == null) {
    if (isOpen)
      return { step: 'predict', text: `guess stage ${number}`, stage: number, at: 'predict' }
    const text = exported || whyNot !== null ? 'see what was recorded' : 'run it'
    return { step: 'run', text, stage: number, at: 'run' }
  }
  // Through to its end in the terminal.
  const isDone = progress.done !== null
  if (!looked && !isDone)
    return { step: 'look', text: 'look at the flame graph', stage: number, at: 'look' }
  if (task !== null && !progress.tried && !isDone && !exported)
    return { step: 'task', text: 'your task', stage: number, at: 'try-it-yourself' }
  const next = stages.find((one) => one.number === number + 1)
  return next === undefined
    ? { step: 'next', text: 'all stages beside each other', stage: null }
    : { step: 'next', text: `stage ${next.number}`, stage: next.number }
}

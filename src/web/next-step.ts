/** What a reader does next in a stage, by what is saved of the course. */
import type { LessonProgress, StageCard } from './api/index.ts'

export type StepName = 'predict' | 'run' | 'judge' | 'look' | 'task' | 'next'

/** What of a stage was in view since its run, which the course does not save. */
export interface InView {
  graph: boolean
  task: boolean
}

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
 * The flame graph, then the task, then the next stage. If nothing can run, the guesses are judged by
 * the recording, and the task is read, not tried.
 */
export function nextStep(
  stage: Pick<StageCard, 'number' | 'lesson' | 'task' | 'whyNot'>,
  progress: LessonProgress | undefined,
  inView: InView,
  { stages, exported }: { stages: readonly Pick<StageCard, 'number'>[]; exported: boolean },
): NextStep {
  const { number, lesson, task, whyNot } = stage
  const isOpen = lesson.predictions.some(({ id }) => progress?.guesses[id] === undefined)
  const runsNothing = exported || whyNot !== null
  if (progress?.run == null) {
    if (isOpen)
      return { step: 'predict', text: `guess stage ${number}`, stage: number, at: 'predict' }
    return runsNothing
      ? { step: 'judge', text: 'see what was recorded', stage: number, at: 'run' }
      : { step: 'run', text: 'run it', stage: number, at: 'run' }
  }
  // Through to its end in the terminal.
  const isDone = progress.done !== null
  if (!inView.graph && !isDone)
    return { step: 'look', text: 'look at the flame graph', stage: number, at: 'look' }
  const isTaskDone = progress.solved || (runsNothing && inView.task)
  if (task !== null && !isTaskDone && !isDone)
    return { step: 'task', text: 'your task', stage: number, at: 'try-it-yourself' }
  const next = stages.find((one) => one.number === number + 1)
  return next === undefined
    ? { step: 'next', text: 'all stages side by side', stage: null }
    : { step: 'next', text: `stage ${next.number}`, stage: next.number }
}

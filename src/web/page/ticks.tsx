/** How far a reader is with a stage: read, guessed, run, tried. */
import type { LessonProgress, TaughtCard } from '../api/index.ts'
import { useLab } from './lab.ts'

const steps = ['read', 'guessed', 'run', 'tried'] as const
type Progress = Record<(typeof steps)[number], boolean>
type Tick = keyof Progress

/**
 * In an exported page nothing runs and no task is tried. The guesses at a stage are judged by its
 * recording; of an exercise there is none.
 */
const exportedSteps: Record<TaughtCard['kind'], readonly Tick[]> = {
  stage: ['read', 'guessed', 'run'],
  exercise: ['read', 'guessed'],
}

/** @param own what was saved of its lesson; undefined: nothing was */
function progressOf(
  { lesson }: Pick<TaughtCard, 'lesson'>,
  own: LessonProgress | undefined,
): Progress {
  const guesses = own?.guesses ?? {}
  return {
    read: own?.read != null,
    guessed: lesson.predictions.length > 0 && lesson.predictions.every(({ id }) => id in guesses),
    run: own?.run != null,
    tried: own?.tried === true,
  }
}

/** A mark and a word for each: colour alone does not say what is done. */
export function Ticks({ taught }: { taught: TaughtCard }) {
  const { exported, course } = useLab()
  const done = progressOf(taught, course.lessons[taught.id])
  return (
    <span class="ticks">
      {(exported ? exportedSteps[taught.kind] : steps).map((step) => (
        <span key={step} class={done[step] ? 'done' : undefined}>
          <span aria-hidden="true">{done[step] ? '✓' : '○'}</span>{' '}
          {exported && step === 'run' ? 'judged' : step}
          {done[step] ? null : <span class="unseen"> not yet</span>}
        </span>
      ))}
    </span>
  )
}

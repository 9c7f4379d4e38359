/** Goes through the lessons, step by step, and keeps where the reader is. */
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import { lessonOf, lessons } from '../course/lessons.ts'
import type { FrameTree } from '../flame/tree.ts'
import { wrap } from '../report/format.ts'
import { durationText } from './duration.ts'
import type { Keeper } from './keeper.ts'
import { after, keptRun, type LessonRun, type Runs, stageOf } from './runs.ts'
import { type CourseState, lessonState } from './state.ts'
import { type Step, secondsOf, stepsOf } from './steps.ts'
import { summaryLines } from './summary.ts'
import { Back, type Teller } from './teller.ts'

/** What a step works with. */
export interface Walk {
  teller: Teller
  runs: Runs
  state: CourseState
  /** The time, ISO 8601. */
  now(): string
  /** The run of a lesson, as far as it has been made and is still there. */
  runOf(lesson: Lesson): Promise<LessonRun | undefined>
  /** The same; where its files have been removed, it is made again. */
  runNeeded(lesson: Lesson): Promise<LessonRun>
  remember(lesson: Lesson, run: LessonRun): void
  /** Whose text has been shown since `npm start`: one graph is not shown twice. */
  shown: Set<FrameTree>
  /** Writes what has been answered. */
  keep(): void
}

/** Makes what the steps work with. */
export function makeWalk(
  teller: Teller,
  runs: Runs,
  { state, keep }: Pick<Keeper, 'state' | 'keep'>,
  now: () => string,
): Walk {
  const made = new Map<string, LessonRun>()
  const walk: Walk = {
    teller,
    runs,
    state,
    now,
    async runOf(lesson) {
      const { run: record } = lessonState(state, lesson.stage)
      if (record === null) return undefined
      const run = made.get(lesson.stage) ?? (await keptRun(record, lesson))
      if (run !== undefined) made.set(lesson.stage, run)
      return run
    },
    async runNeeded(lesson) {
      const run = await walk.runOf(lesson)
      if (run !== undefined) return run
      await teller.say(wrap('The files of the run are no longer there.', '', teller.columns))
      await stepsOf(lesson, runs)
        .find(({ id }) => id === 'run')!
        .tell(walk)
      return made.get(lesson.stage)!
    },
    remember: (lesson, run) => made.set(lesson.stage, run),
    shown: new Set(),
    keep,
  }
  return walk
}

/** Where one may go on. */
export interface Place {
  lesson: Lesson
  /** Index among the steps of the lesson. */
  step: number
}

/** Where the reader stopped; undefined where they have not begun, or all is done. */
export function placeOf({ at }: CourseState, runs: Runs): Place | undefined {
  const lesson = lessons.find(({ stage }) => stage === at?.lesson)
  return at === null || lesson === undefined ? undefined : placeIn(lesson, at.step, runs)
}

/** A step of a lesson by its name; one of another version of the lab is the first. */
export function placeIn(lesson: Lesson, step: string | null, runs: Runs): Place {
  const at = stepsOf(lesson, runs).findIndex(({ id }) => id === step)
  return { lesson, step: Math.max(0, at) }
}

/** `stage 2, step 6 of 12: the run`. */
export function placeText({ lesson, step }: Place, runs: Runs): string {
  const steps = stepsOf(lesson, runs)
  return `stage ${stageOf(lesson).number}, step ${step + 1} of ${steps.length}: ${steps[step]!.title}`
}

/**
 * Goes on from a place to the end of the course.
 * @throws Left where the reader leaves; all that was answered has been kept by then
 */
export async function walkFrom(place: Place, walk: Walk): Promise<void> {
  const { teller, runs, state } = walk
  let { lesson, step } = place
  for (;;) {
    const steps = stepsOf(lesson, runs)
    while (step < steps.length) step = await tellStep(lesson, steps, step, walk)
    const kept = lessonState(state, lesson.stage)
    kept.done ??= walk.now()
    kept.step = null
    const following = after(lesson)
    if (following === undefined) break
    lesson = lessonOf(following.id)
    step = 0
    stopAt(state, lesson, stepsOf(lesson, runs)[0])
    walk.keep()
    const minutes = durationText(secondsOf(lesson, runs))
    await pauseBetween(teller, `stage ${following.number}, ${following.title} (${minutes})`)
  }
  state.at = null
  walk.keep()
  await pauseBetween(teller, 'how your guesses fared')
  await teller.say(summaryLines(state, teller.columns))
}

/** Waits where there is no step to go back to. */
async function pauseBetween(teller: Teller, next: string): Promise<void> {
  await teller.pause(next).catch((failure) => {
    if (!(failure instanceof Back)) throw failure
  })
}

/** Tells one step, and what comes next; gives the number of the next one. */
async function tellStep(
  lesson: Lesson,
  steps: readonly Step[],
  at: number,
  walk: Walk,
): Promise<number> {
  const { keep, state, teller } = walk
  const next = steps[at + 1]
  let position = at
  try {
    stopAt(state, lesson, steps[at])
    keep()
    teller.head(headLines(lesson, steps, at, teller.columns))
    await steps[at]!.tell(walk)
    position++
    if (next === undefined) return position
    stopAt(state, lesson, next)
    keep()
    const time = durationText(next.seconds)
    if (waits(steps[at]!)) await teller.pause(`${next.title} (${time})`)
    return position
  } catch (failure) {
    if (!(failure instanceof Back)) throw failure
    await teller.say([''])
    return Math.max(0, position - 1)
  }
}

function stopAt(state: CourseState, { stage }: Lesson, step: Step | undefined): void {
  const id = step?.id ?? null
  lessonState(state, stage).step = id
  state.at = id === null ? null : { lesson: stage, step: id }
}

/** After a guess the next thing may come at once, and a difference waits by itself. */
function waits({ id }: Step): boolean {
  return !id.startsWith('guess:') && id !== 'diff'
}

function headLines(lesson: Lesson, steps: readonly Step[], at: number, columns: number): string[] {
  const { title, seconds } = steps[at]!
  const place = `Stage ${stageOf(lesson).number}, step ${at + 1} of ${steps.length}`
  const text = `# ${place}: ${title} (${durationText(seconds)})`
  return [...wrap(text, '', columns).map((line) => paint.bold(line)), '']
}

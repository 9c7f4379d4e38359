/** The chapters with how far the reader is in each. */
import { paint } from '../cli/colour.ts'
import { lessonOf } from '../course/lessons.ts'
import { type Chapter, chapters } from './chapters.ts'
import { durationText } from './duration.ts'
import type { Runs } from './runs.ts'
import type { CourseState } from './state.ts'
import { secondsOf, stepsOf } from './steps.ts'
import { placeOf, placeText } from './walk.ts'

/** A line for each chapter: `npm start -- --list`. */
export function listLines(state: CourseState, runs: Runs): string[] {
  const place = placeOf(state, runs)
  return [
    paint.bold(`${'chapter'.padEnd(14)}${'time'.padEnd(8)}what it is`),
    ...chapters.map(
      (chapter) =>
        `${chapter.name.padEnd(14)}${timeOf(chapter, runs).padEnd(8)}${chapter.title} (${howFar(chapter, state, runs)})`,
    ),
    '',
    'The time of a stage is that of its lesson here. Its chapter in docs/ takes',
    'longer: it explains more, and has more to run. docs/start-here.md says how long.',
    '',
    ...(place === undefined ? [] : [`npm start goes on with ${placeText(place, runs)}.`]),
    `${place === undefined ? 'npm start goes on where you stopped; ' : ''}npm start -- stage3 opens a chapter.`,
  ]
}

function timeOf({ lesson, minutes = 0 }: Chapter, runs: Runs): string {
  return lesson === undefined ? `${minutes} min` : durationText(secondsOf(lessonOf(lesson), runs))
}

function howFar({ name, lesson }: Chapter, state: CourseState, runs: Runs): string {
  if (lesson === undefined) return state.opened[name] === undefined ? 'not opened' : 'opened'
  const kept = state.lessons[lesson]
  if (kept === undefined) return 'not begun'
  const steps = stepsOf(lessonOf(lesson), runs)
  const step = steps.findIndex(({ id }) => id === kept.step)
  if (kept.done !== null) return step < 0 ? 'done' : 'done, opened again'
  return step <= 0 ? 'not begun' : `at step ${step + 1} of ${steps.length}`
}

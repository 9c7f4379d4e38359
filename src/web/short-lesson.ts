/**
 * For tests: the run of a lesson with its real servers, load and profiler, as short as it can be.
 * Its figures are good for nothing, so the test names a directory for them.
 */
import { runEvents } from '../cli/progress.ts'
import { lessonPlan, measureLesson, runExercise } from '../walkthrough/lesson-run.ts'
import { lessonIn } from './course.ts'

const [, , id = '', results = ''] = process.argv
const lesson = lessonIn(id)
const emit = runEvents(`lesson of ${id}`)
const places = { directories: [results], notify: console.error }
if (lesson.kind === 'exercise') {
  await runExercise(lesson, emit, { lengths: { load: 0.5, warmUp: 0.2, window: 0.5 }, places })
} else {
  await measureLesson(lesson, emit, {
    plan: { ...lessonPlan(lesson), rounds: 2, seconds: 0.7, warmUpSeconds: 0.2 },
    profile: { warmUp: 0.2, window: 0.5 },
    places,
  })
}

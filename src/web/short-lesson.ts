/**
 * For tests: the run of a lesson with its real servers, load and profiler, as short as it can be.
 * Its figures are good for nothing, so it is told where to save them.
 */
import { runEvents } from '../cli/progress.ts'
import { lessonOf } from '../course/lessons.ts'
import { lessonPlan, measureLesson } from '../walkthrough/lesson-run.ts'

const [, , stage = '', results = ''] = process.argv
const lesson = lessonOf(stage)
await measureLesson(lesson, runEvents(`npm run lab: the lesson of ${stage}`), {
  plan: { ...lessonPlan(lesson), rounds: 2, seconds: 0.7, warmUpSeconds: 0.2 },
  profile: { warmUp: 0.2, window: 0.5 },
  places: { directories: [results], tell: console.error },
})

/**
 * For tests: the run of a lesson with its real servers, load and profiler, as short as it can be.
 * Its figures are good for nothing, so it is told where to keep them.
 */
import { progressLine } from '../cli/progress.ts'
import { lessonOf } from '../course/lessons.ts'
import { lessonPlan, measureLesson } from '../walkthrough/measure.ts'

const [, , stage = '', results = ''] = process.argv
const lesson = lessonOf(stage)
const progress = progressLine(process.stderr, `npm run lab: the lesson of ${stage}`)
const { record } = await measureLesson(lesson, progress, {
  plan: { ...lessonPlan(lesson), rounds: 2, seconds: 0.2, warmUpSeconds: 0.2 },
  profile: { warmUp: 0.2, window: 0.5 },
  places: { directories: [results], tell: console.error },
})
progress.clear()
console.log(JSON.stringify(record))

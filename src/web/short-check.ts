/**
 * For tests: the check of a copy that is not in the checkout, with real servers and few cases.
 * Prints what `npm run check -- --json` prints.
 */
import { basename, join } from 'node:path'
import { type CheckReport, checkCopy } from '../check/check.ts'
import { checkExercise, type ExerciseReport } from '../check/exercise-check.ts'
import { saveReached, taskOf } from '../check/tasks.ts'
import { runEvents } from '../cli/progress.ts'
import { findExercise } from '../exercises.ts'
import { findStage } from '../stages.ts'

const [, , directory = ''] = process.argv
const name = basename(directory)
const emit = runEvents(`npm run check -- mine/${name}`)
const exercise = findExercise(name)
if (exercise === undefined) {
  const count = taskOf(name).limits.map(({ counter }) => counter)
  const options = { seed: 1, race: null, only: ['strings'], timeoutMs: 5000, count }
  const copy = { ...findStage(name)!, id: directory }
  finish(await checkCopy(copy, name, options, emit))
} else {
  finish(await checkExercise(directory, exercise, { seed: 1, race: null }, emit))
}

function finish(report: CheckReport | ExerciseReport): void {
  const reached = report.steps?.filter((step) => step.reached).map(({ id }) => id)
  saveReached(name, reached ?? [], join(directory, '../..'))
  console.log(JSON.stringify(report))
}

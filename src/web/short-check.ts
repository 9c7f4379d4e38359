/**
 * For tests: the check of a copy that is not in the checkout, with real servers and few cases.
 * Prints what `npm run check -- --json` prints, and fails as it fails.
 */
import { basename, join } from 'node:path'
import { checkCopy } from '../check/check.ts'
import { checkExercise } from '../check/exercise-check.ts'
import { saveReached, taskOf } from '../check/tasks.ts'
import { type CommandLine, runCommand } from '../cli/command.ts'
import { findExercise } from '../exercises.ts'
import type { Emit } from '../run/events.ts'
import { findStage } from '../stages.ts'

const line: CommandLine = {
  command: 'npm run check',
  usage: 'DIRECTORY',
  about: 'A short check of a copy, for tests.',
  options: {},
  help: [],
  examples: [],
}

runCommand(line, async ({ positionals: [directory = ''] }, emit) => {
  const name = basename(directory)
  const report = await judge(directory, name, emit)
  const reached = report.steps?.filter((step) => step.reached).map(({ id }) => id)
  saveReached(name, reached ?? [], join(directory, '../..'))
  emit({ type: 'result', directory: null })
  console.log(JSON.stringify(report))
  return report.conforms && report.goal?.reached === true ? 0 : 1
})

async function judge(directory: string, name: string, emit: Emit) {
  const exercise = findExercise(name)
  if (exercise !== undefined) {
    return await checkExercise(directory, exercise, { seed: 1, race: null }, emit)
  }
  const count = taskOf(name).limits.map(({ counter }) => counter)
  const options = { seed: 1, race: null, only: ['strings'], timeoutMs: 5000, count }
  return await checkCopy({ ...findStage(name)!, id: directory }, name, options, emit)
}

/** `npm run try -- 1`: copies a stage, or the server of an exercise, to `mine/`. */
import { copyForExercise, copyStage } from '../src/check/copy.ts'
import { tryScreen } from '../src/check/screen.ts'
import { exerciseTaskOf, taskOf } from '../src/check/tasks.ts'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { exerciseNames, findExercise } from '../src/exercises.ts'
import { LabError } from '../src/run/lab-error.ts'
import { findCopy } from '../src/run/mine.ts'
import { isCopy } from '../src/run/server.ts'
import { unsupportedReason } from '../src/run/supported-stages.ts'

const line: CommandLine = {
  command: 'npm run try',
  usage: '-- N | EXERCISE [options]',
  about: `Copies stage N to mine/stageN, for you to change, and says what the task is; of an
exercise of docs/your-own-server.md it copies the server to mine/EXERCISE. Exercises
are ${exerciseNames.join(', ')}. The copy is not in git. Existing work is
never overwritten.`,
  options: { again: { type: 'boolean' }, from: { type: 'string' } },
  help: [
    '--again        start over; the existing copy gets another name',
    '--from COPY    goes on with another copy of yours: what you made of stage 1 may do what',
    '               stage 2 does',
  ],
  examples: [
    'npm run try -- 1',
    'npm run try -- 2 --from mine/stage1',
    'npm run try -- orders',
    'npm run try -- 1 --again',
  ],
}

runCommand(line, async ({ values, positionals }) => {
  const word = oneWord(positionals, line)
  const again = values.again === true
  const exercise = findExercise(word ?? '')
  if (exercise !== undefined) {
    if (values.from !== undefined) throw wrongWords('--from is for stages', line)
    console.log(tryScreen(copyForExercise(exercise, { again }), exerciseTaskOf(exercise.id)))
    return
  }
  const stage = stageFromWord(word, 'npm run try -- 1', exerciseNames)
  if (isCopy(stage.id)) {
    throw new LabError(`${stage.id} is a copy already`, {
      next: `npm run check -- ${stage.id}`,
      exitCode: 2,
    })
  }
  const why = unsupportedReason(stage)
  if (why !== undefined) {
    throw new LabError(why, {
      means: 'its copy could not run either',
      next: 'npm run try -- 4',
    })
  }
  const from = values.from === undefined ? {} : { from: copyNamed(String(values.from)) }
  const copied = copyStage(stage.id, { again, ...from })
  console.log(tryScreen(copied, taskOf(stage.id)))
})

/** @throws LabError, exit status 2, if it is no copy of a stage */
function copyNamed(word: string): string {
  const copy = findCopy(word)
  if (copy !== undefined) return copy.id
  throw wrongWords(`--from names a copy of a stage, such as mine/stage1, not '${word}'`, line)
}

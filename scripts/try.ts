/** `npm run try -- 1`: copies a stage to `mine/`, for the reader to change. */
import { copyStage } from '../src/check/copy.ts'
import { tryScreen } from '../src/check/screen.ts'
import { taskOf } from '../src/check/tasks.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { LabError } from '../src/run/lab-error.ts'
import { isCopy } from '../src/run/server.ts'
import { unsupportedReason } from '../src/run/supported-stages.ts'

const line: CommandLine = {
  command: 'npm run try',
  usage: '-- N [--again]',
  about: `Copies stage N to mine/stageN, for you to change, and says what the task is. The
copy is not in git. Existing work is never overwritten.`,
  options: { again: { type: 'boolean' } },
  help: ['--again        start over; the existing copy gets another name'],
  examples: ['npm run try -- 1', 'npm run try -- 1 --again'],
}

runCommand(line, async ({ values, positionals }) => {
  const word = oneWord(positionals, line)
  const stage = stageFromWord(word, 'npm run try -- 1')
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
  const copied = copyStage(stage.id, { again: values.again === true })
  console.log(tryScreen(copied, taskOf(stage.id)))
})

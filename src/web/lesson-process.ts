/** The run of a lesson for the page, in a process of its own like all that measures. */
import { type CommandLine, runCommand } from '../cli/command.ts'
import { progressLine } from '../cli/progress.ts'
import { stageFromWord } from '../cli/stage-word.ts'
import { lessonOf } from '../course/lessons.ts'
import { realRuns } from '../walkthrough/measure.ts'

const line: CommandLine = {
  command: 'npm run lab',
  usage: '',
  about: 'The run of a lesson; the lab page starts it.',
  options: {},
  help: [],
  examples: [],
}

runCommand(line, async ({ positionals }) => {
  const stage = stageFromWord(positionals[0], 'npm run lab')
  const progress = progressLine(process.stderr, `npm run lab: the lesson of ${stage.id}`)
  const { record } = await realRuns.run(lessonOf(stage.id), progress)
  progress.clear()
  console.log(JSON.stringify(record))
})

/** The run of a lesson for the page, in a process of its own like all that measures. */
import { type CommandLine, runCommand } from '../cli/command.ts'
import { stageFromWord } from '../cli/stage-word.ts'
import { lessonOf } from '../course/lessons.ts'
import { realRuns } from '../walkthrough/lesson-run.ts'

const line: CommandLine = {
  command: 'npm run lab: the lesson of',
  usage: 'STAGE',
  about: 'The run of a lesson; the lab page starts it.',
  options: {},
  help: [],
  examples: [],
}

runCommand(line, async ({ positionals }, emit) => {
  const stage = stageFromWord(positionals[0], 'npm run lab')
  await realRuns.run(lessonOf(stage.id), emit)
  return 0
})

/** The run of a lesson for the page, in a separate process like all that measures. */
import { type CommandLine, runCommand } from '../cli/command.ts'
import { realRuns } from '../walkthrough/lesson-run.ts'
import { lessonIn } from './course.ts'

const line: CommandLine = {
  command: 'lesson of',
  usage: 'STAGE|EXERCISE',
  about: 'The run of a lesson; the lab page starts it.',
  options: {},
  help: [],
  examples: [],
}

runCommand(line, async ({ positionals }, emit) => {
  await realRuns.run(lessonIn(positionals[0]), emit)
  return 0
})

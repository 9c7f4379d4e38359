/** `npm run explain -- parseBulk`: what a frame of a flame graph is. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { explain } from '../src/report/explain.ts'

const line: CommandLine = {
  command: 'npm run explain',
  usage: '-- FRAME',
  about: `Explains a frame of a flame graph: its source in each stage, what the diffs between the
stages did to it, its role, and the chapter that speaks of it.`,
  options: {},
  help: [],
  examples: [
    'npm run explain -- parseBulk',
    'npm run explain -- stages/stage2/parser.ts:77',
    'npm run explain -- uv__read',
  ],
}

runCommand(line, async ({ positionals }) => {
  if (positionals.length === 0) throw wrongWords('which frame? A name, or FILE:LINE', line)
  console.log(explain(positionals.join(' ')))
})

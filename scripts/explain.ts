/** `npm run explain -- parseBulk`: what a frame of a flame graph is. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { explain } from '../src/report/explain.ts'

const line: CommandLine = {
  command: 'npm run explain',
  usage: '-- FRAME',
  about: `Explains a frame of a flame graph: its source in each stage, what the diffs between the
stages did to it, its role, and the chapter that speaks of it. FRAME is a name as a flame
graph shows it, or a line of a source: FILE:LINE.`,
  options: {},
  help: [],
  examples: [
    'npm run explain -- parseBulk',
    'npm run explain -- parseBulk stages/stage2/parser.ts',
    'npm run explain -- mine/stage1/parser.ts:77     in your copy of a stage',
    'npm run explain -- uv__read',
    'npm run explain -- read libc',
    'npm run explain -- "not seen by this profiler"',
  ],
}

runCommand(line, async ({ positionals }) => {
  if (positionals.length === 0) throw wrongWords('which frame? A name, or FILE:LINE', line)
  console.log(explain(positionals.join(' ')))
})

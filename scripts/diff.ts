/** `npm run diff -- 1 2`: what changed between two stages. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { stageDiff } from '../src/report/stage-diff.ts'

const line: CommandLine = {
  command: 'npm run diff',
  usage: '-- FROM TO',
  about: 'Shows what the second stage changes over the first, file by file.',
  options: {},
  help: [],
  examples: ['npm run diff -- 1 2', 'npm run diff -- stage3 stage4'],
}

runCommand(line, async ({ positionals }) => {
  if (positionals.length !== 2) throw wrongWords('two stages are wanted', line)
  const [from, to] = positionals.map((word) => stageFromWord(word, 'npm run diff -- 1 2'))
  console.log(await stageDiff(from!, to!))
})

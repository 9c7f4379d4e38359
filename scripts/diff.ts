/** `npm run diff -- 1 2`: what changed between two stages, with the chapter's words. */
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { diffWords } from '../src/course/chapters.ts'
import { stageDiff } from '../src/report/stage-diff.ts'
import { LabError } from '../src/run/lab-error.ts'

const line: CommandLine = {
  command: 'npm run diff',
  usage: '-- FROM TO [--plain]',
  about: `Shows what the second stage changes over the first, file by file. If it is the next stage,
you also see what its chapter says of each hunk. The switches of compare --ablate are
left out, and a hunk has at most 40 lines.`,
  options: { plain: { type: 'boolean' } },
  help: ["--plain        the difference alone, without the chapter's words"],
  examples: [
    'npm run diff -- 1 2',
    'npm run diff -- stage3 stage4 --plain',
    'npm run diff -- mine/stage1 2     from your copy of stage 1',
  ],
}

runCommand(line, async ({ values, positionals }) => {
  if (positionals.length !== 2) {
    throw new LabError(`name two stages, not ${positionals.length}`, {
      next: 'npm run diff -- 1 2',
      exitCode: 2,
    })
  }
  const [from, to] = positionals.map((word) => stageFromWord(word, 'npm run diff -- 1 2'))
  const words = values.plain === true ? undefined : diffWords(from!, to!)
  console.log(stageDiff(from!, to!, words))
})

/** `npm run doctor`: what this machine can and cannot do. */
import { paint } from '../src/cli/colour.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { wrap, wrapAroundCommands } from '../src/cli/wrap.ts'
import { examine, type Finding } from '../src/report/doctor.ts'

const line: CommandLine = {
  command: 'npm run doctor',
  usage: '[-- --json]',
  about: 'Shows which Node, tools and counters this machine has, and what is lost without them.',
  options: { json: { type: 'boolean' } },
  help: ['--json         one JSON document instead of the list'],
  examples: ['npm run doctor'],
}

runCommand(line, async ({ values, positionals }) => {
  refuseWords(positionals, line)
  const checkup = await examine()
  if (values.json === true) {
    console.log(JSON.stringify(checkup, null, 2))
    return
  }
  const { os, kernel } = checkup.machine
  console.log(paint.dim(`${os}, ${kernel}\n`))
  for (const finding of checkup.findings) console.log(describe(finding))
  console.log('\nThe stages and their benchmarks need no more than Node.')
})

function describe({ name, state, found, lost, remedy }: Finding): string {
  const mark = state === 'ok' ? paint.green('✓') : paint.yellow('–')
  const indent = ' '.repeat(20)
  const [first, ...rest] = wrap(found, indent)
  return [
    `${mark} ${name.padEnd(17)} ${first!.trimStart()}`,
    ...rest,
    ...(lost === undefined ? [] : wrap(lost, indent).map((text) => paint.dim(text))),
    ...(remedy === undefined ? [] : wrapAroundCommands(`→ ${remedy}`, indent)),
  ].join('\n')
}

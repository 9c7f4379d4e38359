/** `npm run bundle`: your own results as one file, for a workshop. */
import { statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { labRoot } from '../src/run/server.ts'
import { bundleList } from '../src/workshop/bundle-list.ts'
import { makeBundle, readName, writeBundle } from '../src/workshop/make-bundle.ts'

const line: CommandLine = {
  command: 'npm run bundle',
  usage: '[-- options]',
  about: `Puts the newest results of this checkout into one file, for the workshop: the figures of
each stage, the ratios of comparisons, your guesses in the walkthrough, and the machine.
Prints what is in it. Nothing is sent anywhere.`,
  options: { name: { type: 'string' }, out: { type: 'string' } },
  help: [
    '--name NAME    your name in the room (guest-, and some letters)',
    '--out FOLDER   where the file goes (profiles/local)',
  ],
  examples: ['npm run bundle -- --name "Ada"', 'npm run bundle -- --name "Ada" --out /media/stick'],
}

runCommand(line, async ({ values, positionals }) => {
  refuseWords(positionals, line)
  const name = typeof values.name === 'string' ? readName(values.name) : undefined
  const { bundle, notes } = makeBundle(name)
  const folder = typeof values.out === 'string' ? values.out : join(labRoot, 'profiles', 'local')
  const file = writeBundle(bundle, resolve(folder))
  const size = `${Math.ceil(statSync(file).size / 1000)} kB`
  console.log(bundleList(bundle, notes, `${shown(file)} (${size})`))
})

/** Relative to the checkout if it is inside. */
function shown(file: string): string {
  return file.startsWith(labRoot + sep) ? relative(labRoot, file) : file
}

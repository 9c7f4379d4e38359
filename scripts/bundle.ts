/** `npm run bundle`: the reader's own results as one file, for the workshop. */
import { statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { labRoot } from '../src/run/server.ts'
import { bundleList } from '../src/workshop/bundle-list.ts'
import { keepBundle, makeBundle, readName } from '../src/workshop/make-bundle.ts'

const line: CommandLine = {
  command: 'npm run bundle',
  usage: '[-- options]',
  about: `Puts the newest results of this checkout into one file, for the workshop: the figures of
each stage, ratios from comparisons, your guesses in the walkthrough, and the machine's card.
Says what is in it. Nothing is sent anywhere.`,
  options: { name: { type: 'string' }, out: { type: 'string' } },
  help: [
    '--name NAME    what the room will call you (guest-, and some letters)',
    '--out FOLDER   where the file goes (profiles/local)',
  ],
  examples: ['npm run bundle -- --name "Ada"', 'npm run bundle -- --name "Ada" --out /media/stick'],
}

runCommand(line, async ({ values, positionals }) => {
  if (positionals.length > 0) throw wrongWords(`what is '${positionals[0]}'?`, line)
  const name = typeof values.name === 'string' ? readName(values.name) : undefined
  const { bundle, notes } = makeBundle(name)
  const place = typeof values.out === 'string' ? values.out : join(labRoot, 'profiles', 'local')
  const file = keepBundle(bundle, resolve(place))
  const size = `${Math.ceil(statSync(file).size / 1000)} kB`
  console.log(bundleList(bundle, notes, `${shown(file)} (${size})`))
})

/** Relative inside the checkout, whole outside. */
function shown(file: string): string {
  return file.startsWith(labRoot + sep) ? relative(labRoot, file) : file
}

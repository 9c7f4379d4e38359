/** `npm run room -- FOLDER`: everybody's bundles side by side. */
import { dirname, resolve } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { oneWord } from '../src/cli/words.ts'
import { mustBeWritable, writeWhole } from '../src/run/disk.ts'
import { readRecorded } from '../src/workshop/recorded.ts'
import { readRoom } from '../src/workshop/room.ts'
import { roomFigures } from '../src/workshop/room-figures.ts'
import { guessTables } from '../src/workshop/room-guesses.ts'
import { roomPage } from '../src/workshop/room-page.ts'
import { roomDocument, roomScreen } from '../src/workshop/room-screen.ts'

const line: CommandLine = {
  command: 'npm run room',
  usage: '-- FOLDER [options]',
  about: `Reads every bundle in a folder (npm run bundle makes them) and shows the machines of the
room side by side: what each stage cost on each, by what a stage is faster than the one before,
what is alike everywhere, and what was guessed. Beside them the recorded reference.`,
  options: { json: { type: 'boolean' }, html: { type: 'string' } },
  help: [
    '--html FILE    writes a page with charts as well',
    '--json         one JSON document instead of the tables',
  ],
  examples: ['npm run room -- /media/stick', 'npm run room -- bundles --html room.html'],
}

runCommand(line, async ({ values, positionals }) => {
  const folder = oneWord(positionals, line)
  if (folder === undefined) throw wrongWords('which folder? The one that holds the bundles', line)
  const html = typeof values.html === 'string' ? resolve(values.html) : undefined
  if (html !== undefined) mustBeWritable(dirname(html), '--html')
  const room = readRoom(resolve(folder))
  const recorded = await readRecorded()
  const view = {
    room,
    figures: roomFigures(room.people, recorded.figures),
    guesses: guessTables(room.people, recorded.reports, recorded.comparison),
    reference: recorded.reports[0]?.machine ?? null,
  }
  if (html !== undefined) writeWhole(html, roomPage(view))
  if (values.json === true) {
    console.log(JSON.stringify(roomDocument(view), null, 2))
    return
  }
  console.log(roomScreen(view))
  if (html !== undefined) console.log(`\nCharts  ${values.html}`)
})

/** `npm run room -- FOLDER`: the bundles of a folder side by side. */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openOnDesktop } from '../src/cli/browser.ts'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { oneWord } from '../src/cli/words.ts'
import { keepResults } from '../src/experiment/results.ts'
import { mustBeWritableFile, writeWhole } from '../src/run/disk.ts'
import { labRoot } from '../src/run/server.ts'
import { readRoom } from '../src/workshop/room.ts'
import { readReference, roomFigures } from '../src/workshop/room-figures.ts'
import { guessTables } from '../src/workshop/room-guesses.ts'
import { roomDocument, roomPage, roomSummary } from '../src/workshop/room-page.ts'

const line: CommandLine = {
  command: 'npm run room',
  usage: '-- FOLDER [options]',
  about: `Reads every bundle in a folder (npm run bundle makes them) and writes one page with the
machines of the room side by side: the figures of each stage, the factors from stage to stage,
the counters that are equal everywhere, and the guesses. Beside them the recorded reference.`,
  options: { json: { type: 'boolean' }, html: { type: 'string' }, open: { type: 'boolean' } },
  help: [
    '--html FILE    where the page goes (a folder of its own in profiles/local)',
    '--open         open the browser even if no desktop is found',
    '--json         one JSON document instead of the page',
  ],
  examples: ['npm run room -- /media/stick', 'npm run room -- bundles --html room.html'],
}

runCommand(line, async ({ values, positionals }) => {
  const folder = oneWord(positionals, line, 'folder')
  if (folder === undefined) throw wrongWords('which folder? The one with the bundles', line)
  const html = typeof values.html === 'string' ? resolve(values.html) : undefined
  if (html !== undefined) mustBeWritableFile(html, '--html')
  const room = readRoom(resolve(folder))
  const reference = await readReference()
  const view = {
    room,
    figures: roomFigures(room.people, reference?.figures ?? null),
    guesses: guessTables(room.people, reference),
    reference: reference?.reports[0]?.machine ?? null,
  }
  if (values.json === true) {
    console.log(JSON.stringify(roomDocument(view), null, 2))
    return
  }
  const page = html ?? (await savePage(roomPage(view)))
  if (html !== undefined) writeWhole(html, roomPage(view))
  console.log(roomSummary(view, html === undefined ? page : String(values.html)))
  await openOnDesktop(resolve(labRoot, page), values.open === true)
})

async function savePage(page: string): Promise<string> {
  const directory = await keepResults('room', (draft) => writeFile(join(draft, 'room.html'), page))
  return join(directory, 'room.html')
}

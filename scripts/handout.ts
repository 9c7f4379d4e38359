/** `npm run handout`: the workshop's handout and slides as pages to print. */
import { mkdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openOnDesktop } from '../src/cli/browser.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { keepResults } from '../src/experiment/results.ts'
import { notWritten, writeWhole } from '../src/run/disk.ts'
import { labRoot } from '../src/run/server.ts'
import { handoutPage, slidesPage } from '../src/workshop/print-pages.ts'

const line: CommandLine = {
  command: 'npm run handout',
  usage: '[-- options]',
  about: `Makes two pages to print from docs/workshop: handout.html, for everybody, and slides.html,
one slide per page. Each is one file with its pictures in it, and needs no network. Print them
from the browser, or save them as PDF there.`,
  options: { out: { type: 'string' }, open: { type: 'boolean' } },
  help: [
    '--out FOLDER   where the pages go (a folder of their own in profiles/local)',
    '--open         open the browser even if no desktop is found',
  ],
  examples: ['npm run handout', 'npm run handout -- --out /media/stick'],
}

runCommand(line, async ({ values, positionals }) => {
  refuseWords(positionals, line)
  const pages = {
    'handout.html': render('handout.md', handoutPage),
    'slides.html': render('slides.md', slidesPage),
  }
  const directory =
    typeof values.out === 'string' ? writeInto(resolve(values.out), pages) : await savePages(pages)
  for (const name of Object.keys(pages)) console.log(join(directory, name))
  console.log('\nPrint them from the browser: both fit A4 and Letter, the slides in landscape.')
  await openOnDesktop(resolve(labRoot, directory, 'handout.html'), values.open === true)
})

function render(name: string, how: (markdown: string, file: string) => string): string {
  const file = join(labRoot, 'docs', 'workshop', name)
  return how(readFileSync(file, 'utf8'), file)
}

function writeInto(directory: string, pages: Record<string, string>): string {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (failure) {
    const next = 'npm run handout -- --out FOLDER, with a folder that you may write to'
    throw notWritten('the pages', directory, failure, next)
  }
  for (const [name, page] of Object.entries(pages)) writeWhole(join(directory, name), page)
  return directory
}

async function savePages(pages: Record<string, string>): Promise<string> {
  return await keepResults('handout', async (draft) => {
    for (const [name, page] of Object.entries(pages)) await writeFile(join(draft, name), page)
  })
}

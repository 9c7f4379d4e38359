/** `npm run lab`: the lab page, served to this machine's browser until Ctrl-C. */
import { join } from 'node:path'
import { openOnDesktop } from '../src/cli/browser.ts'
import { paint } from '../src/cli/colour.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { takeSignals } from '../src/cli/signals.ts'
import { readPort, refuseWords } from '../src/cli/words.ts'
import { exportLab } from '../src/web/export.ts'
import { startLab } from '../src/web/start-lab.ts'

const line: CommandLine = {
  command: 'npm run lab',
  usage: '[-- options]',
  about: `Opens the lab page in the browser: chapters in which you predict, run and look, flame
graphs, and all that was compared. It is served to this machine alone, needs no network, and ends
with Ctrl-C.`,
  options: {
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
    export: { type: 'string' },
  },
  help: [
    '--port N       a port of 127.0.0.1 (a free one)',
    '--no-open      only print the address; no browser',
    '--export DIR   write the page with all recorded runs as files: no server, no network (20 s)',
  ],
  examples: ['npm run lab', 'npm run lab -- --port 8080 --no-open', 'npm run lab -- --export site'],
}

runCommand(line, async ({ values, positionals }) => {
  refuseWords(positionals, line)
  if (typeof values.export === 'string') {
    const { directory, files, bytes } = await exportLab(values.export)
    console.log(`The lab page  ${paint.bold(join(directory, 'index.html'))}`)
    console.log(
      `${files} files, ${(bytes / 1e6).toFixed(1)} MB: open it, or put it on any web server.`,
    )
    return
  }
  const port =
    typeof values.port === 'string' ? readPort(values.port, 'npm run lab -- --port 8080') : 0
  const stopped = Promise.withResolvers<void>()
  const lab = await startLab({ port })
  takeSignals(stopped.resolve)
  console.log(`The lab page  ${paint.bold(lab.url)}`)
  console.log('Served to this machine alone; the address is for you. Ctrl-C ends it.')
  if (values['no-open'] !== true) await openOnDesktop(lab.url, false)
  await stopped.promise
  await lab.close()
})

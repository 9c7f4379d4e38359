/** `npm run explain -- parseBulk`: what a frame of a flame graph is. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { isEntryFile } from '../src/experiment/entry.ts'
import { explain } from '../src/report/explain.ts'
import { findRecording, recordedListing } from '../src/report/listings.ts'
import { LabError } from '../src/run/lab-error.ts'
import { readerDirectory } from '../src/run/reader-directory.ts'
import { labRoot } from '../src/run/server.ts'

const line: CommandLine = {
  command: 'npm run explain',
  usage: '-- FRAME | PROGRAM FUNCTION',
  about: `Explains a frame of a flame graph: its source in each stage, what the diffs between the
stages did to it, its role, and the chapter that speaks of it. FRAME is a name as a flame
graph shows it, or a line of a source: FILE:LINE. With PROGRAM, as you typed it for
npm run flame, it lists FUNCTION of your own code line by line, with what each line took in
the newest recording; PROGRAM may also be a directory of results.`,
  options: {},
  help: [],
  examples: [
    'npm run explain -- parseBulk',
    'npm run explain -- parseBulk stages/stage2/parser.ts',
    'npm run explain -- mine/stage1/parser.ts:77     in your copy of a stage',
    'npm run explain -- uv__read',
    'npm run explain -- read libc',
    'npm run explain -- "not seen by this profiler"',
    'npm run explain -- ../my-app/server.ts listItems     its lines, with their shares',
  ],
}

runCommand(line, async ({ positionals }) => {
  if (positionals.length === 0) throw wrongWords('which frame? A name, or FILE:LINE', line)
  const [program, ...asked] = positionals as [string, ...string[]]
  const recording = await findRecording(program, readerDirectory())
  if (recording === undefined && asked.length > 0 && isOwn(program)) {
    throw new LabError(`there is no recording of ${program} here`, {
      means: 'its lines are listed from the newest recording that flame has made of it',
      next: `npm run flame -- ${program}`,
      exitCode: 2,
    })
  }
  console.log(
    recording === undefined
      ? explain(positionals.join(' '))
      : recordedListing(recording, program, asked.join(' ')),
  )
})

/** Whether a word names a program of the reader's own, and not a file of the lab with a frame in it. */
function isOwn(word: string): boolean {
  return isEntryFile(resolve(readerDirectory(), word)) && !existsSync(join(labRoot, word))
}

/** `npm run flame -- stage3`: the flame graph alone, of one program or the difference of two. */
import { resolve } from 'node:path'
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { entryFlags, entryHelp, pidFlag, pidHelp } from '../src/cli/load-words.ts'
import { readNamed } from '../src/cli/program-words.ts'
import { sendResultsTo } from '../src/experiment/results.ts'
import { mustBeSavable, savedEndings } from '../src/flame/formats/profile-file.ts'
import { profileLoadFlags, profileLoadHelp } from '../src/load/options.ts'
import { readerDirectory } from '../src/run/reader-directory.ts'
import { flameOfEntries } from './flame/entries.ts'
import { flameOfPid } from './flame/pid.ts'
import { flameOfRecordings } from './flame/recordings.ts'
import { flameOfStages } from './flame/stages.ts'
import { checkSummary } from './flame/summary.ts'

const line: CommandLine = {
  command: 'npm run flame',
  usage: '-- stageN|FILE [stageM] [options] [-- ARGUMENTS]',
  about: `Profiles a stage under the article's load and draws its flame graph; or your own program, by
the file that Node runs, under the load that you name. A recording of the lab or of another
profiler is drawn as it is: .cpuprofile, .heapprofile, perf script's text, collapsed stacks, the
log of node --prof, what 0x leaves, speedscope, pprof. Of two stages it shows what
grew and what shrank between them, per request. Opens it in the browser on a desktop, and
always prints where it is.`,
  takesArguments: true,
  options: {
    ...profileLoadFlags,
    ...entryFlags,
    ...pidFlag,
    alloc: { type: 'boolean' },
    text: { type: 'boolean' },
    intervals: { type: 'boolean' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    profiler: { type: 'string' },
    open: { type: 'boolean' },
    out: { type: 'string' },
    replay: { type: 'boolean' },
    summary: { type: 'string' },
    save: { type: 'string' },
    periods: { type: 'boolean' },
  },
  help: [
    '--alloc        who allocates, in bytes per request, instead of where the time goes',
    '--text         the flame graph as text, 80 columns wide; no browser',
    '--intervals    each share with its 95 % interval, in percent points',
    ...profileLoadHelp,
    ...entryHelp,
    ...pidHelp,
    '--quick        a shorter recording',
    "--profiler P   perf (the default, if this machine allows it), cpu-prof (V8's own), or of a",
    '               stage 0x itself, which draws a page of its own',
    '--replay       the recorded graph of another machine instead; nothing is run here',
    '--summary FILE  writes what the recording says and the top functions as Markdown, for a pull',
    '               request',
    `--save FILE    the profile for other tools too; the ending says the format: ${savedEndings}`,
    '--periods      of a file of perf script: a sample counts its period, not one',
    '--out DIR      saves the graph there, a directory for each; default: profiles/local of the lab',
    '--open         open the browser even if no desktop is seen',
    '--json         the frames and the shares as one JSON document; no browser',
  ],
  examples: [
    'npm run flame -- stage3',
    'npm run flame -- stage1 stage2       what buffering changes',
    'npm run flame -- stage3 --alloc --text',
    'npm run flame -- stage1 --profiler 0x',
    'npm run flame -- ../my-app/server.ts --http http://127.0.0.1:3000/items',
    'npm run flame -- ../my-app/server.ts --http :3000 --summary flame.md',
    'npm run flame -- --pid 1234 --seconds 10     a process that runs already',
    'npm run flame -- server.cpuprofile',
    'npm run flame -- stage3 --save stage3.speedscope.json',
    'npm run flame -- stage1 stage2 --replay     if nothing can be profiled here',
  ],
}

runCommand(line, async (words, emit) => {
  const { out } = words.values
  if (out !== undefined) sendResultsTo(resolve(readerDirectory(), String(out)))
  const { pid } = words.values
  const named = readNamed(words.positionals, line, pid as string | undefined)
  checkSummary(words.values, named, line)
  readSave(words, named.kind === 'recordings')
  switch (named.kind) {
    case 'stages':
      return await flameOfStages(named.stages, words, line, emit)
    case 'entries':
      return await flameOfEntries(named.files, words, line, emit)
    case 'pid':
      return await flameOfPid(named.pid, words, line, emit)
    case 'recordings':
      return await flameOfRecordings(named.files, words, line, emit)
  }
})

/** The file to save, absolute; looked at before a minute is spent on what is to go into it. */
function readSave({ values, positionals }: Words, isRecorded: boolean): void {
  if (values.save === undefined) return
  if (positionals.length > 1) throw wrongWords('--save is for one profile, not for two', line)
  if (values.profiler === '0x') throw wrongWords('0x has a page only: it takes no --save', line)
  values.save = resolve(readerDirectory(), String(values.save))
  mustBeSavable(values.save, isRecorded ? undefined : values.alloc === true ? 'bytes' : 'µs')
}

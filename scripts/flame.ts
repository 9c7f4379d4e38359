/** `npm run flame -- stage3`: the flame graph alone, of one program or the difference of two. */
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { entryFlags, entryHelp, pidFlag, pidHelp } from '../src/cli/load-words.ts'
import { readNamed } from '../src/cli/program-words.ts'
import { profileLoadFlags, profileLoadHelp } from '../src/load/options.ts'
import { flameOfEntries } from './flame/entries.ts'
import { flameOfPid } from './flame/pid.ts'
import { flameOfStages } from './flame/stages.ts'
import { checkSummary } from './flame/summary.ts'

const line: CommandLine = {
  command: 'npm run flame',
  usage: '-- stageN|FILE [stageM] [options] [-- ARGUMENTS]',
  about: `Profiles a stage under the article's load and draws its flame graph; or your own program, by
the file that Node runs, under the load that you name. Of two stages it shows what
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
    replay: { type: 'boolean' },
    summary: { type: 'string' },
  },
  help: [
    '--alloc        who allocates, in bytes per request, instead of where the time goes',
    '--text         the flame graph as text, 80 columns wide; no browser',
    '--intervals    each share with its 95 % interval, in percent points',
    ...profileLoadHelp,
    ...entryHelp,
    ...pidHelp,
    '--quick        a shorter recording',
    "--profiler P   perf (the default, if this machine allows it), cpu-prof (V8's own), or 0x",
    '               itself, which draws a page of its own',
    '--replay       the recorded graph of another machine instead; nothing is run here',
    '--summary FILE  writes what the recording says and the top functions as Markdown, for a pull',
    '               request',
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
    'npm run flame -- stage1 stage2 --replay     if nothing can be profiled here',
  ],
}

runCommand(line, async (words, emit) => {
  const { pid } = words.values
  const named = readNamed(words.positionals, line, pid as string | undefined)
  checkSummary(words.values, named, line)
  switch (named.kind) {
    case 'stages':
      return await flameOfStages(named.stages, words, line, emit)
    case 'entries':
      return await flameOfEntries(named.files, words, line, emit)
    case 'pid':
      return await flameOfPid(named.pid, words, line, emit)
  }
})

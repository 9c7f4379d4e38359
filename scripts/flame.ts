/** `npm run flame -- stage3`: the flame graph alone, of one program or the difference of two. */
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { readNamed } from '../src/cli/program-words.ts'
import { profileLoadFlags, profileLoadHelp } from '../src/load/options.ts'
import { flameOfStages } from './flame/stages.ts'

const line: CommandLine = {
  command: 'npm run flame',
  usage: '-- stageN [stageM] [options]',
  about: `Profiles a stage under the article's load and draws its flame graph; of two stages, what
grew and what shrank between them, per request. Opens it in the browser on a desktop, and
always prints where it is.`,
  options: {
    ...profileLoadFlags,
    alloc: { type: 'boolean' },
    text: { type: 'boolean' },
    intervals: { type: 'boolean' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    profiler: { type: 'string' },
    open: { type: 'boolean' },
    replay: { type: 'boolean' },
  },
  help: [
    '--alloc        who allocates, in bytes per request, instead of where the time goes',
    '--text         the flame graph as text, 80 columns wide; no browser',
    '--intervals    each share with its 95 % interval, in percent points',
    ...profileLoadHelp,
    '--quick        a shorter recording',
    "--profiler P   perf (the default, if this machine allows it), cpu-prof (V8's own), or 0x",
    '               itself, which draws a page of its own',
    '--replay       the recorded graph of another machine instead; nothing is run here',
    '--open         open the browser even if no desktop is seen',
    '--json         the frames and the shares as one JSON document; no browser',
  ],
  examples: [
    'npm run flame -- stage3',
    'npm run flame -- stage1 stage2       what buffering changes',
    'npm run flame -- stage3 --alloc --text',
    'npm run flame -- stage1 --profiler 0x',
    'npm run flame -- stage1 stage2 --replay     if nothing can be profiled here',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const named = readNamed(positionals, line)
  switch (named.kind) {
    case 'stages':
      return await flameOfStages(named.stages, values, line, emit)
  }
})

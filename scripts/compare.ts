/** `npm run compare`: stages and the real Redis, in interleaved rounds of the same load. */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { readNamed } from '../src/cli/program-words.ts'
import { compare, throwFailure } from '../src/experiment/compare.ts'
import type { Comparison } from '../src/experiment/comparison.ts'
import { keepResults } from '../src/experiment/results.ts'
import { loadFlags } from '../src/load/options.ts'
import { choosePlan, planHttp, readCompareWords } from '../src/report/compare-plan.ts'
import { compareScreen } from '../src/report/compare-table.ts'
import {
  markRecorded,
  recordedComparison,
  recordedFoot,
  recordedHead,
  refuseWithReplay,
} from '../src/report/replay.ts'
import { mustBeWritableFile, writeWhole } from '../src/run/disk.ts'
import { LabError } from '../src/run/lab-error.ts'
import { readerDirectory } from '../src/run/reader-directory.ts'
import { findStage } from '../src/stages.ts'
import { compareTitle, compareViewData } from '../src/views/compare/compare-view-data.ts'
import { selfContained } from '../src/views/self-contained.ts'

const { requests: _requests, ...flags } = loadFlags

const line: CommandLine = {
  command: 'npm run compare',
  usage: '[-- options] [BEFORE.ts AFTER.ts --http PATH] [-- ARGUMENTS]',
  takesArguments: true,
  about: `Runs all stages, and Redis if it is installed, in interleaved rounds of the same load,
and compares them: medians, ratios with a 95 % interval, and the cost per request. One target
takes part twice, to show how much of a difference is noise. The last lines are the answer
in a sentence. Some eight minutes; everything is saved in profiles/local.`,
  options: {
    ...flags,
    servers: { type: 'string' },
    baseline: { type: 'string' },
    sweep: { type: 'string' },
    ablate: { type: 'string' },
    http: { type: 'string' },
    connections: { type: 'string' },
    rate: { type: 'string' },
    node: { type: 'string' },
    'node-options': { type: 'string' },
    instructions: { type: 'boolean' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    html: { type: 'string' },
    replay: { type: 'boolean' },
  },
  help: [
    '--servers LIST  of redis,valkey,stage1,stage2,…, mine/stage1,… (all stages, Redis, and Valkey',
    '               if installed), or NAME=PATH: another server, a program or a script for',
    '               Node that is given --port N',
    '--baseline S   the server that the ratios are to (redis, else the first stage)',
    '--pipeline L   requests in a batch, one or a list (1,16)',
    '--clients N    connections, one batch in flight on each (50)',
    '--payload N    bytes of a value (3)',
    '--keyspace N   keys to choose from at random (1); with more than one: bytes per key, and',
    '               how long a PING waits while they come in',
    '--tests LIST   of ping,set,get,incr,mset,mget (set,get)',
    '--tool NAME    lab: checks every reply; redis-benchmark: a lighter client (lab)',
    '--sweep X=L    pipeline, clients, payload or keyspace: what changes with it',
    '--ablate S     a stage from stage3 on, with one optimization left out at a time: what each buys',
    '--instructions  instructions in user mode as well, by valgrind: the same on a busy machine;',
    '               three to five minutes for each server and pipeline',
    '--http PATH    two versions of your own server, by their entry files, under GET requests to',
    '               PATH; each listens on a port of its own, whichever it asks for',
    '--connections N, --rate N  of the HTTP load: connections (10), requests per second',
    '--node PATH, --node-options "WORDS"  the Node that runs your servers (the lab’s own)',
    '--rounds N     how often each target has its turn (9); fewer than 6 give no verdict;',
    '               auto: until the intervals are narrow enough, or a limit is reached',
    '--seconds S    length of each measured run (1)',
    '--quick        6 rounds of 0.3 s, some two minutes: a look, not a measurement',
    '--replay       the recorded comparison of another machine instead; nothing is run here',
    '--json         one JSON document instead of the tables',
    '--html FILE    writes a page with charts as well',
  ],
  examples: [
    'npm run compare',
    'npm run compare -- --servers stage3,stage4,redis --html compare.html',
    'npm run compare -- --sweep pipeline=1,4,16,64 --servers stage4,redis --tests get',
    'npm run compare -- --keyspace 1000000 --servers stage4,redis',
    'npm run compare -- --sweep keyspace=1,100,10000,1000000 --servers stage4,redis --pipeline 16',
    'npm run compare -- --servers redis,other=/opt/other/bin/redis-server,stage4',
    'npm run compare -- before/server.ts after/server.ts --http /items',
    'npm run compare -- --replay     if nothing can be measured',
  ],
}

/** Options of two servers of the reader's own, and those that they share with stages. */
const onlyHttp = ['connections', 'rate', 'node', 'node-options']
const shared = ['http', 'rounds', 'seconds', 'quick', 'json', 'html']

runCommand(line, async ({ values, positionals, argumentsOfProgram }, emit) => {
  const http = values.http !== undefined
  if (positionals.length > 0 && !http) throw optionMissing(positionals)
  refuseStray(values, argumentsOfProgram, http)
  const html = typeof values.html === 'string' ? resolve(readerDirectory(), values.html) : undefined
  if (html !== undefined) mustBeWritableFile(html, '--html')
  if (values.replay === true) return await replay(values, html)
  const plan = http
    ? planHttp(values, filesOf(positionals), argumentsOfProgram)
    : await choosePlan(readCompareWords(values))
  for (const note of plan.notes) console.error(note)
  const comparison = await compare(plan, emit)
  const document = `${JSON.stringify(comparison, null, 2)}\n`
  const page = await pageOf(comparison, false)
  const directory = await keepResults('compare', async (draft) => {
    await writeFile(join(draft, 'compare.json'), document)
    await writeFile(join(draft, 'compare.html'), page)
  })
  if (html !== undefined) writeWhole(html, page)
  emit({ type: 'result', directory })
  if (values.json === true) process.stdout.write(document)
  else {
    console.log(compareScreen(comparison))
    console.log(`\nCharts  ${html ?? join(directory, 'compare.html')}`)
  }
  throwFailure(comparison)
  return 0
})

/** @throws LabError, exit status 2, for options that the other kind of comparison takes */
function refuseStray(values: Words['values'], args: readonly string[], http: boolean): void {
  const given = Object.keys(values).filter((name) => values[name] !== undefined)
  if (http) {
    const stray = given.find((name) => !onlyHttp.includes(name) && !shared.includes(name))
    if (stray !== undefined) throw wrongWords(`--${stray} is for stages, not for --http`, line)
    return
  }
  const stray = given.find((name) => onlyHttp.includes(name))
  if (stray !== undefined) throw wrongWords(`--${stray} belongs to --http PATH`, line)
  if (args.length > 0) throw wrongWords('what comes after a second -- belongs to --http PATH', line)
}

/** For words without the option that they need. */
function optionMissing(words: readonly string[]): LabError {
  const stages = words.flatMap((word) => findStage(word)?.id ?? [])
  if (stages.length < words.length) {
    return wrongWords(`what is '${words[0]}'? Two entry files need --http PATH`, line)
  }
  return new LabError('--servers names the stages to compare', {
    next: `npm run compare -- --servers ${stages.join(',')}`,
    exitCode: 2,
  })
}

/** @throws LabError, exit status 2, if one is no entry file, or there are more or fewer than two */
function filesOf(words: readonly string[]): readonly string[] {
  const named = readNamed(words, line)
  if (named.kind === 'entries' && named.files.length === 2) return named.files
  throw wrongWords('--http compares two entry files', line)
}

function pageOf(comparison: Comparison, recorded: boolean): Promise<string> {
  const data = compareViewData(comparison, recorded)
  return selfContained('compare', data, compareTitle(comparison.plan))
}

/** The same screen and page, from the reference. */
async function replay(values: Words['values'], html: string | undefined): Promise<undefined> {
  refuseWithReplay(values, ['json', 'html'], line)
  const comparison = await recordedComparison()
  if (html !== undefined) writeWhole(html, await pageOf(comparison, true))
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(markRecorded(comparison), null, 2)}\n`)
    return
  }
  console.log(recordedHead(comparison))
  console.log(compareScreen(comparison))
  if (html !== undefined) console.log(`\nCharts  ${values.html}`)
  console.log(recordedFoot(comparison, 'npm run compare'))
}

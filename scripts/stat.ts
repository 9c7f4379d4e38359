/** `npm run stat -- stage1`: the article's `perf stat` table, or what this machine can count instead. */

import { articleCounts, articleTimes } from '../src/article/perf-stat.ts'
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { pidFlag, programLoadFlags, readLoadPlan, refuseWithPid } from '../src/cli/load-words.ts'
import { readNamed } from '../src/cli/program-words.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { countTargets } from '../src/experiment/instructions.ts'
import { countServer } from '../src/experiment/stat.ts'
import { countProgram } from '../src/experiment/stat-program.ts'
import { loadFlags, loadHelp, readLoadOptions } from '../src/load/options.ts'
import { readMachine } from '../src/measure/machine.ts'
import { normalLengths, quickLengths } from '../src/report/run-stage.ts'
import { programStatScreen } from '../src/report/stat-program-report.ts'
import { instructionsScreen, type StatReport, statScreen } from '../src/report/stat-report.ts'
import { isClusterWorker, OTHER_WORKERS } from '../src/run/attach.ts'
import { type Emit, stepsOf } from '../src/run/events.ts'
import { pidProgram } from '../src/run/program.ts'
import { startStage } from '../src/run/server.ts'

const { tool: _tool, ...flags } = loadFlags

const line: CommandLine = {
  command: 'npm run stat',
  usage: '-- stageN|--pid N [options]',
  about: `Counts what a stage does under the article's load, with perf stat: the article's table of
cache and TLB misses beside ours. A counter that this machine does not have says so, and
what the operating system counts is shown instead.`,
  options: {
    ...flags,
    ...pidFlag,
    ...programLoadFlags,
    quick: { type: 'boolean' },
    instructions: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    ...loadHelp.filter((text) => !text.startsWith('--tool')),
    '--pid N        a process of Node that runs already, over --seconds N (10), under whatever load',
    '               there is, --load "COMMAND", or --http URL (--connections N, --rate N), counted',
    '--quick        shorter runs',
    '--instructions  instructions in user mode instead, by valgrind: the same on a busy machine;',
    '               over one connection; a minute or two',
    '--json         one JSON document instead of the table',
  ],
  examples: [
    'npm run stat -- stage1',
    'npm run stat -- stage2 --requests 1000000',
    'npm run stat -- stage2 --instructions',
    'npm run stat -- --pid 1234 --http http://127.0.0.1:3000/items',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  if (values.pid !== undefined) return await statOfPid(values, positionals, emit)
  const ofPid = Object.keys(programLoadFlags).find((name) => values[name] !== undefined)
  if (ofPid !== undefined) throw wrongWords(`--${ofPid} is for a process that runs: --pid N`, line)
  const stage = stageFromWord(oneWord(positionals, line), 'npm run stat -- stage1')
  const { tests, requests, tool: _, ...workload } = readLoadOptions(values)
  const lengths = values.quick === true ? quickLengths : normalLengths
  const at = new Date().toISOString()
  if (values.instructions === true) {
    const { id, title } = stage
    const targets = [{ name: id, server: id }]
    const plan = { targets, workloads: [workload], tests, starts: 1, cache: true }
    const counts = await countTargets(plan, emit)
    emit({ type: 'result', directory: null })
    const document = {
      format: 1,
      at,
      stage: { id, title },
      machine: readMachine(),
      workload,
      counts,
    }
    console.log(
      values.json === true ? JSON.stringify(document, null, 2) : instructionsScreen(stage, counts),
    )
    return
  }
  const server = await startStage(stage)
  const length = requests === undefined ? { seconds: lengths.test } : { requests }
  let report: StatReport
  try {
    const options = { workload, tests, length, warmUpSeconds: lengths.warmUp }
    report = {
      format: 1,
      at,
      stage: { id: stage.id, title: stage.title },
      machine: readMachine(),
      workload,
      result: await countServer(server, options, stepsOf(emit)),
      article: { counts: articleCounts, times: articleTimes },
    }
  } finally {
    await server.stop()
  }
  emit({ type: 'result', directory: null })
  console.log(values.json === true ? JSON.stringify(report, null, 2) : statScreen(report))
})

async function statOfPid(
  values: Words['values'],
  positionals: readonly string[],
  emit: Emit,
): Promise<undefined> {
  const named = readNamed(positionals, line, values.pid as string)
  if (named.kind !== 'pid') return
  refuseWithPid(values, line)
  const { load, seconds } = readLoadPlan(values, line)
  const program = pidProgram(named.pid)
  const options = { load, seconds, warmUpSeconds: 1 }
  const stat = await countProgram(program, options, stepsOf(emit))
  emit({ type: 'result', directory: null })
  const outcome = [
    ...(load.said?.().slice(1) ?? []),
    ...(isClusterWorker(named.pid) ? [`not counted: ${OTHER_WORKERS}`] : []),
  ]
  const document = { format: 1, machine: readMachine(), program: program.title, load: load.text }
  console.log(
    values.json === true
      ? JSON.stringify({ ...document, ...stat }, null, 2)
      : programStatScreen(program.title, load.text, stat, outcome),
  )
}

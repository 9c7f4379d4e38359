/** `npm run stat -- stage1`: the article's `perf stat` table, or what this machine can count instead. */

import { articleCounts, articleTimes } from '../src/article/perf-stat.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { countTargets } from '../src/experiment/instructions.ts'
import { countServer } from '../src/experiment/stat.ts'
import { loadFlags, loadHelp, readLoadOptions } from '../src/load/options.ts'
import { readMachine } from '../src/measure/machine.ts'
import { normalLengths, quickLengths } from '../src/report/run-stage.ts'
import { instructionsScreen, type StatReport, statScreen } from '../src/report/stat-report.ts'
import { stepsOf } from '../src/run/events.ts'
import { startStage } from '../src/run/server.ts'

const { tool: _tool, ...flags } = loadFlags

const line: CommandLine = {
  command: 'npm run stat',
  usage: '-- stageN [options]',
  about: `Counts what a stage does under the article's load, with perf stat: the article's table of
cache and TLB misses beside ours. A counter that this machine does not have says so, and
what the operating system counts is shown instead.`,
  options: {
    ...flags,
    quick: { type: 'boolean' },
    instructions: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    ...loadHelp.filter((text) => !text.startsWith('--tool')),
    '--quick        shorter runs',
    '--instructions  instructions in user mode instead, by valgrind: the same on a busy machine;',
    '               over one connection; a minute or two',
    '--json         one JSON document instead of the table',
  ],
  examples: [
    'npm run stat -- stage1',
    'npm run stat -- stage2 --requests 1000000',
    'npm run stat -- stage2 --instructions',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
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

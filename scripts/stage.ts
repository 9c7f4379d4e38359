/** `npm run stage 1`: benchmarks a stage, then profiles it, and shows both on one screen. */
import { join } from 'node:path'
import { type CommandLine, runCommand, type Words } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord, readProfiler } from '../src/cli/words.ts'
import { loadFlags, loadHelp, readLoadOptions } from '../src/load/options.ts'
import { files } from '../src/report/flame-files.ts'
import {
  markRecorded,
  orReplay,
  recordedFoot,
  recordedHead,
  recordedStage,
  refuseWithReplay,
} from '../src/report/replay.ts'
import { normalLengths, quickLengths, runStage } from '../src/report/run-stage.ts'
import { stageScreen } from '../src/report/stage-report.ts'
import { type Stage, stages } from '../src/stages.ts'

const line: CommandLine = {
  command: 'npm run stage',
  usage: 'N [-- options]',
  about: `Starts stage N, puts the article's load on it and measures; then profiles it under the same
load in a second run, and shows where the time goes. Under a minute; the flame graph
and the figures are saved in profiles/local.`,
  options: {
    ...loadFlags,
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    profiler: { type: 'string' },
    replay: { type: 'boolean' },
  },
  help: [
    ...loadHelp,
    '--quick        shorter runs, under 20 s: a look, not a measurement',
    '--profiler P   perf or cpu-prof (perf if this machine allows it)',
    '--replay       the recorded run of another machine instead; nothing is run here',
    '--json         one JSON document instead of the screen',
  ],
  examples: [
    'npm run stage 1',
    'npm run stage 4 -- --pipeline 16',
    'npm run stage 2 -- --requests 1000000      the length of the article',
    'npm run stage 1 -- --replay                if nothing can be measured',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const stage = stageFromWord(oneWord(positionals, line), 'npm run stage 1')
  if (values.replay === true) return await replay(stage, values)
  const options = readLoadOptions(values)
  const prefer = readProfiler(values.profiler, ['perf', 'cpu-prof'])
  const lengths = values.quick === true ? quickLengths : normalLengths
  const { report, directory } = await runStage(stage, options, lengths, emit, prefer).catch(
    (failure) => {
      throw orReplay(failure, `npm run stage ${stage.number} -- --replay`)
    },
  )
  emit({ type: 'result', directory })
  if (values.json === true) {
    console.log(JSON.stringify({ ...report, directory }, null, 2))
    return
  }
  console.log(stageScreen(report, join(directory, files.flamegraph), nextSteps(stage)))
})

/** The same screen, from the reference. */
async function replay(stage: Stage, values: Words['values']): Promise<undefined> {
  refuseWithReplay(values, ['json'], line)
  const { report, directory } = await recordedStage(stage)
  if (values.json === true) {
    console.log(JSON.stringify(markRecorded({ ...report, directory }), null, 2))
    return
  }
  console.log(recordedHead(report))
  const steps = nextSteps(stage, ' --replay')
  console.log(stageScreen(report, join(directory, files.picture), steps))
  console.log(recordedFoot(report, `npm run stage ${stage.number}`))
}

/** @param option follows every command that measures */
function nextSteps(stage: Stage, option = ''): string[] {
  const following = stages.find(({ number }) => number === stage.number + 1)
  const steps: [command: string, what: string][] = [
    [`npm run flame -- ${stage.id}${option}`, 'the flame graph, in the browser'],
    [stage.next, following ? `what ${following.id} changes` : 'where batches pay most'],
  ]
  if (following) {
    const command = `npm run stage ${following.number}${option === '' ? '' : ` --${option}`}`
    steps.push([command, 'and what that brings'])
  }
  return steps.map(([command, what]) => `${command.padEnd(34)}${what}`)
}

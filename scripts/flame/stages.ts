/** The flame graph of one stage under the lab's load, or the difference of two. */
import { dirname } from 'node:path'
import { type CommandLine, type Words, wrongWords } from '../../src/cli/command.ts'
import { refuseWithStages } from '../../src/cli/load-words.ts'
import { programWords } from '../../src/cli/program-words.ts'
import { readProfiler } from '../../src/cli/words.ts'
import { respLoad } from '../../src/experiment/loads.ts'
import { runToolOn, stageSubject } from '../../src/experiment/outside-tools.ts'
import { differenceText } from '../../src/flame/text.ts'
import { readProfileLoad } from '../../src/load/options.ts'
import { captureGraphs, differenceLines, zeroXLines } from '../../src/report/flame-graph.ts'
import {
  markRecorded,
  orReplay,
  type RecordedStage,
  recordedDifference,
  recordedFoot,
  recordedGraph,
  recordedHead,
  recordedPage,
  recordedStage,
  refuseWithReplay,
} from '../../src/report/replay.ts'
import { normalLengths, quickLengths } from '../../src/report/run-stage.ts'
import { type Emit, stepsOf, withSecondsLeft } from '../../src/run/events.ts'
import { LabError } from '../../src/run/lab-error.ts'
import { stageProgram } from '../../src/run/program.ts'
import type { Stage } from '../../src/stages.ts'
import { openPage, pageLine, type Shown, show, showGraphs, shownGraph } from './show.ts'

/** What a profile takes beyond its window, in seconds: to start, to name the frames, to draw. */
const BESIDES = 5

export async function flameOfStages(
  stages: readonly Stage[],
  words: Words,
  line: CommandLine,
  emit: Emit,
): Promise<undefined> {
  refuseWithStages(words, line)
  const { values } = words
  if (values.replay === true) return await replay(stages, values, line)
  const { workload, tests } = readProfileLoad(values)
  const prefer = readProfiler(values.profiler, ['perf', 'cpu-prof', '0x'])
  if (values.alloc === true && prefer !== undefined) {
    throw wrongWords('--alloc goes over the inspector: it takes no --profiler', line)
  }
  const lengths = values.quick === true ? quickLengths : normalLengths
  if (prefer === '0x') return await zeroX(stages, values, line, emit)
  const of = values.alloc === true ? 'bytes' : 'time'
  const load = respLoad(workload, tests)
  const options = {
    ...{ load, seconds: lengths.profile, warmUpSeconds: lengths.warmUp, prefer },
    words: programWords(),
  }
  const programs = stages.map(stageProgram)
  const each = lengths.warmUp + lengths.profile + BESIDES
  const timed = withSecondsLeft(emit, programs.length * each)
  const graphs = await captureGraphs(programs, of, options, stepsOf(timed)).catch((failure) => {
    const names = stages.map(({ id }) => id).join(' ')
    throw of === 'bytes' ? failure : orReplay(failure, `npm run flame -- ${names} --replay`)
  })
  await showGraphs(graphs, load.text, values, emit)
}

/** 0x itself on a stage, with its own page, and what that does not show. */
async function zeroX(
  stages: readonly Stage[],
  values: Words['values'],
  line: CommandLine,
  emit: Emit,
): Promise<undefined> {
  const [stage, second] = stages as [Stage, Stage | undefined]
  if (second !== undefined) throw wrongWords('0x shows one stage at a time', line)
  if (values.text === true) throw wrongWords('0x has a page only: it takes no --text', line)
  const { workload, tests } = readProfileLoad(values)
  const lengths = values.quick === true ? quickLengths : normalLengths
  const plan = {
    load: respLoad(workload, tests),
    seconds: lengths.profile,
    warmUpSeconds: lengths.warmUp,
  }
  const result = await runToolOn('0x', stageSubject(stage), plan, stepsOf(emit))
  if ('skipped' in result) {
    throw new LabError(result.skipped, { next: `npm run flame -- ${stage.id}` })
  }
  emit({ type: 'result', directory: dirname(result.page) })
  if (values.json === true) return void console.log(JSON.stringify(result, null, 2))
  console.log(zeroXLines(stageSubject(stage), result).join('\n'))
  console.log(pageLine(result.page))
  await openPage(result.page, values)
}

/** The recorded graph of one stage, or the difference of two. */
async function replay(
  stages: readonly Stage[],
  values: Words['values'],
  line: CommandLine,
): Promise<undefined> {
  refuseWithReplay(values, ['json', 'text', 'open', 'intervals'], line)
  const recorded = await Promise.all(stages.map((stage) => recordedStage(stage)))
  const [first, second] = recorded as [RecordedStage, RecordedStage | undefined]
  const { at, machine } = first.report
  const shown = second === undefined ? await one(stages[0]!, first) : await two(first, second)
  const data = markRecorded({ at, machine, ...shown.data })
  if (values.json !== true) console.log(recordedHead(first.report))
  await show({ ...shown, data }, values)
  if (values.json !== true) {
    const live = `npm run flame -- ${stages.map(({ id }) => id).join(' ')}`
    console.log(recordedFoot(first.report, live))
  }

  async function one(stage: Stage, run: RecordedStage): Promise<Shown> {
    return shownGraph(recordedGraph(stage, run), await recordedPage(stage, run), values)
  }

  async function two(before: RecordedStage, after: RecordedStage): Promise<Shown> {
    const { difference, directory } = await recordedDifference(before, after)
    const lines = differenceLines(difference, after.report.profile.route)
    return { data: { difference }, text: differenceText(difference), lines, directory }
  }
}

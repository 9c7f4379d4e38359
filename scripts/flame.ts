/** `npm run flame -- stage3`: the flame graph alone, of one stage or the difference of two. */
import { dirname, join, resolve } from 'node:path'
import { openOnDesktop } from '../src/cli/browser.ts'
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { readProfiler } from '../src/cli/words.ts'
import { widest } from '../src/cli/wrap.ts'
import { runToolOn } from '../src/experiment/outside-tools.ts'
import { differenceText, flameText } from '../src/flame/text.ts'
import { profileLoadFlags, profileLoadHelp, readProfileLoad } from '../src/load/options.ts'
import { mergeLoads } from '../src/measure/machine-load.ts'
import { files } from '../src/report/flame-files.ts'
import {
  busyLines,
  captureGraphs,
  differenceLines,
  type Graph,
  graphLines,
  keepDifference,
  keepGraph,
  titleOf,
  zeroXLines,
} from '../src/report/flame-graph.ts'
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
} from '../src/report/replay.ts'
import { normalLengths, quickLengths } from '../src/report/run-stage.ts'
import { type Emit, step, stepsOf } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'
import { labRoot } from '../src/run/server.ts'
import type { Stage } from '../src/stages.ts'

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
  const stages = readStages(positionals)
  if (values.replay === true) return await replay(stages, values)
  const { workload, tests } = readProfileLoad(values)
  const prefer = readProfiler(values.profiler, ['perf', 'cpu-prof', '0x'])
  if (values.alloc === true && prefer !== undefined) {
    throw wrongWords('--alloc goes over the inspector: it takes no --profiler', line)
  }
  const lengths = values.quick === true ? quickLengths : normalLengths
  if (prefer === '0x') return await zeroX(stages, values, emit)
  const of = values.alloc === true ? 'bytes' : 'time'
  const options = {
    workload,
    tests,
    seconds: lengths.profile,
    warmUpSeconds: lengths.warmUp,
    prefer,
  }
  const graphs = await captureGraphs(stages, of, options, stepsOf(emit)).catch((failure) => {
    const names = stages.map(({ id }) => id).join(' ')
    throw of === 'bytes' ? failure : orReplay(failure, `npm run flame -- ${names} --replay`)
  })
  emit(step('drawing the flame graph'))
  const [first, second] = graphs as [Graph, Graph | undefined]
  const shown =
    second === undefined
      ? { ...(await one(first)), directory: await keepGraph(first, workload, tests) }
      : await two(first, second)
  emit({ type: 'result', directory: shown.directory })
  const page = join(shown.directory, files.flamegraph)
  if (values.json === true) {
    const machineLoad = mergeLoads(graphs.flatMap((graph) => graph.machineLoad ?? []))
    console.log(
      JSON.stringify({ ...shown.data, machineLoad, directory: shown.directory, page }, null, 2),
    )
    return
  }
  if (values.text === true) console.log(`${shown.text}\n`)
  console.log([...shown.lines, ...busyLines(...graphs)].join('\n'))
  console.log(pageLine(page))
  if (values.text !== true) await openOnDesktop(resolve(labRoot, page), values.open === true)

  async function one(graph: Graph) {
    const { stage, tree, shares, capture, check } = graph
    const data = capture ?? { stage: stage.id, tree, shares, check }
    return {
      data,
      text: flameText(tree, titleOf(stage, of)),
      lines: graphLines(graph, { intervals: values.intervals === true }),
    }
  }

  async function two(before: Graph, after: Graph) {
    const { difference, directory } = await keepDifference(before, after, workload, tests)
    const text = differenceText(difference)
    const lines = differenceLines(difference, after.capture?.route)
    return { data: { difference }, text, lines, directory }
  }
})

/** 0x itself on a stage, with its own page, and what that does not show. */
async function zeroX(
  stages: readonly Stage[],
  values: Words['values'],
  emit: Emit,
): Promise<undefined> {
  const [stage, second] = stages as [Stage, Stage | undefined]
  if (second !== undefined) throw wrongWords('0x shows one stage at a time', line)
  if (values.text === true) throw wrongWords('0x has a page only: it takes no --text', line)
  const { workload, tests } = readProfileLoad(values)
  const lengths = values.quick === true ? quickLengths : normalLengths
  const plan = { workload, tests, seconds: lengths.profile, warmUpSeconds: lengths.warmUp }
  const result = await runToolOn('0x', stage, plan, stepsOf(emit))
  if ('skipped' in result) {
    throw new LabError(result.skipped, { next: `npm run flame -- ${stage.id}` })
  }
  emit({ type: 'result', directory: dirname(result.page) })
  if (values.json === true) return void console.log(JSON.stringify(result, null, 2))
  console.log(zeroXLines(stage, result).join('\n'))
  console.log(pageLine(result.page))
  await openOnDesktop(resolve(labRoot, result.page), values.open === true)
}

/** The recorded graph of one stage, or the difference of two. */
async function replay(stages: readonly Stage[], values: Words['values']): Promise<undefined> {
  refuseWithReplay(values, ['json', 'text', 'open', 'intervals'], line)
  const recorded = await Promise.all(stages.map((stage) => recordedStage(stage)))
  const [first, second] = recorded as [RecordedStage, RecordedStage | undefined]
  const { at, machine } = first.report
  const { data, text, lines, directory } =
    second === undefined ? await one(stages[0]!, first) : await two(first, second)
  const page = join(directory, files.flamegraph)
  if (values.json === true) {
    console.log(JSON.stringify(markRecorded({ at, machine, ...data, directory, page }), null, 2))
    return
  }
  console.log(recordedHead(first.report))
  if (values.text === true) console.log(`${text}\n`)
  console.log(lines.join('\n'))
  console.log(pageLine(page))
  console.log(
    recordedFoot(first.report, `npm run flame -- ${stages.map(({ id }) => id).join(' ')}`),
  )
  if (values.text !== true) await openOnDesktop(resolve(labRoot, page), values.open === true)

  async function one(stage: Stage, run: RecordedStage) {
    const graph = recordedGraph(stage, run)
    const directory = await recordedPage(stage, run)
    const text = flameText(graph.tree, titleOf(stage, 'time'))
    return {
      data: graph.capture!,
      text,
      lines: graphLines(graph, { intervals: values.intervals === true }),
      directory,
    }
  }

  async function two(before: RecordedStage, after: RecordedStage) {
    const { difference, directory } = await recordedDifference(before, after)
    const lines = differenceLines(difference, after.report.profile.route)
    return { data: { difference }, text: differenceText(difference), lines, directory }
  }
}

/** A path to copy is never broken: a long one has a line of its own. */
function pageLine(page: string): string {
  const line = `Flame graph  ${page}`
  return line.length <= widest ? `\n${line}` : `\nFlame graph\n  ${page}`
}

function readStages(words: readonly string[]) {
  const example = 'npm run flame -- stage1'
  if (words.length > 2) throw wrongWords('name one stage, or two', line)
  const found = (words.length === 0 ? [undefined] : words).map((word) =>
    stageFromWord(word, example),
  )
  if (found.length === 2 && found[0] === found[1]) {
    throw wrongWords(`name two different stages, not ${found[0]!.id} twice`, line)
  }
  return found
}

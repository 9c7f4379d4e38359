/** How `npm run flame` ends, whatever was recorded: saves the graph and prints or opens it. */
import { join, resolve } from 'node:path'
import { openOnDesktop } from '../../src/cli/browser.ts'
import { asCalled } from '../../src/cli/called-as.ts'
import type { Words } from '../../src/cli/command.ts'
import { widest } from '../../src/cli/wrap.ts'
import { saveProfile } from '../../src/flame/formats/profile-file.ts'
import { differenceText, flameText } from '../../src/flame/text.ts'
import type { FrameTree } from '../../src/flame/tree.ts'
import { mergeLoads } from '../../src/measure/machine-load.ts'
import { files } from '../../src/report/flame-files.ts'
import {
  busyLines,
  differenceLines,
  type Graph,
  graphLines,
  keepDifference,
  keepGraph,
  titleOf,
} from '../../src/report/flame-graph.ts'
import { hanging } from '../../src/report/format.ts'
import { type Emit, step } from '../../src/run/events.ts'
import { labRoot } from '../../src/run/server.ts'
import { writeSummary } from './summary.ts'

/** The options that say how a graph is shown. */
export type ShowOptions = Partial<
  Pick<Words['values'], 'json' | 'text' | 'intervals' | 'open' | 'summary' | 'save'>
>

/** What is shown of one graph, or of the difference of two. */
export interface Shown {
  /** For `--json`. */
  data: object
  /** For `--text`. */
  text: string
  /** For the screen. */
  lines: readonly string[]
  directory: string
  /** What `--save` writes; undefined for a difference. */
  saved?: { tree: FrameTree; title: string }
}

/**
 * Saves one graph, or the difference of two, and shows it as the options ask.
 * @param load what loaded the programs, for captions
 * @param more sentences for the screen, on how it was run
 */
export async function showGraphs(
  graphs: readonly Graph[],
  load: string,
  options: ShowOptions,
  emit: Emit,
  more: readonly string[] = [],
): Promise<void> {
  emit(step('drawing the flame graph'))
  const [first, second] = graphs as [Graph, Graph | undefined]
  const shown =
    second === undefined
      ? shownGraph(first, await keepGraph(first, load), options)
      : await shownDifference(first, second, load)
  emit({ type: 'result', directory: shown.directory })
  const loads = graphs.flatMap((graph) => graph.machineLoad ?? [])
  const machineLoad = loads.length === 0 ? undefined : mergeLoads(loads)
  const said = more.length === 0 ? [] : ['', ...more.flatMap((text) => hanging(text))]
  const summary = second === undefined ? writeSummary(options, first, load) : undefined
  const lines = [
    ...[...shown.lines, ...said, ...busyLines(...graphs)],
    ...(summary === undefined ? [] : ['', `Summary  ${summary}`]),
  ]
  const data = {
    ...{ ...shown.data, machineLoad },
    ...(more.length === 0 ? {} : { notes: more }),
    ...(summary === undefined ? {} : { summary }),
  }
  await show({ ...shown, data, lines }, options)
}

/** What is shown of one graph that is saved in `directory`. */
export function shownGraph(graph: Graph, directory: string, options: ShowOptions): Shown {
  const { program, tree, shares, capture, check } = graph
  return {
    data: capture ?? { program: program.name, tree, shares, check },
    text: flameText(tree, titleOf(graph)),
    lines: graphLines(graph, { intervals: options.intervals === true }),
    directory,
    saved: { tree, title: titleOf(graph) },
  }
}

async function shownDifference(before: Graph, after: Graph, load: string): Promise<Shown> {
  const { difference, directory } = await keepDifference(before, after, load)
  const lines = differenceLines(difference, after.capture?.route)
  return { data: { difference }, text: differenceText(difference), lines, directory }
}

/** Prints it, and opens its page in the browser if there is a desktop. */
export async function show(shown: Shown, options: ShowOptions): Promise<void> {
  const { directory } = shown
  const page = join(directory, files.flamegraph)
  const save = typeof options.save === 'string' ? options.save : undefined
  if (save !== undefined && shown.saved !== undefined) {
    saveProfile(save, shown.saved.tree, shown.saved.title)
  }
  if (options.json === true) {
    console.log(JSON.stringify({ ...shown.data, directory, page }, null, 2))
    return
  }
  if (options.text === true) console.log(`${shown.text}\n`)
  console.log(asCalled(shown.lines.join('\n')))
  console.log(pageLine(page))
  if (save !== undefined) console.log(`Saved        ${save}`)
  if (options.text !== true) await openPage(page, options)
}

/** Opens a page in the browser if there is a desktop. */
export async function openPage(page: string, options: ShowOptions): Promise<void> {
  await openOnDesktop(resolve(labRoot, page), options.open === true)
}

/** A path to copy is never broken: a long one gets its own line. */
export function pageLine(page: string): string {
  const line = `Flame graph  ${page}`
  return line.length <= widest ? `\n${line}` : `\nFlame graph\n  ${page}`
}

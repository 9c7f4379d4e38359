/** What `npm run flame` does: captures one program or two, keeps the pictures, and says what they show. */

import { availableParallelism } from 'node:os'
import { paint } from '../cli/colour.ts'
import { loadNotes, type Note } from '../experiment/comparison-notes.ts'
import { type ToolSubject, toolCautions } from '../experiment/outside-tools.ts'
import { type ProfileOptions, profileProgram, underLoadOf } from '../experiment/profile.ts'
import { keepResults } from '../experiment/results.ts'
import type { CpuTime } from '../flame/accounting.ts'
import { amountOf, cautions, legend, percent, provenance } from '../flame/caption.ts'
import { type Capture, mergeCaptures } from '../flame/capture.ts'
import {
  type AllocationCapture,
  type AllocationCheck,
  captureAllocations,
  mergeAllocations,
} from '../flame/capture-allocations.ts'
import {
  blindSentences,
  type Change,
  changes,
  type Difference,
  doubtText,
  noChange,
  shareNote,
  subtract,
  unitText,
} from '../flame/difference.ts'
import { groupName } from '../flame/groups.ts'
import { probePerf } from '../flame/perf.ts'
import type { Shares } from '../flame/roles.ts'
import { amount, fitted, signed } from '../flame/text.ts'
import { type FrameTree, labelOf } from '../flame/tree.ts'
import { type MachineLoad, mergeLoads } from '../measure/machine-load.ts'
import type { Program } from '../run/program.ts'
import { captureNotes, routeNotes } from '../views/flame/flame-view-data.ts'
import { writeDifference, writeFlame } from './flame-files.ts'
import { shareLines } from './flame-shares.ts'
import { flameSummary } from './flame-summary.ts'
import { figures, wrap } from './format.ts'
import { listingsIn } from './listings.ts'
import { sentenceLines, sentencesOf } from './sentences.ts'

export interface Graph {
  program: Pick<Program, 'name' | 'title'>
  /** `time`: where the CPU goes; `bytes`: who allocates. */
  of: 'time' | 'bytes'
  tree: FrameTree
  shares: Shares
  /** Of a profile of time only. */
  capture: Capture | undefined
  /** Of allocations only. */
  check: AllocationCheck | undefined
  /** It was read from a file: nothing ran. */
  isFromFile?: boolean
  /** How busy the machine was meanwhile; a recording may not have it. */
  machineLoad?: MachineLoad | undefined
}

/** Runs of each of two programs that are compared: what differs between runs is not taken for a change. */
const RUNS = 2

/**
 * Captures one program, or two in turns: each for the same time in all, in a new process every time.
 * @throws LabError if a server, the load or the profiler fails
 */
export async function captureGraphs(
  programs: readonly Program[],
  of: Graph['of'],
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<Graph[]> {
  const runs = programs.length === 1 ? 1 : RUNS
  const ask = of === 'time' && options.prefer !== 'cpu-prof' && runs > 1
  const probe = options.probe ?? (ask ? await probePerf() : undefined)
  const part = { ...options, probe, seconds: options.seconds / runs }
  const captures = programs.map((): Captured[] => [])
  for (let run = 1; run <= runs; run++) {
    const step = (text: string) => onStep(runs === 1 ? text : `${text} (${run} of ${runs})`)
    for (const [at, program] of programs.entries())
      captures[at]!.push(await captureOnce(program, of, part, step))
  }
  const graphs = programs.map((program, at) => graphOf(program, of, captures[at]!))
  const [one, other] = graphs as [Graph, Graph | undefined]
  return other === undefined ? [await withSentences(one, programs[0]!, options)] : graphs
}

/** The graph with what it says in words, and its hot functions line by line. */
async function withSentences(
  graph: Graph,
  { root }: Program,
  { load, words }: ProfileOptions,
): Promise<Graph> {
  const { capture, machineLoad } = graph
  const sentences = sentencesOf({
    tree: graph.tree,
    cpu: capture?.cpu,
    beside: capture?.beside,
    whole: capture?.whole ?? false,
    coreShare: machineLoad?.coreShare ?? null,
    delays: capture?.delays,
    latency: load.latency?.(),
    words,
  })
  const listings = await listingsIn(graph.tree, root)
  const tree = { ...graph.tree, sentences, listings }
  return { ...graph, tree, capture: capture && { ...capture, tree } }
}

type Captured = Capture | AllocationCapture

async function captureOnce(
  program: Program,
  of: Graph['of'],
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<Captured> {
  if (of === 'time') return await profileProgram(program, options, onStep)
  return await captureAllocations(program, underLoadOf(program, options, onStep))
}

function graphOf(program: Program, of: Graph['of'], captures: readonly Captured[]): Graph {
  if (of === 'bytes') {
    const { tree, shares, check, machineLoad } = mergeAllocations(captures as AllocationCapture[])
    return { program, of, tree, shares, capture: undefined, check, machineLoad }
  }
  const capture = mergeCaptures(captures as Capture[])
  const { tree, shares, machineLoad } = capture
  return { program, of, tree, shares, capture, check: undefined, machineLoad }
}

/** Saves page, picture and tree of one program; returns their directory, relative to the checkout. */
export async function keepGraph(graph: Graph, load: string): Promise<string> {
  const { of, tree, capture } = graph
  const name = `${saveName(graph)}-${of === 'bytes' ? 'alloc' : 'flame'}`
  const caption = { title: titleOf(graph), workload: load }
  const cores = availableParallelism()
  const notes = capture === undefined ? busyNotes(graph) : captureNotes(capture, cores)
  return await keepResults(name, (draft) => writeFlame(draft, tree, caption, notes))
}

/** What one recording says and its top functions, as Markdown. */
export function summaryOf(graph: Graph, load: string): string {
  const route = graph.capture?.route
  const notes = [...busyNotes(graph), ...(route === undefined ? [] : routeNotes(route))]
  const caption = { title: titleOf(graph), workload: load }
  return flameSummary(
    graph.tree,
    caption,
    notes.map(({ text }) => text),
  )
}

/** A recording that is drawn again must not be listed as a run. */
function saveName({ program: { name }, isFromFile }: Graph): string {
  return isFromFile ? `file-${name.replace(/[^\w.]+/g, '-')}` : name
}

/**
 * Keeps the difference of two programs: the page, and all as data.
 * @returns the difference, and the directory, relative to the checkout
 */
export async function keepDifference(
  before: Graph,
  after: Graph,
  load: string,
): Promise<{ difference: Difference; directory: string }> {
  const side = ({ program, tree }: Graph) => ({ name: program.name, tree })
  const difference = subtract(side(before), side(after))
  const name = `${saveName(before)}-${saveName(after)}-${before.of === 'bytes' ? 'alloc' : 'flame'}`
  const caption = { title: differenceTitle(difference), workload: load }
  const route = after.capture?.route
  const notes = [...busyNotes(before, after), ...(route === undefined ? [] : routeNotes(route))]
  const directory = await keepResults(name, (draft) =>
    writeDifference(draft, difference, caption, notes),
  )
  return { difference, directory }
}

function busyNotes(...graphs: readonly Graph[]): Note[] {
  const loads = graphs.flatMap(({ machineLoad }) => machineLoad ?? [])
  return loadNotes(loads.length === 0 ? undefined : mergeLoads(loads), availableParallelism())
}

/** The warning that the machine was busy meanwhile, for the screen; empty if it was quiet. */
export function busyLines(...graphs: readonly Graph[]): string[] {
  return busyNotes(...graphs).flatMap(({ text }) => wrap(text, '').map((line) => paint.bold(line)))
}

/** `stage1 to stage2`. */
export function differenceTitle({ before, after }: Difference): string {
  return `${before.name} to ${after.name}`
}

export function titleOf({ program, of }: Pick<Graph, 'program' | 'of'>): string {
  return `${program.title}${of === 'bytes' ? ': who allocates' : ''}`
}

/** What one graph shows, in lines. */
export function graphLines(graph: Graph, options: { intervals?: boolean } = {}): string[] {
  return [...figureLines(graph, options), ...sentenceLines(graph.tree)]
}

function figureLines(
  { of, tree, capture, check }: Graph,
  options: { intervals?: boolean },
): string[] {
  if (capture === undefined) {
    return of === 'bytes' && tree.file === undefined
      ? allocationLines(tree, check)
      : recordingLines(tree)
  }
  const { tree: _, program: __, ...profile } = capture
  const { samples, windowSeconds, blind, quality } = tree
  const layers = tree.grouping === 'layers' ? { layers: legend(tree) } : {}
  return shareLines(
    { ...profile, samples, windowSeconds, blind, quality },
    { ...options, ...layers },
  )
}

/** What 0x' page does not show, with what the operating system accounts for in the same window. */
export function zeroXLines(subject: ToolSubject, { cpu }: { cpu: CpuTime | undefined }): string[] {
  const head = paint.bold(`${subject.program.name} by 0x`)
  const lines = wrap(`not seen: ${toolCautions['0x'](subject)}`, '  ')
  if (cpu === undefined || cpu.user + cpu.system === 0) return [head, ...lines]
  const kernel = percent(cpu.system / (cpu.user + cpu.system))
  const accounted = `the operating system accounts for ${figures((cpu.user + cpu.system) / 1e6)} s of CPU time in the recorded window, ${kernel} of it in the kernel`
  return [head, ...lines, ...wrap(accounted, '  ')]
}

const BAR = 30

function allocationLines(tree: FrameTree, check: AllocationCheck | undefined): string[] {
  const seconds = tree.windowSeconds.toFixed(1)
  const head = `Who allocates, by V8's heap profiler: ${tree.samples} samples in ${seconds} s`
  return [
    paint.dim(head),
    paint.bold(`  ${amountOf(tree, tree.root.total)}, collected objects included`),
    ...legend(tree).map(({ role, share }) => {
      const bytes = amountOf(tree, share * tree.root.total).replace(' per request', '')
      const bar = '█'.repeat(Math.round(share * BAR))
      return `  ${role.padEnd(13)}${percent(share, tree.samples).padStart(7)}${bytes.padStart(14)}  ${bar}`.trimEnd()
    }),
    ...checkLines(tree, check),
    ...[
      ...tree.method.split('; '),
      ...tree.blind.map((sentence) => `not seen: ${sentence}`),
      ...cautions(tree),
    ]
      .flatMap((text) => wrap(text, '  '))
      .map((text) => paint.dim(text)),
  ]
}

/** What a recording from a file shows: all that is known of it is in its tree. */
function recordingLines(tree: FrameTree): string[] {
  const groups = legend(tree)
  const width = Math.max(...groups.map(({ role }) => role.length), 13)
  const amounts = groups.map(({ share }) => amountOf(tree, share * tree.root.total))
  const amountWidth = Math.max(...amounts.map((amount) => amount.length + 2), 16)
  return [
    ...wrap(provenance(tree, { title: '', workload: '' }), '').map((text) => paint.dim(text)),
    ...groups.map(({ role, share }, at) => {
      const bar = '█'.repeat(Math.round(share * BAR))
      const amount = amounts[at]!.padStart(amountWidth)
      return `  ${role.padEnd(width)}${percent(share, tree.samples).padStart(7)}${amount}  ${bar}`.trimEnd()
    }),
    ...[tree.method, ...tree.blind.map((sentence) => `not seen: ${sentence}`), ...cautions(tree)]
      .flatMap((text) => wrap(text, '  '))
      .map((text) => paint.dim(text)),
  ]
}

function checkLines(tree: FrameTree, check: AllocationCheck | undefined): string[] {
  if (check?.countedBytes === undefined) return []
  const counted = `V8 itself counted ${amountOf(tree, check.countedBytes)}`
  const said = `${counted}: they ${check.agrees ? 'agree' : 'do not agree'}`
  return wrap(said, '  ').map((text) => paint.dim(text))
}

/**
 * The ten frames that changed most, with signs.
 * @param route how the two were captured, if it was not the best way there is
 */
export function differenceLines(difference: Difference, route?: Capture['route']): string[] {
  const { before, after, unit } = difference
  const what = unitText(unit)
  const title = paint.bold(differenceTitle(difference))
  const byShare = shareNote(difference)
  const total = `${amount(before.total)} to ${amount(after.total)} ${what} (${signed(after.total - before.total)})`
  const list = changes(difference)
  const doubtful = list.some(({ certain }) => !certain)
  const lowered = list.some(({ kernel }) => kernel.before + kernel.after > 0)
  return [
    ...(byShare === undefined ? [`${title}: ${total}`] : [title, ...wrap(byShare, '')]),
    ...changeLines(list, what),
    ...(lowered ? [paint.dim('  +k: with what the kernel does below it')] : []),
    ...(doubtful ? wrap(`~: ${doubtText(difference)}`, '  ').map((text) => paint.dim(text)) : []),
    ...(route?.source === 'cpu-prof' ? wrap(route.why, '  ') : []),
    ...(route?.remedy === undefined ? [] : wrap(`→ ${route.remedy}`, '  ')),
    ...[before, after]
      .flatMap((side) => cautions(side).map((text) => `${side.name}: ${text}`))
      .flatMap((text) => wrap(text, '  '))
      .map((text) => paint.dim(text)),
    ...blindSentences(difference)
      .flatMap((text) => wrap(`not seen: ${text}`, '  '))
      .map((text) => paint.dim(text)),
  ]
}

function changeLines(list: readonly Change[], what: string): string[] {
  if (list.length === 0) return [noChange]
  return [
    paint.dim(`The frames that changed most, by self: ${what}`),
    paint.dim('    before    after    change'),
    ...list.map(changeLine),
  ]
}

/** Columns of the figures before a name. */
const FIGURES = 31

function changeLine(change: Change): string {
  const figures = [amount(change.before), amount(change.after), signed(change.change)]
  const [before, after, by] = figures as [string, string, string]
  const colour = change.change > 0 ? paint.red : paint.green
  const kernel = change.kernel.before + change.kernel.after > 0 ? ' +k' : ''
  const { name, file } = change
  const label = labelOf({ name, ...(file === undefined ? {} : { file }) })
  const what = fitted(
    ' '.repeat(FIGURES),
    `${label}${kernel} [${groupName(change.role)}]`,
    80,
  ).trimStart()
  const chance = change.certain ? ' ' : '~'
  return `  ${before.padStart(8)}${after.padStart(9)} ${colour(by.padStart(9))}${chance} ${what}`
}

/**
 * `.cpuprofile`, what `node --cpu-prof`, Chrome's DevTools and VS Code write and read: V8's tree of
 * nodes, the node on top of each sample, and the time between samples. Old ones hold the tree itself,
 * `head`, and the time of each sample.
 */
import { type Frame, type FrameNode, type FrameTree, walk } from '../tree.ts'
import { type CallFrame, type CpuProfile, inspectorFrame, profileStacks } from '../v8-profiles.ts'
import { fromForeign, ofToday, toForeign } from './foreign-frames.ts'
import { isAmount, isObject, type Json, own, textOf, wholeNumber } from './json-parts.ts'
import {
  cutSentence,
  damaged,
  type ImportContext,
  importedPath,
  startImport,
  tooLarge,
} from './stack-import.ts'

const format = 'CPU profile of V8'

export function isCpuProfile(json: unknown): boolean {
  if (Array.isArray(own(json, 'nodes'))) return own(json, 'startTime') !== undefined
  const head = own(json, 'head')
  return isObject(head) && !Object.hasOwn(head, 'selfSize') && own(json, 'samples') !== undefined
}

/** @throws LabError if it is damaged, or beyond a limit */
export function readCpuProfile(json: Json, context: ImportContext): FrameTree {
  const { limits } = context
  const profile = Array.isArray(json.nodes)
    ? todaysProfile(json, context)
    : oldProfile(json, context)
  const cut = liftDeep(profile, context)
  const stacks = startImport(context)
  for (const { frames, count } of profileStacks(profile, inspectedFrame(context))) {
    stacks.add(frames, count)
  }
  return stacks.finish({
    source: 'cpu-prof',
    format,
    method: "V8's CPU profiler, which samples by the wall clock",
    of: 'µs',
    samples: profile.samples.length,
    windowSeconds: (profile.endTime - profile.startTime) / 1e6,
    blind: [
      'read(2), epoll and libuv: called idle',
      'other threads than the one that was profiled',
      ...cutSentence(cut, limits.depth),
    ],
  })
}

function callFrameOf(value: unknown): CallFrame {
  const line = own(value, 'lineNumber')
  const column = own(value, 'columnNumber')
  return {
    functionName: textOf(own(value, 'functionName')),
    url: textOf(own(value, 'url')),
    lineNumber: wholeNumber(line, -1) ?? -1,
    columnNumber: wholeNumber(column, -1) ?? -1,
  }
}

type Nodes = CpuProfile['nodes']

function todaysProfile(json: Json, context: ImportContext): CpuProfile {
  const listed = json.nodes as unknown[]
  if (listed.length > context.limits.frames) {
    throw tooLarge(context, context.limits.frames, 'nodes of a profile')
  }
  const hits = new Map<number, number>()
  const nodes: Nodes = listed.map((one, at) => {
    const id = wholeNumber(own(one, 'id'))
    if (id === undefined || !isObject(own(one, 'callFrame'))) {
      throw damaged(context, format, `node ${at} has no id or no function`)
    }
    const children = own(one, 'children')
    hits.set(id, wholeNumber(own(one, 'hitCount')) ?? 0)
    return {
      id,
      callFrame: callFrameOf(own(one, 'callFrame')),
      children: Array.isArray(children) ? (children as number[]) : [],
      positionTicks: ticksOf(own(one, 'positionTicks')),
    }
  })
  const { startTime, endTime } = json
  if (!isAmount(startTime) || !isAmount(endTime)) {
    throw damaged(context, format, 'it does not say when it began and ended')
  }
  if (endTime < startTime) throw damaged(context, format, 'it ends before it begins')
  const { samples, timeDeltas } = json
  if (!Array.isArray(samples) || samples.length === 0) {
    return { nodes, startTime, endTime, ...spread(hits, endTime - startTime, context) }
  }
  if (!Array.isArray(timeDeltas) || timeDeltas.length !== samples.length) {
    throw damaged(context, format, 'its samples and their times are not equally many')
  }
  mustBeAmounts(timeDeltas, context)
  return { nodes, startTime, endTime, samples: samples as number[], timeDeltas }
}

/** Which lines were on top; a list that is none, and what is in it beside counts, is passed over. */
function ticksOf(listed: unknown): { line: number; ticks: number }[] {
  if (!Array.isArray(listed)) return []
  return listed.flatMap((one) => {
    const [line, ticks] = [wholeNumber(own(one, 'line'), 1), wholeNumber(own(one, 'ticks'), 1)]
    return line === undefined || ticks === undefined ? [] : [{ line, ticks }]
  })
}

/** Without a list of samples there are the hits of each node: each has the same time. */
function spread(
  hits: ReadonlyMap<number, number>,
  micros: number,
  context: ImportContext,
): Pick<CpuProfile, 'samples' | 'timeDeltas'> {
  const all = [...hits.values()].reduce((sum, count) => sum + count, 0)
  if (all > context.limits.steps) throw tooLarge(context, context.limits.steps, 'samples')
  const samples = [...hits].flatMap(([id, count]) => Array.from({ length: count }, () => id))
  return { samples, timeDeltas: samples.map((_, at) => (at === 0 ? 0 : micros / all)) }
}

function mustBeAmounts(list: readonly unknown[], context: ImportContext): void {
  const at = list.findIndex((value) => !isAmount(value))
  if (at >= 0) throw damaged(context, format, `the time of sample ${at} is no number`)
}

/** Chrome's before 2016, Node's before 8: seconds at the ends, microseconds at the samples. */
function oldProfile(json: Json, context: ImportContext): CpuProfile {
  const nodes: Nodes = []
  const open: unknown[] = [json.head]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const id = wholeNumber(own(one, 'id'))
    const children = own(one, 'children')
    if (id === undefined || !Array.isArray(children)) {
      throw damaged(context, format, 'a node has no id or no list of children')
    }
    const ids = children.map((child) => wholeNumber(own(child, 'id')) ?? -1)
    nodes.push({ id, callFrame: callFrameOf(one), children: ids })
    if (nodes.length > context.limits.frames) {
      throw tooLarge(context, context.limits.frames, 'nodes of a profile')
    }
    open.push(...children)
  }
  const { samples, timestamps, endTime } = json
  // Some have one time more, at which the recording ended.
  const ends = [samples, timestamps].map((list) => (Array.isArray(list) ? list.length : -1))
  if (
    !Array.isArray(samples) ||
    !Array.isArray(timestamps) ||
    ![0, 1].includes(ends[1]! - ends[0]!)
  )
    throw damaged(context, format, 'its samples and their times are not equally many')
  mustBeAmounts(timestamps, context)
  const [first = 0] = timestamps
  const last = timestamps.at(-1) ?? 0
  return {
    nodes,
    startTime: first,
    endTime: Math.max(last, isAmount(endTime) ? endTime * 1e6 : 0),
    samples: samples as number[],
    timeDeltas: timestamps
      .slice(0, samples.length)
      .map((time, at) => time - timestamps[Math.max(0, at - 1)]),
  }
}

/**
 * Checks that the nodes are a tree, and counts samples that are deeper than the limit for the frame
 * at the limit.
 * @returns how many samples those were
 */
function liftDeep(profile: CpuProfile, context: ImportContext): number {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  if (byId.size !== profile.nodes.length) throw damaged(context, format, 'two nodes have one id')
  const called = new Set<number>()
  for (const { children = [] } of profile.nodes) {
    for (const id of children) {
      if (!byId.has(id)) throw damaged(context, format, `there is no node ${id}`)
      if (called.has(id)) throw damaged(context, format, `node ${id} has two callers`)
      called.add(id)
    }
  }
  const anchors = new Map<number, number>()
  const open = profile.nodes
    .filter(({ id }) => !called.has(id))
    .map(({ id }) => ({ id, depth: 0, anchor: id }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { id, depth, anchor } = next
    const here = depth <= context.limits.depth ? id : anchor
    anchors.set(id, here)
    for (const child of byId.get(id)!.children ?? []) {
      open.push({ id: child, depth: depth + 1, anchor: here })
    }
  }
  // What no root leads to calls itself.
  if (anchors.size !== byId.size)
    throw damaged(context, format, 'its nodes call each other in a circle')
  let cut = 0
  profile.samples = profile.samples.map((id, at) => {
    const anchor = anchors.get(id)
    if (anchor === undefined)
      throw damaged(context, format, `sample ${at} is of no node that it has`)
    if (anchor !== id) cut++
    return anchor
  })
  return cut
}

/** More samples than this are written as fewer, larger ones. */
const mostSamples = 100_000

/** As how many samples the self of a frame is written; 0 if it has none. */
export function rowsOf({ self }: FrameNode, { root, samples }: FrameTree): number {
  if (!(self > 0)) return 0
  const share = Math.min(samples, mostSamples) / root.total
  return Math.max(1, Math.round(self * share))
}

/**
 * The tree as a `.cpuprofile`. Sums and names are those of the tree; the order of the samples is not
 * that of the recording, which the tree does not know.
 * @param tree of time
 */
export function writeCpuProfile(tree: FrameTree): string {
  const { root, unit } = tree
  const ids = new Map<FrameNode, number>()
  walk(root, (node) => ids.set(node, ids.size + 1))
  const samples: number[] = []
  const timeDeltas: number[] = []
  const nodes: unknown[] = []
  // Rounded sums, not rounded parts: or the whole would drift.
  let at = 0
  let written = 0
  walk(root, (node) => {
    const hitCount = rowsOf(node, tree)
    for (let hit = 0; hit < hitCount; hit++) {
      samples.push(ids.get(node)!)
      // The time of a sample goes until the next one.
      timeDeltas.push(Math.round(at) - written)
      written = Math.round(at)
      at += (node.self / hitCount) * unit.worth
    }
    nodes.push({
      id: ids.get(node),
      callFrame: node === root ? rootFrame : callFrameFor(node),
      hitCount,
      children: node.children.map((child) => ids.get(child)),
    })
  })
  return JSON.stringify({ nodes, startTime: 0, endTime: Math.round(at), samples, timeDeltas })
}

export const rootFrame = {
  functionName: '(root)',
  scriptId: '0',
  url: '',
  lineNumber: -1,
  columnNumber: -1,
}

/** Reads a function of V8's, and what `callFrameFor` has made of other frames. */
export function inspectedFrame(context: ImportContext): (callFrame: CallFrame) => Frame {
  const place = importedPath(context)
  return (callFrame) =>
    callFrame.url.startsWith('[')
      ? fromForeign(
          { name: callFrame.functionName, file: callFrame.url },
          { place, nameless: 'builtin' },
        )
      : inspectorFrame({ ...callFrame, url: ofToday(callFrame.url) }, place)
}

/** A frame as V8 names it. */
export function callFrameFor(node: FrameNode) {
  const { name, file = '', line } = toForeign(node)
  // A line says that it is JavaScript, also if its script has no name.
  const lineNumber = line !== undefined ? line - 1 : node.kind === 'js' && file === '' ? 0 : -1
  return { functionName: name, scriptId: '0', url: file, lineNumber, columnNumber: -1 }
}

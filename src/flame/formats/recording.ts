/** The lab's own recording, `profile.json`: the tree as it is, after a look at everything in it. */
import { roles } from '../roles.ts'
import { type FrameKind, type FrameNode, type FrameTree, noFaults, type Quality } from '../tree.ts'
import { isAmount, isObject, type Json, own, textOf } from './json-parts.ts'
import { damaged, type ImportContext, refusal, tooLarge } from './stack-import.ts'

const format = 'recording of the lab'

/** Whether it is a tree of the lab's, or what `--json` prints around one. */
export function isRecording(json: unknown): boolean {
  return isTree(json) || isTree(own(json, 'tree'))
}

function isTree(json: unknown): boolean {
  return isObject(own(json, 'root')) && isObject(own(json, 'unit')) && 'source' in (json as Json)
}

const kinds: ReadonlySet<unknown> = new Set<FrameKind>([
  ...(['js', 'builtin', 'native', 'kernel', 'gc', 'unseen', 'unknown'] as const),
])
const sources: ReadonlySet<unknown> = new Set<FrameTree['source']>([
  ...(['perf', 'cpu-prof', 'heap-prof', '0x', 'collapsed', 'speedscope', 'pprof'] as const),
])

/** @throws LabError if it is damaged, or beyond a limit */
export function readRecording(json: Json, context: ImportContext): FrameTree {
  const tree = (isTree(json) ? json : json.tree) as Json
  const { unit, source, samples, windowSeconds, requests, blind, quality } = tree
  const { counts, worth, of } = unit as Json
  if (!sources.has(source)) throw damaged(context, format, `its source is ${String(source)}`)
  const known =
    (counts === 'samples' || counts === 'bytes') &&
    (of === 'µs' || of === 'bytes' || of === 'samples')
  if (!known || !isAmount(worth) || worth < 0) throw damaged(context, format, 'its unit is unknown')
  if (!isAmount(samples) || !isAmount(windowSeconds)) {
    throw damaged(context, format, 'it does not say how many samples it has')
  }
  if (requests !== undefined && !(isAmount(requests) && requests > 0)) {
    throw damaged(context, format, 'its requests are no number')
  }
  if (!Array.isArray(blind) || blind.some((text) => typeof text !== 'string')) {
    throw damaged(context, format, 'it does not say what was not seen')
  }
  checkNodes(tree.root, tree.grouping === 'layers', context)
  if (!((tree.root as FrameNode).total > 0)) throw refusal(context, 'holds no samples')
  const { count, noise } = isObject(tree.runs) ? tree.runs : {}
  return {
    ...{ format: 1, source: source as FrameTree['source'], method: textOf(tree.method) },
    ...{ unit: { counts, worth, of }, windowSeconds, samples, blind: blind as string[] },
    ...(requests === undefined ? {} : { requests: requests as number }),
    ...(isAmount(count) && isAmount(noise) ? { runs: { count, noise } } : {}),
    ...(isObject(tree.file)
      ? { file: { name: textOf(tree.file.name), format: textOf(tree.file.format) } }
      : {}),
    ...(tree.grouping === 'layers' ? { grouping: 'layers' } : {}),
    quality: qualityOf(quality),
    root: tree.root as FrameNode,
  }
}

/** Older recordings count other faults. */
function qualityOf(value: unknown): Quality {
  const counts = Object.entries(noFaults()).map(([fault, none]) => {
    const count = own(value, fault)
    return [fault, isAmount(count) ? count : none]
  })
  return Object.fromEntries(counts)
}

function isCounts(value: unknown, isCount: (one: unknown) => boolean): boolean {
  return value === undefined || (isObject(value) && Object.values(value).every(isCount))
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isAmount)
}

function checkNodes(root: unknown, isLayered: boolean, context: ImportContext): void {
  const { limits } = context
  const open: { node: unknown; depth: number }[] = [{ node: root, depth: 0 }]
  let count = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next
    if (!isObject(node)) throw damaged(context, format, 'a frame is no object')
    const { name, kind, role, file, line, self, total, children } = node
    if (typeof name !== 'string' || !kinds.has(kind) || !Array.isArray(children)) {
      throw damaged(context, format, 'a frame has no name, kind or list of children')
    }
    const isGroup = isLayered ? typeof role === 'string' : roles.includes(role as never)
    if (!isGroup) throw damaged(context, format, `the role of ${name} is ${String(role)}`)
    const isPlaced =
      (file === undefined || typeof file === 'string') && (line === undefined || isAmount(line))
    if (!isPlaced) throw damaged(context, format, `the place of ${name} is none`)
    if (!isAmount(self) || self < 0 || !isAmount(total) || total < 0) {
      throw damaged(context, format, `the time of ${name} is no amount`)
    }
    if (!isCounts(node.tiers, isAmount) || !isCounts(node.lines, isPair)) {
      throw damaged(context, format, `the parts of ${name} are no amounts`)
    }
    if (++count > limits.frames) throw tooLarge(context, limits.frames, 'different frames')
    if (depth > limits.depth) throw tooLarge(context, limits.depth, 'frames of one stack')
    for (const child of children) open.push({ node: child ?? null, depth: depth + 1 })
  }
}

/**
 * The difference of two profiles: two trees merged by path, both in microseconds of CPU (or bytes) per
 * request, so that a server that served five times as much in its window does not look five times
 * as slow. If the requests of one were not counted, both are in percent of their whole: that says how
 * the time is divided, and not whether there is less of it.
 *
 * Two frames are the same if kind, name and file agree and their callers are the same. The line does
 * not count, since a change above a function moves it; and the same file of two stages is one,
 * `stages/…/parser.ts`. A function that was renamed is one frame that went and one that came.
 */
import { LabError } from '../run/lab-error.ts'
import type { Group, Grouped } from './groups.ts'
import { byLayers, isOwnCode } from './layers.ts'
import { eachWithOwner, type FrameKind, type FrameNode, type FrameTree, walk } from './tree.ts'

export interface BeforeAfter {
  before: number
  after: number
}

export interface DifferenceNode {
  name: string
  kind: FrameKind
  /** As in a tree; a stage's own file is `stages/…/parser.ts`. */
  file?: string
  /** Line of the definition on either side, if it is known. */
  lines: { before?: number; after?: number }
  role: Group
  /** In the difference's unit. */
  self: BeforeAfter
  total: BeforeAfter
  children: DifferenceNode[]
}

/** What is known of one of the two profiles. */
export interface Side {
  /** `stage1`. */
  name: string
  source: FrameTree['source']
  method: string
  /** Undefined if they were not counted. */
  requests?: number
  samples: number
  windowSeconds: number
  /** As in the tree; older differences do not have them. */
  runs?: FrameTree['runs']
  quality?: FrameTree['quality']
  /** In the difference's unit. */
  total: number
  blind: string[]
}

/** Processor time or bytes allocated, per request; or percent of the whole profile. */
export type DifferenceUnit = 'µs' | 'bytes' | '% of the time' | '% of the bytes'

/** The unit in words, as it stands behind a value. */
export function unitText(unit: DifferenceUnit): string {
  if (unit === 'µs') return 'µs of CPU per request'
  return unit === 'bytes' ? 'bytes allocated per request' : unit
}

/** Whether the values are shares, so that the totals of both sides are 100. */
export function isByShare({ unit }: Pick<Difference, 'unit'>): boolean {
  return unit.startsWith('%')
}

/** Why a difference is by share, and what it does not say; undefined if it is per request. */
export function shareNote(
  difference: Pick<Difference, 'unit' | 'before' | 'after'>,
): string | undefined {
  if (!isByShare(difference)) return undefined
  const { before, after } = difference
  const uncounted = [before, after].filter(({ requests }) => requests === undefined)
  const why =
    uncounted.length === 0
      ? 'one side does not say how long a sample is'
      : `the requests of ${uncounted.map(({ name }) => name).join(' and ')} were not counted`
  return `By share: ${why}, so this shows how the whole is divided, and not whether it became less. To compare per request, record both with --http URL.`
}

export interface Difference extends Grouped {
  format: 1
  /** What all values are in. */
  unit: DifferenceUnit
  before: Side
  after: Side
  root: DifferenceNode
}

/** Whether both profiles have functions of the reader's own program, and none of them is in both. */
export function haveNothingInCommon(one: FrameTree, other: FrameTree): boolean {
  const [first, second] = [one, other].map(({ root }) => {
    const keys = new Set<string>()
    walk(root, (node) => {
      if (isOwnCode(node)) keys.add(frameKey(node))
    })
    return keys
  }) as [Set<string>, Set<string>]
  return first.size > 0 && second.size > 0 && first.isDisjointFrom(second)
}

/**
 * Merges two trees; by layers if one of them is, and by share if the requests of one were not counted.
 * @throws LabError if one is of time and the other of bytes
 */
export function subtract(
  first: { name: string; tree: FrameTree },
  second: { name: string; tree: FrameTree },
): Difference {
  const [one, other] = [first, second].map(({ tree }) => kindOf(tree))
  if (one !== other) {
    throw new LabError(
      `one profile is of ${one} and the other of ${other}: they cannot be compared`,
    )
  }
  const isLayered = first.tree.grouping !== undefined || second.tree.grouping !== undefined
  const grouped = ({ name, tree }: typeof first) => ({
    name,
    tree: isLayered ? byLayers(tree) : tree,
  })
  const [before, after] = [grouped(first), grouped(second)]
  const root = emptyNode(before.tree.root)
  const index = new Map<DifferenceNode, Map<string, DifferenceNode>>()
  const perRequest = [before, after].every(
    ({ tree }) => tree.requests !== undefined && tree.requests > 0 && tree.unit.of !== 'samples',
  )
  for (const [side, { tree }] of [['before', before] as const, ['after', after] as const]) {
    const worth = perRequest ? tree.unit.worth / tree.requests! : 100 / (tree.root.total || 1)
    add(root, tree.root, side, { index, worth })
  }
  sortByWeight(root)
  const unit = perRequest ? (one === 'time' ? 'µs' : 'bytes') : (`% of the ${one!}` as const)
  return {
    format: 1,
    ...(isLayered ? { grouping: 'layers' } : {}),
    unit,
    before: sideOf(before, root.total.before),
    after: sideOf(after, root.total.after),
    root,
  }
}

function kindOf({ unit }: FrameTree): 'time' | 'bytes' {
  return unit.of === 'bytes' ? 'bytes' : 'time'
}

interface Adding {
  index: Map<DifferenceNode, Map<string, DifferenceNode>>
  /** What one of the tree's unit is in that of the difference. */
  worth: number
}

function add(into: DifferenceNode, node: FrameNode, side: keyof BeforeAfter, adding: Adding): void {
  into.self[side] += node.self * adding.worth
  into.total[side] += node.total * adding.worth
  if (node.line !== undefined) into.lines[side] ??= node.line
  let known = adding.index.get(into)
  if (known === undefined) {
    known = new Map()
    adding.index.set(into, known)
  }
  for (const child of node.children) {
    const key = frameKey(child)
    let match = known.get(key)
    if (match === undefined) {
      match = emptyNode(child)
      known.set(key, match)
      into.children.push(match)
    }
    add(match, child, side, adding)
  }
}

/** What makes two frames the same. Time that was not seen is one frame, whatever its name. */
export function frameKey(frame: Pick<FrameNode, 'kind' | 'name' | 'file'>): string {
  if (frame.kind === 'unseen') return 'unseen'
  return `${frame.kind} ${sharedFile(frame.file) ?? ''} ${frame.name}`
}

/** `stages/stage2/parser.ts`, `mine/stage1/parser.ts` as `stages/…/parser.ts`; others as they are. */
export function sharedFile(file: string | undefined): string | undefined {
  return file?.replace(/^(?:stages|mine)\/[^/]+\//, 'stages/…/')
}

function emptyNode(frame: FrameNode): DifferenceNode {
  const file = sharedFile(frame.file)
  return {
    name: frame.kind === 'unseen' ? 'not seen by this profiler' : frame.name,
    kind: frame.kind,
    ...(file === undefined ? {} : { file }),
    lines: {},
    role: frame.role,
    self: { before: 0, after: 0 },
    total: { before: 0, after: 0 },
    children: [],
  }
}

function sortByWeight(node: DifferenceNode): void {
  const weight = ({ total }: DifferenceNode) => Math.max(total.before, total.after)
  node.children.sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1))
  for (const child of node.children) sortByWeight(child)
}

function sideOf({ name, tree }: { name: string; tree: FrameTree }, total: number): Side {
  const { source, method, samples, windowSeconds, blind, quality, runs } = tree
  return {
    ...{ name, source, method, samples, windowSeconds, total },
    ...(tree.requests === undefined ? {} : { requests: tree.requests }),
    ...{ blind, quality },
    ...(runs === undefined ? {} : { runs }),
  }
}

/** What the two profiles cannot see: what is true of both once, the rest by the name of its side. */
export function blindSentences({ before, after }: Difference): string[] {
  const only = (side: Side, other: Side) =>
    side.blind.filter((text) => !other.blind.includes(text)).map((text) => `${side.name}: ${text}`)
  const both = before.blind.filter((text) => after.blind.includes(text))
  return [...both, ...only(before, after), ...only(after, before)]
}

/** A function's self in one role, on all paths together. */
export interface Change {
  name: string
  kind: FrameKind
  file?: string
  lines: { before?: number; after?: number }
  role: Group
  /** In the difference's unit; with the kernel it calls. */
  before: number
  after: number
  /** `after` less `before`. */
  change: number
  /** The part of `before` and `after` that was spent in the kernel. */
  kernel: BeforeAfter
  /** False: it is within two standard errors of sampling and of the runs, so it may be chance. */
  certain: boolean
}

/** How far two runs are taken to differ if each side was recorded once; measured on a busy machine. */
const ASSUMED_NOISE = 0.05

/** Two pairs of runs may agree by chance: the noise is taken to be this at least. */
const LEAST_NOISE = 0.02

/** How far two runs of one side differ in the self of a function, as a share of it. */
function noiseBetweenRuns({ before, after }: Pick<Difference, 'before' | 'after'>): number {
  const [one, other] = [before.runs?.noise, after.runs?.noise]
  if (one === undefined || other === undefined) return ASSUMED_NOISE
  return Math.max(LEAST_NOISE, Math.sqrt((one ** 2 + other ** 2) / 2))
}

/**
 * Standard error of the change of an amount, in the unit of the difference: that of its samples and
 * that of the runs. A change of less than two of them may be chance.
 */
export function standardError(
  difference: Pick<Difference, 'before' | 'after'>,
  amounts: BeforeAfter,
): number {
  const noise = noiseBetweenRuns(difference)
  const errors = (['before', 'after'] as const).map((name) => {
    const side = difference[name]
    const perSample = side.samples === 0 ? 0 : side.total / side.samples
    // Samples fall at random: the error of n of them is the root of n.
    const sampling = Math.sqrt(perSample * amounts[name])
    return Math.hypot(sampling, (noise * amounts[name]) / Math.sqrt(side.runs?.count ?? 1))
  })
  return Math.hypot(...errors)
}

/**
 * The functions that changed most, by their self over all paths. What the kernel did counts for the
 * function that called it. A function that serves several roles, `Uint8Array` for the parser and for
 * the reply, is counted for each.
 */
export function changes(difference: Difference, count = 10): Change[] {
  const found = new Map<string, Change>()
  eachWithOwner(difference.root, (node, frame) => {
    const key = `${frame.role} ${frameKey(frame)}`
    let entry = found.get(key)
    if (entry === undefined) {
      const { name, kind, file, lines, role } = frame
      entry = {
        name,
        kind,
        ...(file === undefined ? {} : { file }),
        lines,
        role,
        ...{ before: 0, after: 0, change: 0, certain: false },
        kernel: { before: 0, after: 0 },
      }
      found.set(key, entry)
    }
    for (const side of ['before', 'after'] as const) {
      entry[side] += node.self[side]
      if (node.kind === 'kernel') entry.kernel[side] += node.self[side]
    }
  })
  return [...found.values()]
    .map((entry): Change => {
      const change = entry.after - entry.before
      return { ...entry, change, certain: Math.abs(change) > 2 * standardError(difference, entry) }
    })
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, count)
}

/** In place of an empty list of changes. */
export const noChange = 'No frame changed: the two have the same stacks.'

/** What the mark `~` means in a list of changes. */
export function doubtText(difference: Pick<Difference, 'before' | 'after'>): string {
  const { before, after } = difference
  const percent = `${Math.round(100 * noiseBetweenRuns(difference))} %`
  const noise =
    before.runs === undefined || after.runs === undefined
      ? `of ${percent} between runs, which is assumed, as each side was recorded once`
      : `of the runs, which differ by ${percent}`
  return `within two standard errors of sampling and ${noise}; may be chance`
}

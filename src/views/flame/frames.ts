/**
 * The frames that a graph shows, and the other trees that can be made of them. A frame of a profile
 * carries one amount, a frame of a difference two (before, after); every transformation adds the
 * amounts up, so one viewer serves both.
 */
import { type Difference, type DifferenceNode, frameKey } from '../../flame/difference.ts'
import type { Group } from '../../flame/groups.ts'
import { type FrameKind, type FrameNode, type FrameTree, labelOf } from '../../flame/tree.ts'

export interface Frame {
  name: string
  kind: FrameKind
  file?: string
  line?: number
  /** Name, file and line as a person reads them; the line is left out if two profiles differ in it. */
  label: string
  role: Group
  /** In the unit of the graph: one amount per profile. */
  self: number[]
  total: number[]
  /** `self` by the compiler that made the code, of JavaScript in a profile. */
  tiers?: Record<string, number>
  children: Frame[]
}

/** The frames of a profile, in the tree's own unit. */
export function framesOfProfile({ root }: Pick<FrameTree, 'root'>): Frame {
  const convert = (node: FrameNode): Frame => ({
    name: node.name,
    kind: node.kind,
    ...(node.file === undefined ? {} : { file: node.file }),
    ...(node.line === undefined ? {} : { line: node.line }),
    label: node === root ? 'all' : labelOf(node),
    role: node.role,
    self: [node.self],
    total: [node.total],
    ...(node.tiers === undefined ? {} : { tiers: node.tiers }),
    children: node.children.map(convert),
  })
  return convert(root)
}

/** The frames of a difference: before and after, per request. */
export function framesOfDifference({ root }: Pick<Difference, 'root'>): Frame {
  const convert = (node: DifferenceNode): Frame => {
    const line = node.lines.after ?? node.lines.before
    return {
      name: node.name,
      kind: node.kind,
      ...(node.file === undefined ? {} : { file: node.file }),
      ...(line === undefined ? {} : { line }),
      label: node === root ? 'all' : nameOf(node),
      role: node.role,
      self: [node.self.before, node.self.after],
      total: [node.total.before, node.total.after],
      children: node.children.map(convert),
    }
  }
  return convert(root)
}

/** The label of a frame in two profiles, with the line of the definition if both have the same one. */
export function nameOf({
  name,
  file,
  lines: { before, after },
}: Pick<DifferenceNode, 'name' | 'file' | 'lines'>): string {
  const line =
    before === undefined || after === undefined || before === after ? (before ?? after) : undefined
  return labelOf({
    name,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  })
}

/** Two frames are the same function if these agree. */
export function functionKey({ kind, label }: Pick<Frame, 'kind' | 'label'>): string {
  return `${kind} ${label}`
}

/** A function that calls itself directly becomes one frame, with all that its calls did. */
export function mergeRecursion(root: Frame): Frame {
  const merged = new Builder(root)
  const visit = (frame: Frame, into: Frame) => {
    merged.addSelf(into, frame)
    for (const child of frame.children) {
      if (functionKey(child) === functionKey(into)) visit(child, into)
      else {
        const target = merged.childOf(into, child)
        addTo(target.total, child.total)
        visit(child, target)
      }
    }
  }
  addTo(merged.root.total, root.total)
  visit(root, merged.root)
  return merged.finish()
}

/** The call tree inverted: below `all` are the frames with self time, above them their callers. */
export function invertCalls(root: Frame): Frame {
  const inverted = new Builder(root)
  addTo(inverted.root.total, root.total)
  const visit = (frame: Frame, callers: Frame[]) => {
    if (frame.self.some((amount) => amount > 0)) {
      inverted.addPath(frame === root ? [] : [frame, ...callers.toReversed()], frame.self)
    }
    const path = frame === root ? [] : [...callers, frame]
    for (const child of frame.children) visit(child, path)
  }
  visit(root, [])
  return inverted.finish()
}

/** A function summed over the whole graph. */
export interface Sandwich {
  /** Of the function: of its outermost calls, so that each sample counts once. */
  total: number[]
  self: number[]
  /** The function as the root; above it its callers. */
  callers: Frame
  /** The function as the root; above it what it called. */
  callees: Frame
}

/** Callers and callees of a function over all its calls; undefined if the graph has no such function. */
export function sandwich(root: Frame, key: string): Sandwich | undefined {
  let found: { callers: Builder; callees: Builder } | undefined
  const self = root.self.map(() => 0)
  const visit = (frame: Frame, callers: Frame[], below: boolean) => {
    const is = frame !== root && functionKey(frame) === key
    if (is) {
      addTo(self, frame.self)
      found ??= { callers: new Builder(frame), callees: new Builder(frame) }
      if (!below) {
        addTo(found.callers.root.total, frame.total)
        addTo(found.callees.root.total, frame.total)
        found.callers.addPath(callers.toReversed(), frame.total)
        found.callees.addTree(found.callees.root, frame)
      }
    }
    const path = frame === root ? [] : [...callers, frame]
    for (const child of frame.children) visit(child, path, below || is)
  }
  visit(root, [], false)
  if (found === undefined) return undefined
  const [callers, callees] = [found.callers.finish(), found.callees.finish()]
  return { total: callers.total, self, callers, callees }
}

/** Grows a tree of frames in which each function occurs once among the frames of one caller. */
class Builder {
  readonly root: Frame
  readonly #index = new Map<Frame, Map<string, Frame>>()

  /** @param like what the root is */
  constructor(like: Frame) {
    this.root = emptyLike(like)
  }

  childOf(parent: Frame, like: Frame): Frame {
    let known = this.#index.get(parent)
    if (known === undefined) {
      known = new Map()
      this.#index.set(parent, known)
    }
    const key = functionKey(like)
    let child = known.get(key)
    if (child === undefined) {
      child = emptyLike(like)
      known.set(key, child)
      parent.children.push(child)
    }
    return child
  }

  /** Adds to each frame of a path, outermost first, and to the self of the last one. */
  addPath(path: readonly Frame[], amounts: readonly number[]): void {
    let at = this.root
    for (const frame of path) {
      at = this.childOf(at, frame)
      addTo(at.total, amounts)
    }
    addTo(at.self, amounts)
  }

  /** Adds what a frame called, and its own time, to `into`. */
  addTree(into: Frame, frame: Frame): void {
    this.addSelf(into, frame)
    for (const child of frame.children) {
      const target = this.childOf(into, child)
      addTo(target.total, child.total)
      this.addTree(target, child)
    }
  }

  addSelf(into: Frame, { self, tiers }: Frame): void {
    addTo(into.self, self)
    for (const [tier, count] of Object.entries(tiers ?? {})) {
      into.tiers ??= {}
      into.tiers[tier] = (into.tiers[tier] ?? 0) + count
    }
  }

  /** The tree, the heaviest frames first. */
  finish(): Frame {
    sortByWeight(this.root)
    return this.root
  }
}

function emptyLike({ tiers: _, ...frame }: Frame): Frame {
  const none = frame.self.map(() => 0)
  return { ...frame, self: none, total: [...none], children: [] }
}

function addTo(sums: number[], amounts: readonly number[]): void {
  for (let at = 0; at < sums.length; at++) sums[at]! += amounts[at]!
}

function sortByWeight(frame: Frame): void {
  const weight = ({ total }: Frame) => Math.max(...total)
  frame.children.sort((a, b) => weight(b) - weight(a) || (a.label < b.label ? -1 : 1))
  for (const child of frame.children) sortByWeight(child)
}

/**
 * A number for the stack of each frame, a hash over the frame and all of its callers. It holds from
 * run to run: lines do not count, nor does which stage it is. Of functions that differ in their line
 * alone, the n-th in the file is the n-th.
 */
export function stackIds(root: Frame): Map<Frame, number> {
  const ids = new Map<Frame, number>()
  const visit = (frame: Frame, seed: number) => {
    const alike = new Map<string, Frame[]>()
    for (const child of frame.children) {
      const key = frameKey(child)
      const known = alike.get(key)
      if (known === undefined) alike.set(key, [child])
      else known.push(child)
    }
    for (const [key, frames] of alike) {
      if (frames.length > 1) frames.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
      for (const [rank, child] of frames.entries()) {
        const id = hashOf(`${key} ${rank}`, seed)
        ids.set(child, id)
        visit(child, id)
      }
    }
  }
  visit(root, 0)
  return ids
}

/** A stack in an address, `takeDelimiter~1k2j3h`: its innermost function, and its number. */
export function stackAddress({ name }: Pick<Frame, 'name'>, id: number): string {
  return `${name}~${id.toString(36)}`
}

/** The parts of the address of a stack. */
export function readStack(address: string): { name: string; id: number } {
  const end = address.lastIndexOf('~')
  if (end < 0) return { name: address, id: Number.NaN }
  return { name: address.slice(0, end), id: Number.parseInt(address.slice(end + 1), 36) }
}

/** 53 bits of a string's hash (cyrb53), so that two stacks of a graph do not share one. */
function hashOf(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed ^ Math.floor(seed / 2 ** 32)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}

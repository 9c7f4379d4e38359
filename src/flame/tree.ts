/**
 * The tree of frames between what captures a profile (perf, V8's own profilers, 0x) and everything
 * that draws or counts one. `growTree` merges stacks by path; the rest of the lab does not know
 * which profiler they came from. The tree is plain data, safe for `JSON.stringify`.
 */
import type { Group, Grouped } from './groups.ts'
import type { Listing } from './listing.ts'
import { type Role, type RolesByStage, roleOf } from './roles.ts'

/**
 * What a frame is made of: JavaScript; a builtin that V8 carries as machine code; C or C++ of the
 * process; the kernel on the process's behalf; V8's collector; time that the profiler could not see
 * but the operating system accounted for; an address that nothing could name.
 */
export type FrameKind = 'js' | 'builtin' | 'native' | 'kernel' | 'gc' | 'unseen' | 'unknown'

export interface Frame {
  name: string
  kind: FrameKind
  /**
   * Where it is written: a path relative to the checkout for the lab's own files, `node:net` for
   * Node's, and the part of the process for machine code: `libuv`, `node`, `v8`, `libc`, `kernel`.
   */
  file?: string
  /** Line of the function's definition in `file`, from 1. */
  line?: number
  /** Which of V8's compilers made the code that ran: `interpreter`, `sparkplug`, `maglev`, `turbofan`. */
  tier?: string
  /** Line of `file` that was executed, from 1. */
  at?: number
}

export interface FrameNode extends Omit<Frame, 'tier' | 'at'> {
  /** The role of this frame's own time, see `roles.ts`; its layer if the tree is grouped by layers. */
  role: Group
  /** Time with this frame on top, in the tree's unit. */
  self: number
  /** Time with this frame anywhere on the stack here: `self` and that of all children. */
  total: number
  /** `self` by the compiler that made the code, for JavaScript. */
  tiers?: Record<string, number>
  /** Self and total of each line that was executed, where they are known; total with what the line called. */
  lines?: Record<number, [self: number, total: number]>
  children: FrameNode[]
}

export interface Unit {
  /** What `self` and `total` count. */
  counts: 'samples' | 'bytes'
  /** What one of them stands for, in `of`; 1 for bytes, and for samples of no known duration. */
  worth: number
  /** `samples`: a file of another tool that does not say how long one of them is. */
  of: 'µs' | 'bytes' | 'samples'
}

export interface FrameTree extends Grouped {
  format: 1
  /** The profiler that captured it. */
  source: 'perf' | 'cpu-prof' | 'heap-prof' | '0x' | 'collapsed' | 'speedscope' | 'pprof'
  /** The file of another tool that it was read from; none: the lab recorded it. */
  file?: { name: string; format: string }
  /** How it was captured, for a person. */
  method: string
  unit: Unit
  /** Length of the recording, in seconds; 0 if a file of another tool does not say. */
  windowSeconds: number
  /** How many samples were taken; the total of the root may be larger by what was not seen. */
  samples: number
  /** Requests served in the window, if the load was counted: what makes two trees comparable. */
  requests?: number
  /** What this capturer cannot see here, a sentence each. Empty: it saw all there was. */
  blind: string[]
  quality: Quality
  /** If it was recorded more than once: how often, and how far the runs differ, as a share. */
  runs?: { count: number; noise: number }
  root: FrameNode
  /** What it says, see `src/report/sentences.ts`; absent if that was not asked. */
  sentences?: readonly { text: string; next?: string }[]
  /** The own functions that take most, line by line; absent if their source was not at hand. */
  listings?: readonly Listing[]
}

/** How whole the stacks are; counts of samples. */
export interface Quality {
  /** The stack does not reach the event loop or `main`. */
  broken: number
  /** At least one frame could not be named. */
  unnamed: number
  /** Only an address is known: these are left as `unknown`. */
  lost: number
  /** Callers were restored that perf lost in libc, which keeps no frame pointer. */
  restored: number
}

/** The quality of stacks that are whole. */
export function noFaults(): Quality {
  return { broken: 0, unnamed: 0, lost: 0, restored: 0 }
}

/** With fewer samples, one function cannot be compared with another. */
export const TOO_FEW_SAMPLES = 200

/** A stack, outermost frame first, and how much it counts. */
export interface Stack {
  frames: Frame[]
  /** In the tree's unit; 1 for a sample. */
  count: number
}

/**
 * Merges stacks by path. Two frames are one if name, kind, file and line agree; the tier does
 * not count, so that a function is one tower and not one for each of V8's compilers.
 * @param byStage what the stages' own files do
 */
export function growTree(stacks: Iterable<Stack>, byStage?: RolesByStage): FrameNode {
  const grower = treeGrower(byStage)
  for (const stack of stacks) grower.add(stack)
  return grower.finish()
}

/** A tree that grows stack by stack: a stream of them need not be in memory at once. */
export interface TreeGrower {
  add(stack: Stack): void
  /** Nodes so far, the root included. */
  size(): number
  /** The tree, sorted by weight. */
  finish(): FrameNode
}

/** A node with its children by the number of their frames. */
interface Branch {
  node: FrameNode
  branches: Map<number, Branch>
}

/** A number for each different frame; quick for a frame that comes again as the same object. */
function frameIds(): (frame: Frame) => number {
  const byKey = new Map<string, number>()
  const byFrame = new WeakMap<Frame, number>()
  return (frame) => {
    const known = byFrame.get(frame)
    if (known !== undefined) return known
    const key = `${frame.kind} ${frame.file ?? ''}:${frame.line ?? ''} ${frame.name}`
    const id = byKey.get(key) ?? byKey.size
    byKey.set(key, id)
    byFrame.set(frame, id)
    return id
  }
}

/** See `growTree`. */
export function treeGrower(byStage?: RolesByStage): TreeGrower {
  const root = newNode({ name: 'all', kind: 'native' }, 'other')
  const top: Branch = { node: root, branches: new Map() }
  const idOf = frameIds()
  let size = 1
  const add = ({ frames, count }: Stack) => {
    let at = top
    root.total += count
    for (const frame of frames) {
      const id = idOf(frame)
      let next = at.branches.get(id)
      if (next === undefined) {
        const node = newNode(frame, roleOf(frame, at.node.role as Role, byStage))
        next = { node, branches: new Map() }
        at.branches.set(id, next)
        at.node.children.push(node)
        size++
      }
      next.node.total += count
      addLine(next.node, frame.at, 0, count)
      at = next
    }
    const { node } = at
    node.self += count
    addLine(node, frames.at(-1)?.at, count, 0)
    const tier = frames.at(-1)?.tier
    if (tier !== undefined) {
      node.tiers ??= {}
      node.tiers[tier] = (node.tiers[tier] ?? 0) + count
    }
  }
  const finish = () => {
    sortByWeight(root)
    return root
  }
  return { add, size: () => size, finish }
}

/** Adds to what a line of the function took; nothing if the line is not known. */
export function addLine(
  node: Pick<FrameNode, 'lines'>,
  line: number | undefined,
  self: number,
  total: number,
): void {
  if (line === undefined) return
  node.lines ??= {}
  const [selfSoFar, totalSoFar] = node.lines[line] ?? [0, 0]
  node.lines[line] = [selfSoFar + self, totalSoFar + total]
}

function newNode(frame: Frame, role: Role): FrameNode {
  const node: FrameNode = {
    name: frame.name,
    kind: frame.kind,
    role,
    self: 0,
    total: 0,
    children: [],
  }
  if (frame.file !== undefined) node.file = frame.file
  if (frame.line !== undefined) node.line = frame.line
  return node
}

function sortByWeight(node: FrameNode): void {
  node.children.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
  for (const child of node.children) sortByWeight(child)
}

/** Visits every node, parents before children; `path` leads from the root to the node itself. */
export function walk(
  root: FrameNode,
  visit: (node: FrameNode, path: readonly FrameNode[]) => void,
): void {
  const path: FrameNode[] = []
  const step = (node: FrameNode) => {
    path.push(node)
    visit(node, path)
    for (const child of node.children) step(child)
    path.pop()
  }
  step(root)
}

/**
 * Visits every node with the function that its self counts for: what the kernel does counts for the
 * function that called it, since a reader can do something about `read` and nothing about the
 * thirty kernel functions below it.
 */
export function eachWithOwner<Node extends { kind: FrameKind; children: Node[] }>(
  root: Node,
  visit: (node: Node, owner: Node) => void,
): void {
  const step = (node: Node, caller: Node) => {
    const owner = node.kind === 'kernel' ? caller : node
    visit(node, owner)
    for (const child of node.children) step(child, owner)
  }
  step(root, root)
}

/** At most `depth` kernel frames on top of one another; time further down counts for the last one. */
export function foldKernel<
  Node extends { kind: FrameKind; self: unknown; total: unknown; children: Node[] },
>(root: Node, depth: number): Node {
  const fold = (node: Node, inKernel: number): Node =>
    inKernel >= depth
      ? { ...node, self: node.total, children: [] }
      : {
          ...node,
          children: node.children.map((child) =>
            fold(child, child.kind === 'kernel' ? inKernel + 1 : 0),
          ),
        }
  return fold(root, 0)
}

/** Adds one frame with a self of `count` below the root, e.g. the time that was not seen. */
export function addToRoot(root: FrameNode, frame: Frame, count: number): void {
  const node = newNode(frame, roleOf(frame, root.role as Role))
  node.self = count
  node.total = count
  root.children.push(node)
  root.total += count
  sortByWeight(root)
}

/** `takeDelimiterInclusive stages/stage2/reader.ts:31`, `read libc`: how a frame is shown to a person. */
export function labelOf(frame: Pick<Frame, 'name' | 'file' | 'line'>): string {
  if (frame.file === undefined) return frame.name
  return `${frame.name} ${frame.file}${frame.line === undefined ? '' : `:${frame.line}`}`
}

/**
 * V8's sampling heap profile as a neutral tree: who allocates, in bytes. V8 takes one allocation in
 * so many bytes, at random, and scales what it found up again, so the bytes are estimates; whose
 * function it was is exact. With collected objects included it shows the churn, which is what costs
 * (a profile of live objects shows next to nothing of a server that keeps nothing).
 */
import { jsFrame, relativeTo } from './names.ts'
import { type Frame, type FrameNode, type FrameTree, growTree, type Stack } from './tree.ts'

/** A function as the inspector names it. Lines and columns count from 0. */
export interface CallFrame {
  functionName: string
  /** Empty for what is not JavaScript: `(root)`, `(V8 API)`, `(GC)`. */
  url: string
  lineNumber: number
  columnNumber: number
}

/** `SamplingHeapProfile` of the inspector protocol, as far as it is used here. */
export interface HeapProfile {
  head: HeapNode
  /** One entry for every allocation that was sampled. */
  samples: unknown[]
}

export interface HeapNode {
  callFrame: CallFrame
  /** Bytes, scaled up. */
  selfSize: number
  children: HeapNode[]
}

/** Bytes between two samples, on average: at 100 MB/s some thousand samples a second. */
export const samplingInterval = 16 * 1024

/**
 * Node's options for a server whose allocations are sampled. The profiler names the functions that
 * have a stack frame, and V8's compilers copy small functions into their callers: without these a
 * parser's garbage is booked on Node's `onStreamRead`. The price: V8 can leave out fewer short-lived
 * objects, so that some percent more is allocated (measured: 3 % in stage 3, 14 % of the little that
 * stage 4 allocates).
 */
export const noInliningFlags: readonly string[] = [
  '--no-maglev-inlining',
  '--max-inlined-bytecode-size=0',
  '--max-inlined-bytecode-size-cumulative=0',
  '--max-inlined-bytecode-size-small=0',
]

/** For `HeapProfiler.startSampling`. */
export const samplingParameters = {
  samplingInterval,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
} as const

/** Converts a profile; `checkout` is taken off the paths. */
export function heapTree(
  profile: HeapProfile,
  options: { windowSeconds: number; checkout: string },
): FrameTree {
  const place = relativeTo(options.checkout)
  return {
    format: 1,
    source: 'inspector',
    method: `V8's sampling heap profiler, a sample every ${samplingInterval / 1024} KiB; inlining is off, so that each function is named: some percent more is allocated than without`,
    unit: { counts: 'bytes', worth: 1, of: 'bytes' },
    windowSeconds: options.windowSeconds,
    samples: profile.samples.length,
    blind: ["bytes outside V8's heap: what is in a Buffer; the object that stands for it is seen"],
    quality: { broken: 0, unnamed: 0, lost: 0, repaired: 0 },
    root: heapRoot(profile.head, place),
  }
}

function heapRoot(head: HeapNode, place: (path: string) => string): FrameNode {
  const stacks: Stack[] = []
  const visit = (node: HeapNode, path: Frame[]) => {
    if (node.selfSize > 0) stacks.push({ frames: path, count: node.selfSize })
    for (const child of node.children)
      visit(child, [...path, inspectorFrame(child.callFrame, place)])
  }
  visit(head, [])
  return growTree(stacks)
}

/** What the inspector calls what is not a function of anybody's, in words and in the lab's kinds. */
const special: Record<string, Frame> = {
  '(V8 API)': { name: "Node's C++, by V8's API", kind: 'native', file: 'node' },
  '(EXTERNAL)': { name: "Node's C++, by V8's API", kind: 'native', file: 'node' },
  '(GC)': { name: 'garbage collection', kind: 'gc', file: 'v8' },
  '(garbage collector)': { name: 'garbage collection', kind: 'gc', file: 'v8' },
  '(BYTECODE_COMPILER)': { name: 'compiling', kind: 'native', file: 'v8' },
  '(COMPILER)': { name: 'compiling', kind: 'native', file: 'v8' },
  '(PARSER)': { name: 'compiling', kind: 'native', file: 'v8' },
  '(program)': { name: "Node's C++ and V8, outside JavaScript", kind: 'native', file: 'node' },
  '(idle)': {
    name: 'not seen by this profiler: called idle; waiting, but also read(2) and libuv',
    kind: 'unseen',
  },
}

/** A function of the inspector's as a frame. */
export function inspectorFrame(callFrame: CallFrame, place: (path: string) => string): Frame {
  const { functionName, url, lineNumber } = callFrame
  const known = special[functionName]
  if (url === '')
    return known ?? { name: functionName || '(anonymous)', kind: 'builtin', file: 'v8' }
  return jsFrame(`${functionName} ${url}:${lineNumber + 1}`.trimStart(), undefined, place)
}

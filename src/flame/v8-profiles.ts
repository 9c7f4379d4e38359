/**
 * The two profiles that V8 itself makes, asked for over the inspector, as neutral trees.
 *
 * - The CPU profile (`node --cpu-prof`) samples by the wall clock and sees JavaScript. What runs
 *   outside it, `read(2)` and libuv among it, is called `(idle)`, since Node tells V8 that it is
 *   idle for the whole of libuv's poll phase.
 * - The sampling heap profile (`node --heap-prof`) says who allocates, in bytes. V8 takes one
 *   allocation in so many bytes at random and scales up again: the bytes are estimates, the
 *   function is exact. With collected objects included it shows the churn, which is what costs.
 */
import type { CpuTime } from './accounting.ts'
import { scriptFrame } from './frames.ts'
import type { RolesByStage } from './roles.ts'
import { addToRoot, type Frame, type FrameTree, growTree, noFaults, type Stack } from './tree.ts'

/** A function as the inspector names it. Lines and columns count from 0. */
export interface CallFrame {
  functionName: string
  /** Empty for what is not JavaScript: `(root)`, `(V8 API)`, `writeBuffer`. */
  url: string
  lineNumber: number
  columnNumber: number
}

/** `Profile` of the inspector protocol, and what a `.cpuprofile` file holds. */
export interface CpuProfile {
  nodes: {
    id: number
    callFrame: CallFrame
    children?: number[]
    /** How often a line, from 1, was on top. */
    positionTicks?: { line: number; ticks: number }[]
  }[]
  /** Microseconds on V8's clock. */
  startTime: number
  endTime: number
  /** The node on top, by sample. */
  samples: number[]
  /** Microseconds since the sample before; since `startTime` for the first. */
  timeDeltas: number[]
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

const cpuMethod = "V8's CPU profiler over the inspector, a sample a millisecond of the wall clock"

/** Where the profiled files are, and what those of the stages do. */
export interface Files {
  /** Shortens a path, see `relativeTo`. */
  place: (path: string) => string
  roles: RolesByStage
}

/** What a profile of JavaScript does not tell apart, for `FrameTree.blind`. */
export const builtinsOfCallers =
  'most of V8’s built-in functions, such as sorting and JSON: they count for the function that calls them'

/** A CPU profile as V8 shows it: shares of the wall clock's time, with what it calls idle in it. */
export function cpuTree(profile: CpuProfile, { place, roles }: Files): FrameTree {
  const stacks = [...profileStacks(profile, (one) => inspectorFrame(one, place))]
  const micros = stacks.reduce((sum, { count }) => sum + count, 0)
  const samples = profile.samples.length
  return timeTree(stacks, micros, {
    samples,
    worth: samples === 0 ? 0 : micros / samples,
    windowSeconds: micros / 1e6,
    blind: ['read(2), epoll and libuv: called idle', builtinsOfCallers],
    roles,
  })
}

/**
 * A CPU profile as a share of processor time, for a machine without perf: the samples of JavaScript
 * as they are, and the rest of what the operating system accounts for as one frame that says that
 * it was not seen. Samples in a native function that makes system calls are left out: the sampler's
 * thread gets its turn when the server leaves `write(2)`, so what they say depends on what else
 * runs.
 * @param window.cpu time that the operating system accounted to the main thread in the window
 * @param window.coreShare of the time that it was ready to run, the share in which it ran: samples
 *   go by the wall clock, and count the waiting too; null if it is not known
 */
export function accountedCpuTree(
  profile: CpuProfile,
  window: Files & { cpu: CpuTime; windowSeconds: number; coreShare: number | null },
): FrameTree {
  const { cpu, windowSeconds, roles, coreShare } = window
  const stacks = [...profileStacks(profile, (one) => inspectorFrame(one, window.place))].filter(
    ({ frames }) => {
      const top = frames.at(-1)
      return top !== undefined && top.kind !== 'unseen' && !isSystemCall(top)
    },
  )
  const samples = stacks.reduce((sum, stack) => sum + stack.samples, 0)
  const sampled = stacks.reduce((sum, { count }) => sum + count, 0)
  // More than all of the user time cannot have been seen.
  const seen = Math.min(sampled * (coreShare ?? 1), cpu.user)
  const accounted = cpu.user + cpu.system
  const unseen = accounted - seen
  const { name, sentence } = unseenText(cpu, unseen)
  const worth = samples === 0 ? 1 : seen / samples
  const blind = [sentence, builtinsOfCallers]
  const tree = timeTree(stacks, sampled, { samples, worth, windowSeconds, blind, roles })
  if (worth > 0) addToRoot(tree.root, { name, kind: 'unseen' }, unseen / worth)
  return tree
}

/** What was not seen, as the name of its frame and as a sentence; times in µs. */
function unseenText(cpu: CpuTime, unseen: number): { name: string; sentence: string } {
  const accounted = Math.max(1, cpu.user + cpu.system)
  const percent = (time: number) => `${Math.round((100 * time) / accounted)} %`
  const kernel = `the kernel in read(2), write(2), epoll: ${percent(cpu.system)} of the CPU time`
  const around = `libuv and C++ around JavaScript: ${percent(unseen - cpu.system)}`
  return {
    name: `not seen by this profiler (${percent(unseen)} of the CPU time): ${kernel}; ${around}`,
    sentence: `${kernel}; ${around}; one frame stands for both`,
  }
}

/**
 * Several merged runs of `accountedCpuTree`: says of all of them together what was not seen.
 * @param cpu the sum of what the operating system accounted to the runs
 */
export function restateUnseen(tree: FrameTree, cpu: CpuTime): FrameTree {
  const isUnseen = ({ kind }: Pick<Frame, 'kind'>) => kind === 'unseen'
  const frame = tree.root.children.find(isUnseen)
  if (frame === undefined) return tree
  const { name, sentence } = unseenText(cpu, frame.total * tree.unit.worth)
  const children = tree.root.children.map((one) => (isUnseen(one) ? { ...one, name } : one))
  // `accountedCpuTree` puts its sentence first.
  return { ...tree, blind: [sentence, ...tree.blind.slice(1)], root: { ...tree.root, children } }
}

/** A tree of stacks that count microseconds, `micros` in all. */
function timeTree(
  stacks: readonly Stack[],
  micros: number,
  more: {
    samples: number
    worth: number
    windowSeconds: number
    blind: string[]
    roles: RolesByStage
  },
): FrameTree {
  const { samples, worth, windowSeconds, blind, roles } = more
  const scale = micros === 0 ? 0 : samples / micros
  return {
    format: 1,
    source: 'cpu-prof',
    method: cpuMethod,
    unit: { counts: 'samples', worth, of: 'µs' },
    windowSeconds,
    samples,
    blind,
    quality: noFaults(),
    root: growTree(
      stacks.map(({ frames, count }) => ({ frames, count: count * scale })),
      roles,
    ),
  }
}

/** One stack for each node that was on top, outermost frame first; `count` in µs. */
export function* profileStacks(
  profile: CpuProfile,
  frameOf: (callFrame: CallFrame) => Frame,
): Generator<Stack & { samples: number }> {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map<number, number>()
  for (const { id, children = [] } of profile.nodes) {
    for (const child of children) parents.set(child, id)
  }
  const spans = spansOf(profile)
  const tops = new Map<number, { count: number; samples: number }>()
  for (const [at, id] of profile.samples.entries()) {
    const top = tops.get(id) ?? { count: 0, samples: 0 }
    top.count += spans[at]!
    top.samples++
    tops.set(id, top)
  }
  for (const [id, top] of tops) {
    const frames: Frame[] = []
    // The root is the tree's own.
    for (let at: number | undefined = id; at !== undefined && parents.has(at); at = parents.get(at))
      frames.push(frameOf(byId.get(at)!.callFrame))
    yield* byLine({ frames: frames.reverse(), ...top }, byId.get(id)!.positionTicks ?? [])
  }
}

/** A stack for each line of its function that was on top; the one stack if they are not known. */
function byLine<T extends Stack & { samples: number }>(
  stack: T,
  ticks: readonly { line: number; ticks: number }[],
): T[] {
  const all = ticks.reduce((sum, one) => sum + one.ticks, 0)
  const top = stack.frames.at(-1)
  if (all === 0 || top?.kind !== 'js') return [stack]
  return ticks.map(({ line, ticks }, at) => ({
    ...stack,
    frames: [...stack.frames.slice(0, -1), { ...top, at: line }],
    count: (stack.count * ticks) / all,
    samples: at === 0 ? stack.samples : 0,
  }))
}

/**
 * How much time each sample represents, in µs: until the next one, since the sampler does not keep
 * time when the machine is busy. What comes before the first sample is the profiler's own start.
 */
function spansOf({ startTime, endTime, timeDeltas }: CpuProfile): number[] {
  let at = startTime
  const times = timeDeltas.map((delta) => {
    at += delta
    return at
  })
  return times.map((time, index) => Math.max(0, (times[index + 1] ?? endTime) - time))
}

/** Node's native functions that write to a socket, and `node:ffi`'s way to a system call. */
const systemCalls = /^(write(v|Buffer|(Ascii|Utf8|Latin1|Ucs2)String)|shutdown|syscall)$/

/** Whether a function of Node's makes a system call that writes. */
export function isSystemCall({ kind, name }: Frame): boolean {
  return kind === 'builtin' && systemCalls.test(name)
}

/** Bytes between two samples, on average: at 100 MB/s some thousand samples per second. */
const samplingInterval = 16 * 1024

/**
 * Node's options for a server whose allocations are sampled. V8 inlines small functions into their
 * callers, and without these options a parser's garbage is counted for Node's `onStreamRead`. They
 * cost 3 % more bytes in a stage that allocates much, and up to 14 % in one that allocates little.
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

/**
 * A sampling heap profile: who allocates, in bytes.
 * @param window.inlined whether V8 inlined functions meanwhile: then an allocation may count for a caller
 */
export function heapTree(
  profile: HeapProfile,
  window: Files & { windowSeconds: number; inlined?: boolean },
): FrameTree {
  const { windowSeconds, place, roles, inlined = false } = window
  const names = inlined
    ? 'V8 inlines functions, so that some allocations count for a caller'
    : 'inlining is off, so that each function is named: some percent more is allocated than without'
  return {
    format: 1,
    source: 'heap-prof',
    method: `V8's sampling heap profiler, a sample every ${samplingInterval / 1024} KiB; ${names}`,
    unit: { counts: 'bytes', worth: 1, of: 'bytes' },
    windowSeconds,
    samples: profile.samples.length,
    blind: ["bytes outside V8's heap: what is in a Buffer; the object that refers to it is seen"],
    quality: noFaults(),
    root: growTree(
      heapStacks(profile.head, (one) => inspectorFrame(one, place)),
      roles,
    ),
  }
}

/**
 * Who allocates: a stack for each node that allocated, outermost frame first.
 * @param deepest frames of a stack at most; what is above them is counted for the last one
 */
export function* heapStacks(
  head: HeapNode,
  frameOf: (callFrame: CallFrame) => Frame,
  deepest = Number.POSITIVE_INFINITY,
): Generator<Stack> {
  const open: { node: HeapNode; frames: Frame[] }[] = [{ node: head, frames: [] }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, frames } = next
    if (node.selfSize > 0) yield { frames, count: node.selfSize }
    for (const child of node.children) {
      const isDeep = frames.length >= deepest
      open.push({
        node: child,
        frames: isDeep ? frames : [...frames, frameOf(child.callFrame)],
      })
    }
  }
}

/** The inspector's names for what is no function, in words and in the lab's kinds. */
export const specialFrames: ReadonlyMap<string, Frame> = new Map<string, Frame>(
  Object.entries({
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
  }),
)

/** A function of the inspector's as a frame. */
export function inspectorFrame(callFrame: CallFrame, place: (path: string) => string): Frame {
  const { functionName, url, lineNumber } = callFrame
  if (url !== '') return scriptFrame(functionName, url, lineNumber + 1, place)
  const name = functionName || '(anonymous)'
  // A script without an address, as `eval` makes it, has lines; a builtin has none.
  if (lineNumber >= 0) return { name, kind: 'js' }
  return specialFrames.get(functionName) ?? { name, kind: 'builtin', file: 'v8' }
}

/**
 * What a recording says, in a few sentences for a reader who does not know yet what to look for. Each
 * is made of figures of that recording by a rule with a threshold, and says what to type next. A rule
 * that does not hold says nothing, and a share counts only if its whole 95 % interval is on one side.
 */
import { paint } from '../cli/colour.ts'
import type { BesideCpu, CpuTime } from '../flame/accounting.ts'
import { amountOf, percent } from '../flame/caption.ts'
import { COUNTED_DELAY_MS, type LoopDelays } from '../flame/event-loop.ts'
import { type HotCode, type HotFunction, hotCode } from '../flame/hot-code.ts'
import { lookUp } from '../flame/known-frames.ts'
import {
  eachWithOwner,
  type Frame,
  type FrameTree,
  labelOf,
  TOO_FEW_SAMPLES,
  walk,
} from '../flame/tree.ts'
import { counted } from '../measure/format.ts'
import { shareInterval } from '../measure/statistics.ts'
import { hanging } from './format.ts'

/** From which share of the time on, and the like, a rule has something to say. */
export const thresholds = {
  /** An operation, or an own function, of the time or of the bytes. */
  hot: 0.4,
  /** The collector, of the time. */
  gc: 0.05,
  /** Code below the kernel, of the time. */
  kernel: 0.6,
  /** JavaScript in V8's interpreter, of the time. */
  interpreted: 0.2,
  /** Time in which the main thread did nothing, of the recording. */
  idle: 0.65,
  /** Samples of processors without work, of all. */
  idleProcessors: 0.1,
  /** Delays of the event loop that count, ms. */
  delayMs: COUNTED_DELAY_MS,
  /** Such delays together, of the recording, and how many there must be. */
  delayed: 0.05,
  delays: 3,
  /** With less than that of a core, delays are counted in CPU time. */
  ownCore: 0.9,
  /** What is named as the cause of a delay, of the time. */
  cause: 0.1,
  /** How much slower one request of a hundred is than the median. */
  slowTail: 5,
} as const

export interface Evidence {
  tree: FrameTree
  /** Processor time of the main thread in the window, if it is known. */
  cpu?: CpuTime | undefined
  /** Of its other threads and its children, if it is known. */
  beside?: BesideCpu | undefined
  /** Of the time in which it wanted a core, the share in which it had one; null or absent: not known. */
  coreShare?: number | null
  /** Undefined if they were not measured. */
  delays?: LoopDelays | undefined
  /** Of the load's requests, in ms; undefined if it does not measure them. */
  latency?: { p50: number; p99: number } | undefined
  /** The program and its load as they were typed, `server.ts --http URL`; undefined: not the lab's. */
  words?: string | undefined
  /** Whether all of the program was recorded, from its first line to its end. */
  whole?: boolean
}

export interface Sentence {
  rule: 'samples' | 'idle' | 'blocked' | 'operation' | 'function' | 'GC' | 'kernel' | 'interpreted'
  text: string
  /** A command to copy. */
  next?: string
}

/** The most that is said at once. */
const MOST = 5

export function sentencesOf(evidence: Evidence): Sentence[] {
  if (evidence.tree.root.total === 0) return []
  const bytes = evidence.tree.unit.counts === 'bytes'
  const hot = hotCode(evidence.tree.root)
  const idle = bytes ? [] : idleSentence(evidence)
  return [
    ...(idle.length > 0 ? [] : tooFew(evidence)),
    ...idle,
    ...(bytes ? [] : blocked(evidence, hot)),
    ...hotSentences(evidence, hot),
    ...(bytes
      ? []
      : [
          ...idleProcessors(evidence),
          ...collecting(evidence),
          ...inKernel(evidence),
          ...interpreted(evidence),
        ]),
  ].slice(0, MOST)
}

function tooFew({ tree, words, whole = false }: Evidence): Sentence[] {
  if (tree.samples >= TOO_FEW_SAMPLES) return []
  const few = `Only ${counted(tree.samples, 'sample')}: too few to compare functions.`
  const advice = whole
    ? 'The program was over soon: give it more to do.'
    : `Record ${longer(tree) === undefined ? 'without --quick' : 'for longer'}, or under more load.`
  const next = whole ? {} : flame(words, longer(tree))
  return [{ rule: 'samples', text: `${few} ${advice}`, ...next }]
}

function idleSentence(evidence: Evidence): Sentence[] {
  const { tree, cpu, coreShare, latency, words } = evidence
  if (cpu === undefined || tree.source === '0x') return []
  const window = tree.windowSeconds * 1e6
  // Ready to run without a core is no waiting of the program's.
  const wanted = (cpu.user + cpu.system) / (coreShare ?? 1)
  // The system counts in steps of 10 ms: user and system may each be off by one.
  const least = 1 - (wanted + 20_000) / window
  if (least < thresholds.idle) return []
  const share = percent(Math.max(0, 1 - wanted / window))
  const elsewhere = workElsewhere(evidence, share)
  if (elsewhere.length > 0) return elsewhere
  const median =
    latency === undefined ? '' : `, while half of the requests took ${ms(latency.p50)} or more`
  return [
    {
      rule: 'idle',
      text: `The program was idle for ${share} of the time${median}. If that is too slow, it is waiting and not work, and a flame graph cannot show for what.`,
      ...clinic(words, 'bubbleprof'),
    },
  ]
}

/** An idle main thread whose workers or children do the work does not wait for something slow. */
function workElsewhere({ cpu, beside }: Evidence, idle: string): Sentence[] {
  if (beside === undefined || cpu === undefined) return []
  const main = cpu.user + cpu.system
  const all = main + beside.workers + beside.otherThreads + beside.children
  const [where, micros] =
    beside.children > beside.workers
      ? ['child processes', beside.children]
      : ['worker threads', beside.workers]
  if (micros < main) return []
  const next =
    where === 'child processes'
      ? 'record one of them by --pid, or the file that it runs'
      : 'record the file that they run'
  return [
    {
      rule: 'idle',
      text: `The main thread was idle for ${idle} of the time: the work is done by ${where}, which took ${percent(micros / all)} of the CPU time and are not sampled. To see it, ${next}.`,
    },
  ]
}

function blocked({ tree, delays, latency, words, coreShare }: Evidence, hot: HotCode): Sentence[] {
  if (delays === undefined) return []
  // A thread that waits for a core is late too, and blocks no longer than it computes.
  const counts = (coreShare ?? 1) < thresholds.ownCore ? delays.busy : delays
  const share = counts.totalMs / delays.windowMs
  if (counts.count < thresholds.delays || share < thresholds.delayed) return []
  // All requests alike are slow: that is work, and no request that blocks the others.
  if (latency !== undefined && latency.p99 < thresholds.slowTail * latency.p50) return []
  const tail =
    latency === undefined
      ? ''
      : ` The median of the requests took ${ms(latency.p50)}, one of a hundred ${ms(latency.p99)} or more.`
  const times = `${counted(counts.count, 'time')} for ${thresholds.delayMs} ms or longer, at most for ${ms(counts.longestMs)}`
  return [
    {
      rule: 'blocked',
      text: `The event loop was blocked ${times}: no other request is served meanwhile.${tail}${cause(tree, hot)}`,
      ...clinic(words, 'doctor'),
    },
  ]
}

function cause(tree: FrameTree, hot: HotCode): string {
  const [operation] = hot.operations
  if (operation !== undefined && isAbove(tree, operation.work, thresholds.cause)) {
    return ` Most likely by ${operation.name} in ${operation.caller.label}.`
  }
  const own = hot.function
  return own !== undefined && isAbove(tree, own.work, thresholds.cause)
    ? ` Most likely by ${own.label}.`
    : ''
}

/** How much of a function's work may be in one operation before that is all there is to say of it. */
const NEARLY_ALL = 0.7

function hotSentences(evidence: Evidence, { function: own, operations }: HotCode): Sentence[] {
  const { tree } = evidence
  const bytes = tree.unit.counts === 'bytes'
  const named = operations.filter(({ work }) => isAbove(tree, work, thresholds.hot))
  const sentences = named.map(({ name, what, caller, work, callsBack }): Sentence => {
    const of = bytes ? 'is allocated' : 'of the time is'
    const means = what === '' ? '' : ` (${what})`
    return {
      rule: 'operation',
      text: `${share(tree, work)} ${of} below ${name}${means}, called from ${caller.label}${callsBack ? '; what it calls back is not counted' : ''}.`,
      ...listing(evidence, caller),
    }
  })
  if (own === undefined || !isAbove(tree, own.work, thresholds.hot)) return sentences
  const inOperations = named.reduce((sum, { work }) => sum + work, 0)
  if (inOperations >= NEARLY_ALL * own.work) return sentences
  const text = bytes
    ? `${own.label} allocates ${share(tree, own.work)} of the bytes: ${amountOf(tree, own.work)}.`
    : `${own.label} takes ${share(tree, own.work)} of the time together with what it calls${perRequest(tree, own)}; ${share(tree, inItsLines(tree, own))} is in its own lines.`
  return [...sentences, { rule: 'function', text, ...listing(evidence, own) }]
}

/** The time on the lines of the function itself: what its layer, your code, counts of it. */
function inItsLines(tree: FrameTree, { label }: HotFunction): number {
  return sumOf(tree, (node) => node.kind === 'js' && labelOf(node) === label)
}

function perRequest({ unit, requests }: FrameTree, { work }: HotFunction): string {
  if (requests === undefined || requests === 0) return ''
  const each = (work * unit.worth) / requests
  return `: ${each >= 1000 ? ms(each / 1000) : `${each.toFixed(0)} µs`} per request`
}

function collecting({ tree, words, whole = false }: Evidence): Sentence[] {
  const gc = sumOf(tree, ({ kind }) => kind === 'gc')
  if (!isAbove(tree, gc, thresholds.gc)) return []
  const text = `Garbage collection takes ${share(tree, gc)} of the time: much is allocated and soon thrown away.`
  // Who allocates is recorded of servers only.
  if (whole) return [{ rule: 'GC', text }]
  return [
    {
      rule: 'GC',
      text: `${text} Who allocates it is another recording:`,
      ...flame(words, '--alloc'),
    },
  ]
}

/** The thread to which the kernel of Linux counts a processor that has nothing to do. */
function isIdleThread({ name, file }: Pick<Frame, 'name' | 'file'>): boolean {
  return file === 'process' && /^swapper(?:\/\d+)?$/.test(name)
}

/** With perf's option -a, processors without work are sampled as well. */
function idleProcessors({ tree }: Evidence): Sentence[] {
  const idle = tree.root.children.filter(isIdleThread).reduce((sum, { total }) => sum + total, 0)
  if (!isAbove(tree, idle, thresholds.idleProcessors)) return []
  return [
    {
      rule: 'idle',
      text: `${share(tree, idle)} of the samples are of idle processors (swapper): the whole machine was recorded. For shares of one program, record it alone: perf record -p PID.`,
    },
  ]
}

function inKernel({ tree }: Evidence): Sentence[] {
  const calls = new Map<string, number>()
  eachWithOwner(tree.root, (node, owner) => {
    if (node.kind !== 'kernel' || isIdleThread(owner)) return
    calls.set(owner.name, (calls.get(owner.name) ?? 0) + node.self)
  })
  const kernel = [...calls.values()].reduce((sum, time) => sum + time, 0)
  if (!isAbove(tree, kernel, thresholds.kernel)) return []
  const [[call, time]] = [...calls].sort((a, b) => b[1] - a[1]) as [[string, number]]
  return [
    {
      rule: 'kernel',
      text: `${share(tree, kernel)} of the time is in the kernel, most of it for ${call} (${share(tree, time)}): fewer and larger system calls would save it, not faster JavaScript.`,
      ...(lookUp(call) === undefined ? {} : { next: `npm run explain -- ${call}` }),
    },
  ]
}

function interpreted({ tree, words }: Evidence): Sentence[] {
  const time = sumOf(tree, ({ tiers }) => tiers?.interpreter ?? 0)
  if (!isAbove(tree, time, thresholds.interpreted)) return []
  return [
    {
      rule: 'interpreted',
      text: `${share(tree, time)} of the time is JavaScript in V8's interpreter: the program was not warm, or V8 has to give up its optimized code again and again.`,
      ...flame(words, longer(tree)),
    },
  ]
}

function sumOf({ root }: FrameTree, part: (node: FrameTree['root']) => boolean | number): number {
  let sum = 0
  walk(root, (node) => {
    const counts = part(node)
    sum += typeof counts === 'number' ? counts : counts ? node.self : 0
  })
  return sum
}

/** Whether the share is above a threshold with all of its interval. */
function isAbove({ root, samples }: FrameTree, part: number, threshold: number): boolean {
  return shareInterval((part / root.total) * samples, samples).low >= threshold
}

function share({ root, samples }: FrameTree, part: number): string {
  return percent(part / root.total, samples)
}

function ms(value: number): string {
  return value < 1 ? 'under 1 ms' : `${value.toFixed(value >= 9.95 ? 0 : 1)} ms`
}

/** None for a stage: its length is fixed, but for `--quick`. */
const longer = ({ grouping }: FrameTree) => (grouping === 'layers' ? '--seconds 30' : undefined)

function flame(words: string | undefined, option?: string): { next?: string } {
  if (words === undefined) return {}
  // What follows a second -- is for the program.
  const [own, ...rest] = words.split(/ (?=-- )/)
  return { next: `npm run flame -- ${[own, option ?? [], rest].flat().join(' ')}` }
}

/** Clinic.js starts its programs itself, by the lab's Node, and needs a load. */
function clinic(words: string | undefined, tool: string): { next?: string } {
  if (words === undefined || isPid(words) || / --node[ =]/.test(words)) return {}
  return / --(http|load)\b/.test(words) ? { next: `npm run clinic -- ${tool} ${words}` } : {}
}

function isPid(words: string): boolean {
  return /^--pid\b/.test(words)
}

/** The function line by line. */
function listing(
  { words, tree }: Evidence,
  { frame }: Pick<HotFunction, 'frame'>,
): { next?: string } {
  // A recording of bytes does not know the lines.
  if (words === undefined || tree.unit.counts === 'bytes') return {}
  // The first word may be quoted; results of a process are saved by its number.
  const [first] = /^(?:'[^']*'|\\'|[^\s'])+/.exec(words)!
  const saved = isPid(words) ? `pid-${/\d+/.exec(words)![0]}` : first
  const name = /^[\w.#$]+$/.test(frame.name) ? frame.name : `${frame.file}:${frame.line}`
  return { next: `npm run explain -- ${saved} ${name}` }
}

/** What a recording says, for the screen; nothing if it says nothing. */
export function sentenceLines({ sentences = [] }: Pick<FrameTree, 'sentences'>): string[] {
  if (sentences.length === 0) return []
  const said = sentences.flatMap(({ text, next }) => [
    ...hanging(`- ${text}`),
    // A command to copy is not broken.
    ...(next === undefined ? [] : [`  → ${next}`]),
  ])
  return ['', paint.bold('What the recording says'), ...said]
}

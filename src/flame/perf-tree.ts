/**
 * A recording of perf's as a tree of frames: names from V8's log, callers that perf lost restored, the
 * collector marked.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { jsFrame, kernelFrame, markCollector, nativeFrame } from './frames.ts'
import { nameJavaScript } from './inspector-names.ts'
import { perfSamples, samplesPerSecond } from './perf.ts'
import type { PerfFrame, PerfSample } from './perf-script.ts'
import type { RolesByStage } from './roles.ts'
import { SourceMaps } from './source-maps.ts'
import {
  addToRoot,
  type Frame,
  type FrameTree,
  growTree,
  noFaults,
  type Quality,
  type Stack,
} from './tree.ts'
import { CodeMap, type NamedCode, tierOf } from './v8-log.ts'
import { builtinsOfCallers, type CpuProfile, inspectorFrame, profileStacks } from './v8-profiles.ts'

/** Where the names of JavaScript come from: V8's log, its own profiler in the same window, perf. */
export type Names = { logFile: string } | { profile: CpuProfile } | 'perf map'

const microsecondsPerSample = 1e6 / samplesPerSecond

/**
 * Makes the neutral tree of a recording.
 * @param options.names where names of JavaScript come from: V8's log of a server that has ended, so
 *   that it is whole; V8's CPU profiler in the same window; or the map that perf has read itself
 * @param options.place shortens the paths of JavaScript files
 * @param options.roles what the stages' own files do
 * @param options.kernel whether perf could see the kernel, see `probePerf`; if not, the time that no
 *   sample represents is drawn as one frame
 * @param options.cpuMicroseconds processor time that the operating system accounted to the main
 *   thread in the window
 */
export async function perfTree(options: {
  file: string
  names: Names
  windowSeconds: number
  place: (path: string) => string
  roles: RolesByStage
  kernel: boolean
  cpuMicroseconds?: number | undefined
}): Promise<FrameTree> {
  const { names, place } = options
  const logged = typeof names === 'object' && 'logFile' in names
  const codes = logged ? await readV8Log(names.logFile) : new CodeMap()
  const logBegan = logged ? await beginOf(names.logFile) : undefined
  const { stacks, quality } = await stacksOf(perfSamples(options.file), codes, place, logBegan)
  const blind = [
    "V8's helper threads (concurrent marking, compilers): only the main thread is sampled",
  ]
  let counted: Stack[] = stacks.map((frames) => ({ frames, count: 1 }))
  let method = `perf record, cpu-clock, ${samplesPerSecond} samples per second of processor time, main thread`
  if (typeof names === 'object' && 'profile' in names) {
    const named = nameJavaScript(stacks, [
      ...profileStacks(names.profile, (one) => inspectorFrame(one, place)),
    ])
    counted = named.stacks
    quality.unnamed = named.unnamed
    method += `; how the time below JavaScript is divided among its functions by V8's CPU profiler`
    blind.push(
      'which call of C++ or of the kernel belongs to which of several functions that make it',
      builtinsOfCallers,
    )
  }
  const samples = counted.reduce((sum, { count }) => sum + count, 0)
  const root = growTree(counted, options.roles)
  if (!options.kernel) {
    const missed = (options.cpuMicroseconds ?? 0) - samples * microsecondsPerSample
    if (missed > 0) {
      const name = 'not seen by this profiler: read(2), write(2), epoll in the kernel'
      addToRoot(root, { name, kind: 'unseen' }, missed / microsecondsPerSample)
    }
    blind.unshift('time inside the kernel: read(2), write(2), epoll')
  }
  return {
    format: 1,
    source: 'perf',
    method,
    unit: { counts: 'samples', worth: microsecondsPerSample, of: 'µs' },
    windowSeconds: options.windowSeconds,
    samples: Math.round(samples),
    blind,
    quality,
    root,
  }
}

/**
 * Samples of perf's as stacks, outermost frame first and from the event loop on, with the callers
 * restored that perf lost.
 * @param logBegan when the log of `codes` began, in seconds of the samples' clock, if it is known
 * @returns the stacks, and how whole they are
 */
export async function stacksOf(
  samples: AsyncIterable<PerfSample> | Iterable<PerfSample>,
  codes: CodeMap,
  place: (path: string) => string,
  logBegan?: number,
): Promise<{ stacks: Frame[][]; quality: Quality }> {
  const quality = noFaults()
  const stacks: Frame[][] = []
  for await (const sample of samples) {
    const frames: Frame[] = []
    const time = logBegan === undefined ? undefined : (sample.time - logBegan) * 1e6
    for (const [index, raw] of sample.frames.entries()) {
      // Innermost first, so the functions that were copied into one another are turned round too.
      frames.push(...named(raw, index === 0, (address) => codes.at(address, time), place).reverse())
    }
    if (restoreCaller(frames)) quality.restored++
    stacks.push(frames.reverse())
  }
  quality.restored += restoreFfiCallers(stacks)
  return { stacks: stacks.map((frames) => fromEventLoop(frames, quality)), quality }
}

/** Counts broken and unnamed stacks, and cuts off what leads to the event loop on every stack. */
function fromEventLoop(frames: Frame[], quality: Quality): Frame[] {
  const begin = frames.findIndex(isEventLoop)
  if (begin < 0 && !frames.some(({ name }) => /^(main|_start|node::Start|__libc_start)/.test(name)))
    quality.broken++
  const unnamed = frames.filter(({ kind }) => kind === 'unknown').length
  if (unnamed > 0) quality.unnamed++
  if (unnamed === frames.length) quality.lost++
  return markCollector(begin > 0 ? frames.slice(begin) : frames)
}

function isEventLoop({ name }: Frame): boolean {
  return name === 'uv_run'
}

function named(
  raw: PerfFrame,
  innermost: boolean,
  codeAt: (address: number) => NamedCode[],
  place: (path: string) => string,
): Frame[] {
  if (raw.kernel) return [kernelFrame(raw.symbol)]
  // JavaScript first: V8 reuses addresses, and perf may know an older name for one.
  const found = codeAt(innermost ? raw.address : raw.address - 1)
  if (found.length > 0 && (raw.symbol === '[unknown]' || found[0]!.tier !== undefined)) {
    return found.map(({ text, tier, at }) =>
      tier === undefined
        ? { name: text, kind: 'builtin', file: 'v8' }
        : {
            ...jsFrame(text, tier === '' ? undefined : tier, place),
            ...(at === undefined ? {} : { at }),
          },
    )
  }
  // `perf-PID.map` of `--perf-basic-prof`: the kind of code, the tier's mark, name and place.
  const mapped = /\/perf-\d+\.map$/.test(raw.module) && mapSymbol.exec(raw.symbol)
  if (mapped) return [jsFrame(mapped[2]!, tierOf(mapped[1]!), place)]
  if (raw.symbol !== '[unknown]') return [nativeFrame(raw.symbol, raw.module)]
  return [{ name: '(unknown)', kind: 'unknown' }]
}

const mapSymbol = /^(?:JS|LazyCompile|Function|Eval|Script):([~^+*]?'?)(.*)$/

/**
 * libc is compiled without frame pointers, so perf misses the caller of a function of libc: the
 * stack of a read goes `uv__io_poll`, `read`, and `uv__stream_io` between them is gone. If only one
 * function can have stood there, it is restored. `frames` is innermost first.
 */
function restoreCaller(frames: Frame[]): boolean {
  const at = frames.findIndex(({ kind }) => kind !== 'kernel')
  const leaf = frames[at]
  const caller = frames[at + 1]
  if (leaf?.file !== 'libc') return false
  if (caller === undefined) {
    // Here libc uses the frame pointer for something else; but only the event loop waits for events.
    if (!waiting.test(leaf.name)) return false
    frames.push({ name: 'uv__io_poll', kind: 'native', file: 'libuv' })
    frames.push({ name: 'uv_run', kind: 'native', file: 'libuv' })
    return true
  }
  const missing = missingCallers.find((m) => m.caller.test(caller.name))
  if (missing === undefined) return false
  const restored: Frame[] = []
  // The switch that libc makes around every system call at which a thread can be cancelled.
  if (/asynccancel/.test(leaf.name))
    restored.push({ name: missing.call, kind: 'native', file: 'libc' })
  else if (!missing.leaf.test(leaf.name)) return false
  restored.push({ name: missing.name, kind: 'native', file: 'libuv' })
  frames.splice(at + 1, 0, ...restored)
  return true
}

/**
 * A system call by its number, through `node:ffi`, loses all its callers: neither libc's `syscall`
 * nor the code that calls it keeps the frame pointer. Samples taken a moment earlier, in Node's own
 * part of `node:ffi`, have them; the stack that most of those agree on is restored.
 * @param stacks outermost frame first; changed in place
 * @returns how many were restored; none when no sample shows how `node:ffi` was reached
 */
function restoreFfiCallers(stacks: Frame[][]): number {
  const chains = new Map<string, { frames: Frame[]; count: number }>()
  const lost: { stack: Frame[]; at: number }[] = []
  for (const stack of stacks) {
    const at = stack.findIndex(({ name, file }) => name === 'syscall' && file === 'libc')
    const outside = stack.slice(0, Math.max(0, at))
    if (at >= 0 && outside.every(({ kind }) => kind === 'unknown')) {
      // A lock of Node's or V8's makes its system call by number too.
      if (!stack.some(({ name }) => /futex/.test(name))) lost.push({ stack, at })
      continue
    }
    const entry = stack.findIndex(isFfi)
    if (entry < 0 || !stack.some(isEventLoop)) continue
    const frames = stack.slice(0, entry + 1)
    const key = frames.map(({ name, line }) => `${name}:${line}`).join(' ')
    const chain = chains.get(key) ?? { frames, count: 0 }
    chain.count++
    chains.set(key, chain)
  }
  const [common] = [...chains.values()].sort((a, b) => b.count - a.count)
  if (common === undefined) return 0
  for (const { stack, at } of lost) stack.splice(0, at, ...common.frames)
  return lost.length
}

function isFfi({ kind, name, file }: Frame): boolean {
  return kind === 'js' ? /^node:internal\/ffi/.test(file ?? '') : /^node::ffi::/.test(name)
}

const waiting = /^epoll_p?wait$/

const missingCallers = [
  { leaf: /^(read|recvmsg)$/, call: 'read', caller: /^uv__io_poll$/, name: 'uv__stream_io' },
  {
    leaf: /^(write|writev|sendmsg)$/,
    call: 'write',
    caller: /::DoTryWrite$/,
    name: 'uv_try_write',
  },
  { leaf: waiting, call: 'epoll_wait', caller: /^uv_run$/, name: 'uv__io_poll' },
]

/** Reads a log, a line at a time: it carries the source of every script and is some megabytes. */
/**
 * When V8 began its log, on the clock of the samples (CLOCK_MONOTONIC), in seconds: when the file was
 * made. Undefined if the file system does not know.
 */
async function beginOf(logFile: string): Promise<number | undefined> {
  const { birthtimeNs } = await stat(logFile, { bigint: true })
  if (birthtimeNs === 0n) return undefined
  const wallClock = BigInt(Date.now()) * 1_000_000n
  return Number(process.hrtime.bigint() - (wallClock - birthtimeNs)) / 1e9
}

async function readV8Log(file: string): Promise<CodeMap> {
  const sources = new SourceMaps()
  const map = new CodeMap((place, comment) => sources.locate(place, comment))
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    map.line(line)
  }
  return map
}

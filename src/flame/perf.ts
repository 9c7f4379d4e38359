/**
 * Capturing with Linux' perf, which alone sees all of a Node server: the kernel, libuv, Node's C++,
 * V8's builtins and the JavaScript, on one stack. `cpu-clock` needs no hardware counters, so it
 * works on virtual machines; 499 samples a second of processor time cost a few percent and, being
 * no round number, do not march in step with anything.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { notInstalled, PERF_PATIENCE_MS, perfFailure, perfSilent } from '../measure/perf-failure.ts'
import { hasEnded, startChild, stopChild } from '../run/children.ts'
import { jsFrame, kernelFrame, nativeFrame, relativeTo } from './names.ts'
import { type PerfFrame, type PerfSample, readPerfScript } from './perf-script.ts'
import {
  addToRoot,
  type Frame,
  type FrameTree,
  growTree,
  type Quality,
  type Stack,
} from './tree.ts'
import { type CodeMap, readV8Log, v8LogFlags } from './v8-log.ts'

const samplesPerSecond = 499
const microsecondsPerSample = 1e6 / samplesPerSecond

/** Node's options for a server that is to be recorded; V8's log of its code goes to `logFile`. */
export function perfNodeFlags(logFile: string): string[] {
  return v8LogFlags(logFile)
}

/**
 * Samples the main thread of `pid` into `file` for as long as `during` takes. Sampling is on when
 * `during` is called and goes off when it has ended, so that what it measures is of the same window.
 * @returns the length of the window in seconds
 * @throws LabError where perf is missing, denied, hangs or ends early; whatever `during` throws
 */
export async function recordPerf(options: {
  pid: number
  file: string
  during: () => Promise<unknown>
  patienceMs?: number
}): Promise<{ windowSeconds: number }> {
  const { pid, file, during, patienceMs = PERF_PATIENCE_MS } = options
  const args = [
    'record',
    // Neither collects build ids nor caches binaries in the home directory.
    ...['--no-buildid', '--no-buildid-cache', '--quiet'],
    ...['--event', 'cpu-clock', '--freq', String(samplesPerSecond), '--call-graph', 'fp'],
    // The main thread alone: V8's helper threads (concurrent GC, compilers) are not its time.
    ...['--tid', String(pid)],
    // Starts switched off and is told when to begin, so that its own start is not in the window.
    ...['--delay', '-1', '--control', 'fd:3,4'],
    ...['--output', file],
  ]
  const perf = startChild('perf', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
  let complaints = ''
  perf.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4096)
  })
  const commands = perf.stdio[3] as Writable
  const answers = perf.stdio[4] as Readable
  commands.on('error', () => {}) // it ended early: `ended` says so
  const ended = endOf(perf)
  try {
    commands.write('enable\n')
    let silent = false
    const timer = setTimeout(() => {
      silent = perf.kill('SIGKILL')
    }, patienceMs)
    const first = await Promise.race([once(answers, 'data'), ended])
    clearTimeout(timer)
    if (!Array.isArray(first)) {
      throw perfFailure('record', silent ? perfSilent(patienceMs) : first, complaints)
    }
    const began = performance.now()
    await Promise.race([
      during(),
      ended.then((how) => {
        throw perfFailure('record', how, complaints)
      }),
    ])
    const windowSeconds = (performance.now() - began) / 1000
    perf.kill('SIGINT')
    await ended
    return { windowSeconds }
  } finally {
    await stopChild(perf, 'SIGKILL')
  }
}

/** How the process ended; never rejects. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? notInstalled : error.message)
    })
    child.once('close', (code, signal) =>
      resolve(`perf ended with ${signal ?? `exit code ${code}`}`),
    )
  })
}

/** The samples of a recording, named by `perf script` as far as it can. */
export async function* perfSamples(file: string): AsyncGenerator<PerfSample> {
  // Without --no-inline perf would ask addr2line for each address of a binary of 100 MB.
  const perf = startChild(
    'perf',
    ['script', '--no-inline', '-F', 'tid,time,ip,sym,dso', '-i', file],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    },
  )
  let complaints = ''
  perf.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4096)
  })
  const ended = endOf(perf)
  try {
    yield* readPerfScript(createInterface({ input: perf.stdout!, crlfDelay: Infinity }))
    const how = await ended
    if (!how.endsWith('exit code 0')) throw perfFailure('read its recording', how, complaints)
  } finally {
    if (!hasEnded(perf)) perf.kill('SIGKILL')
  }
}

/**
 * Makes the neutral tree of a recording. The server must have ended, so that V8's log is whole.
 * @param options.checkout taken off the paths of JavaScript files
 * @param options.kernel whether perf could see the kernel, see `probePerf`; where it could not, the
 *   time that no sample stands for is drawn as one frame
 * @param options.cpuMicroseconds processor time that the operating system accounted to the main
 *   thread in the window
 */
export async function perfTree(options: {
  file: string
  logFile: string
  windowSeconds: number
  checkout: string
  kernel: boolean
  cpuMicroseconds?: number | undefined
}): Promise<FrameTree> {
  const codes = await readV8Log(options.logFile)
  const place = relativeTo(options.checkout)
  const quality: Quality = { broken: 0, unnamed: 0, lost: 0, repaired: 0 }
  const stacks: Stack[] = []
  for await (const sample of perfSamples(options.file)) {
    stacks.push({ frames: stackOf(sample, codes, place, quality), count: 1 })
  }
  const root = growTree(stacks)
  const blind = [
    "V8's helper threads (concurrent marking, compilers): only the main thread is sampled",
  ]
  if (!options.kernel) {
    const missed = (options.cpuMicroseconds ?? 0) - stacks.length * microsecondsPerSample
    if (missed > 0) {
      const share = Math.round((100 * missed) / options.cpuMicroseconds!)
      const name = `not seen by this profiler: read(2), write(2), epoll in the kernel (${share} % of the CPU time)`
      addToRoot(root, { name, kind: 'unseen' }, missed / microsecondsPerSample)
    }
    blind.unshift('time inside the kernel: read(2), write(2), epoll')
  }
  return {
    format: 1,
    source: 'perf',
    method: `perf record, cpu-clock, ${samplesPerSecond} samples a second of processor time, main thread`,
    unit: { counts: 'samples', worth: microsecondsPerSample, of: 'µs' },
    windowSeconds: options.windowSeconds,
    samples: stacks.length,
    blind,
    quality,
    root,
  }
}

/** One sample of perf's as frames, outermost first; counts in `quality` what is not as it should be. */
export function stackOf(
  sample: PerfSample,
  codes: CodeMap,
  place: (path: string) => string,
  quality: Quality,
): Frame[] {
  const frames: Frame[] = []
  for (const [index, raw] of sample.frames.entries()) {
    // Innermost first, so each one's named functions are turned round too.
    frames.push(...named(raw, index === 0, codes, place).reverse())
  }
  if (putBackCaller(frames, codes.callsByNumber)) quality.repaired++
  frames.reverse()
  const begin = frames.findIndex(({ name }) => name === 'uv_run')
  if (
    begin < 0 &&
    !frames.some(({ name }) => /^(main|_start|node::Start|__libc_start)/.test(name))
  ) {
    quality.broken++
  }
  const unnamed = frames.filter(({ kind }) => kind === 'unknown').length
  if (unnamed > 0) quality.unnamed++
  if (unnamed === frames.length) quality.lost++
  // What leads to the event loop is the same on every stack and says nothing.
  return markCollector(begin > 0 ? frames.slice(begin) : frames)
}

function named(
  raw: PerfFrame,
  innermost: boolean,
  codes: CodeMap,
  place: (path: string) => string,
): Frame[] {
  if (raw.kernel) return [kernelFrame(raw.symbol)]
  // JavaScript first: V8 reuses addresses, and perf may know an older name for one.
  const found = codes.at(innermost ? raw.address : raw.address - 1)
  if (found.length > 0 && (raw.symbol === '[unknown]' || found[0]!.tier !== undefined)) {
    return found.map(({ text, tier }) =>
      tier === undefined
        ? { name: text, kind: 'builtin', file: 'v8' }
        : jsFrame(text, tier === '' ? undefined : tier, place),
    )
  }
  if (raw.symbol !== '[unknown]') return [nativeFrame(raw.symbol, raw.module)]
  return [{ name: '(unknown)', kind: 'unknown' }]
}

/**
 * libc is compiled without frame pointers, so perf misses whoever called a function of libc: the
 * stack of a read goes `uv__io_poll`, `read`, and `uv__stream_io` between them is gone. Where only
 * one function can have stood there, it is put back. `frames` is innermost first.
 */
function putBackCaller(frames: Frame[], callsByNumber: boolean): boolean {
  const at = frames.findIndex(({ kind }) => kind !== 'kernel')
  const leaf = frames[at]
  const caller = frames[at + 1]
  if (leaf?.file !== 'libc') return false
  if (leaf.name === 'syscall' && caller?.kind !== 'js') {
    // A lock of Node's or V8's, which calls it too.
    if (!callsByNumber || frames.some(({ name }) => /futex/.test(name))) return false
    // So does the code that calls it for `node:ffi`.
    frames.splice(at + 1, frames.length, ...viaFfi)
    return true
  }
  if (caller === undefined) {
    // It even uses the frame pointer for something else; but only the event loop waits for events.
    if (!waiting.test(leaf.name)) return false
    frames.push({ name: 'uv__io_poll', kind: 'native', file: 'libuv' })
    frames.push({ name: 'uv_run', kind: 'native', file: 'libuv' })
    return true
  }
  const missing = missingCallers.find((m) => m.caller.test(caller.name))
  if (missing === undefined) return false
  const back: Frame[] = []
  // The switch that libc makes around every system call at which a thread can be cancelled.
  if (/asynccancel/.test(leaf.name)) back.push({ name: missing.call, kind: 'native', file: 'libc' })
  else if (!missing.leaf.test(leaf.name)) return false
  back.push({ name: missing.name, kind: 'native', file: 'libuv' })
  frames.splice(at + 1, 0, ...back)
  return true
}

const waiting = /^epoll_p?wait$/

/** Who calls a system call by its number in stage 5, innermost first. */
const viaFfi: readonly Frame[] = [
  { name: 'ioUringEnter', kind: 'js', file: 'stages/stage5/kernel.ts' },
  { name: 'takeTurns', kind: 'js', file: 'stages/stage5/loop.ts' },
  { name: 'uv_run', kind: 'native', file: 'libuv' },
]

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

const collector =
  /^v8::internal::(Heap::(CollectGarbage|CollectAllGarbage|PerformGarbageCollection|Scavenge|MarkCompact|MinorMarkSweep|FinalizeIncrementalMarking|StartIncrementalMarking|HandleGCRequest|ReportExternalMemoryPressure)|Scavenger|MarkCompact|MinorMarkSweep|IncrementalMarking|Sweeper|ScavengeJob|MinorGCJob|ArrayBufferSweeper|MemoryReducer|ConcurrentMarking|LocalEmbedderHeapTracer)|^cppgc::/

/** Puts one frame, `garbage collection`, below whatever V8's collector does on a stack. */
function markCollector(frames: Frame[]): Frame[] {
  const at = frames.findIndex(({ name, kind }) => kind === 'native' && collector.test(name))
  if (at < 0) return frames
  return [
    ...frames.slice(0, at),
    { name: 'garbage collection', kind: 'gc', file: 'v8' },
    ...frames
      .slice(at)
      .map((frame): Frame => (frame.kind === 'native' ? { ...frame, kind: 'gc' } : frame)),
  ]
}

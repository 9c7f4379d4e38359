/**
 * Capturing where perf cannot be had: V8's own sampler (`--prof`), which is what 0x samples with,
 * and V8's own reading of its log (`--prof-process --preprocess`), which is the first half of what
 * 0x does with it. The second half, the page, is 0x's again; see `page.ts`. Between the two the lab
 * goes its own way, because of what 0x leaves out on the way: which ticks were garbage collection,
 * which functions were copied into others, when a tick was taken; and because a server that is
 * started by the lab can neither hang 0x nor be left behind by it.
 *
 * On this Node the sampler takes next to no tick while the server is outside JavaScript: it does not
 * see `read(2)`, epoll and libuv, most of the time of stage 1. And it goes by the wall clock, in a
 * thread of its own: where all processors are busy, that thread gets its turn when the server leaves
 * `write(2)`, so there the ticks fall. On one machine the same load gave `write` between a third and
 * all of the processor time, by what else was running. So ticks on top of a system call are not
 * used: time inside the kernel is what the operating system accounts for, and what no tick stands
 * for is drawn as one frame that says so. What is left compares functions of JavaScript with one
 * another, and no more.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { startChild } from '../run/children.ts'
import { notWritten } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import type { CpuTime } from './cpu-time.ts'
import { type InlineTables, inlinedAt, parseInlineTables } from './inlining.ts'
import { jsFrame, nativeFrame, relativeTo } from './names.ts'
import {
  addToRoot,
  type Frame,
  type FrameTree,
  growTree,
  type Quality,
  type Stack,
} from './tree.ts'

/** Node's options for a server that is to be sampled; the log goes to `logFile`. */
export function zeroxNodeFlags(logFile: string): string[] {
  return ['--prof', '--log-source-code', `--logfile=${logFile}`, '--no-logfile-per-isolate']
}

/** What V8's `--prof-process --preprocess` makes of its log; only what is used here. */
export interface PreprocessedLog {
  code: PreprocessedCode[]
  functions: { name: string; codes: number[] }[]
  ticks: {
    /** Microseconds since the process began to log. */
    tm: number
    /** What V8 was doing; 1 is garbage collection. */
    vm: number
    /** Innermost first: index into `code` (or a bare address), offset in it, and so on. */
    s: number[]
  }[]
}

interface PreprocessedCode {
  name: string
  type: string
  kind?: string
  source?: { positions: string; inlined: string; fns: number[] }
}

const tierOfKind: Record<string, string> = {
  Unopt: 'interpreter',
  Sparkplug: 'sparkplug',
  Maglev: 'maglev',
  Opt: 'turbofan',
}

const stateGC = 1

/**
 * Turns V8's log into JSON with V8's own tool, which also names C++ functions where `nm` is
 * installed. Takes about three seconds.
 * @throws LabError where the tool fails or takes more than a minute
 */
export async function preprocessLog(logFile: string): Promise<PreprocessedLog> {
  const json = `${logFile}.json`
  const tool = startChild(process.execPath, ['--prof-process', '--preprocess', logFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  let complaints = ''
  tool.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2048)
  })
  try {
    const [[code, signal]] = await Promise.all([
      once(tool, 'exit') as Promise<[number | null, string | null]>,
      pipeline(tool.stdout!, createWriteStream(json)),
    ])
    if (code !== 0)
      throw new Error(signal ?? complaints.trim().split('\n').at(-1) ?? `exit code ${code}`)
    return JSON.parse(await readFile(json, 'utf8')) as PreprocessedLog
  } catch (error) {
    const next = 'TMPDIR=DIRECTORY in front of the command, with one where there is room'
    const full = notWritten("V8's log", dirname(logFile), error, next)
    if (full instanceof LabError) throw full
    throw new LabError("V8's log of the sampled server could not be read", {
      next: 'run the same command again',
      means: error instanceof Error ? error.message : String(error),
      cause: error,
    })
  } finally {
    await rm(json, { force: true })
  }
}

export interface ZeroxWindow {
  /** Begin of the window, in seconds since the server began to log. */
  from: number
  windowSeconds: number
  /**
   * Processor time that the operating system accounted to the server in the window. Undefined where
   * it cannot be had: then the tree is as it was sampled, and says that it does not know the rest.
   */
  cpu: CpuTime | undefined
  /** Taken off the paths of JavaScript files. */
  checkout: string
  /** All ticks as they are and nothing else: the graph as 0x would draw it, to be compared. */
  asSampled?: boolean
}

/**
 * Makes the neutral tree of a preprocessed log.
 * @throws LabError where there are fewer ticks than any loaded server would have
 */
export function zeroxTree(log: PreprocessedLog, window: ZeroxWindow): FrameTree {
  const { cpu, windowSeconds } = window
  const begin = window.from * 1e6
  const end = begin + windowSeconds * 1e6
  const ticks = log.ticks.filter(({ tm }) => tm >= begin && tm < end)
  if (ticks.length < fewest) {
    throw new LabError(
      `V8's sampler took only ${ticks.length} samples in ${windowSeconds.toFixed(1)} s`,
      { means: 'the server was idle, or V8 cannot sample on this machine' },
    )
  }
  const { stacks, quality } = stacksOf(ticks, log, relativeTo(window.checkout))
  const worth = tickMicroseconds(ticks.map(({ tm }) => tm))
  const tree = (used: Stack[], more: { worth: number; blind: string[] }): FrameTree => ({
    format: 1,
    source: '0x',
    method:
      "V8's sampler (--prof), the one that 0x uses: a sample a millisecond, in JavaScript only",
    unit: { counts: 'samples', worth: more.worth, of: 'µs' },
    windowSeconds,
    samples: used.length,
    blind: more.blind,
    quality,
    root: growTree(used),
  })
  if (cpu === undefined || window.asSampled) {
    const blind = ['read(2), epoll and libuv, and how much time they take']
    return tree(stacks, { worth, blind })
  }
  const used = stacks.filter(({ frames }) => !isSystemCall(frames.at(-1)!))
  const accounted = cpu.user + cpu.system
  // More than all of the user time cannot have been seen; if so, some of it was waiting as well.
  const usedWorth = Math.min(worth, cpu.user / Math.max(1, used.length))
  const unseen = accounted - used.length * usedWorth
  const percent = (time: number) => `${Math.round((100 * time) / accounted)} %`
  const kernel = `the kernel in read(2), write(2), epoll: ${percent(cpu.system)} of the CPU time`
  const around = `libuv and C++ around JavaScript: ${percent(unseen - cpu.system)}`
  const blind = [`${kernel}; ${around}; both drawn as one frame, from the accounting`]
  if (used.length < telling) blind.push(`${used.length} samples are too few to compare functions`)
  const result = tree(used, { worth: usedWorth, blind })
  const name = `not seen by this profiler (${percent(unseen)} of the CPU time): ${kernel}; ${around}`
  addToRoot(result.root, { name, kind: 'unseen' }, unseen / usedWorth)
  return result
}

function stacksOf(
  ticks: PreprocessedLog['ticks'],
  log: PreprocessedLog,
  place: (path: string) => string,
): { stacks: Stack[]; quality: Quality } {
  const tables = new Map<PreprocessedCode, InlineTables>()
  const quality: Quality = { broken: 0, unnamed: 0, lost: 0, repaired: 0 }
  const stacks = ticks.map((tick): Stack => {
    const frames = framesOf(tick, log, tables, place)
    if (frames.length === 0) {
      quality.lost++
      frames.push({ name: '(unknown)', kind: 'unknown' })
    }
    return { frames, count: 1 }
  })
  return { stacks, quality }
}

/** Fewer ticks than that, and the sampler did not work: a loaded server gets hundreds a second. */
const fewest = 10
/** Fewer than that say nothing of one function against another. */
const telling = 200

/** What libc does without asking the kernel, as a rule. All else in it is taken for a system call. */
const libcAlone =
  /^_*(mem|str|wmem|malloc|calloc|realloc|free|int_|cfree|IO_|tcache|v?s?n?printf|qsort|clock_gettime)/

function isSystemCall({ kind, file, name }: Frame): boolean {
  return kind === 'native' && file === 'libc' && !libcAlone.test(name)
}

/**
 * What one tick stands for: V8 sleeps a millisecond between two, and takes its own time for each.
 * Most ticks of a busy server follow one another, so the median of the short gaps tells.
 */
function tickMicroseconds(times: number[]): number {
  const gaps: number[] = []
  for (let i = 1; i < times.length; i++) {
    const gap = times[i]! - times[i - 1]!
    if (gap > 500 && gap < 2000) gaps.push(gap)
  }
  gaps.sort((a, b) => a - b)
  return gaps.length < 20 ? 1000 : gaps[gaps.length >> 1]!
}

function framesOf(
  tick: PreprocessedLog['ticks'][number],
  log: PreprocessedLog,
  tables: Map<PreprocessedCode, InlineTables>,
  place: (path: string) => string,
): Frame[] {
  const frames: Frame[] = []
  for (let i = tick.s.length - 2; i >= 0; i -= 2) {
    const code = log.code[tick.s[i]!]
    if (code === undefined) continue // an address that belongs to nothing that V8 knows
    if (code.type === 'JS' && code.kind !== 'Builtin') {
      const tier = tierOfKind[code.kind ?? '']
      frames.push(jsFrame(code.name, tier, place))
      // All but the innermost are return addresses: the call is the byte before.
      const offset = tick.s[i + 1]! - (i === 0 ? 0 : 1)
      for (const name of copiedAt(code, offset, log, tables))
        frames.push(jsFrame(name, tier, place))
    } else if (code.type === 'CPP' || code.type === 'SHARED_LIB') {
      frames.push(nativeFrame(...symbolOf(code)))
    } else {
      const name = code.kind === 'RegExp' ? `RegExp ${code.name}` : code.name
      frames.push({ name, kind: 'builtin', file: 'v8' })
    }
  }
  if (tick.vm !== stateGC) return frames
  // A tick of the collector has V8's C++ on top at most: what leads there is JavaScript.
  const at = frames.findIndex(({ kind }) => kind === 'native')
  const gc: Frame = { name: 'garbage collection', kind: 'gc', file: 'v8' }
  return at < 0 ? [...frames, gc] : [...frames.slice(0, at), gc, ...frames.slice(at)]
}

function copiedAt(
  code: PreprocessedCode,
  offset: number,
  log: PreprocessedLog,
  tables: Map<PreprocessedCode, InlineTables>,
): string[] {
  if (!code.source?.inlined) return []
  let table = tables.get(code)
  if (table === undefined) {
    table = parseInlineTables(code.source.positions, code.source.inlined)
    tables.set(code, table)
  }
  const functions = code.source.fns
  return inlinedAt(table, offset)
    .map((index) => log.functions[functions[index] ?? -1]?.name ?? '')
    .filter((name) => name !== '')
}

/** Symbol and module of a C++ function; where `nm` is missing only the module is known. */
function symbolOf(code: PreprocessedCode): [symbol: string, module: string] {
  if (code.type === 'SHARED_LIB') {
    const part = code.name.replaceAll('\\', '/').split('/').at(-1) ?? code.name
    return [`(in ${part.replace(/\.so[.\d]*$/, '')})`, part]
  }
  return [code.name, /@+GLIBC|^_{1,2}(GI_|libc_|mem|str)/.test(code.name) ? 'libc' : 'native']
}

/**
 * Names for the JavaScript in a recording of perf's, from V8's CPU profiler in the same window.
 *
 * perf knows only addresses of code that was compiled before it began, and V8 does not show another
 * process which function is at an address. Its own profiler names every function, and cannot see
 * the kernel, libuv and most of C++. So perf says how much time there is below JavaScript and what
 * that calls, in the kernel, in C++ and in the collector; V8's profiler says how it is divided
 * among the functions. Within each kind of time both are samples of the same thing.
 */
import type { Frame, Stack } from './tree.ts'
import { isSystemCall } from './v8-profiles.ts'

/** Of a sample of perf's with JavaScript on its stack: what that called, outermost first. */
interface Called {
  frames: Frame[]
  count: number
  /** Frames outside JavaScript, of one of these samples: the event loop. */
  outside: Frame[]
}

/** What the recording itself costs the program. */
const ownSampling: Frame = {
  name: "V8's sampler: the cost of this recording",
  kind: 'native',
  file: 'v8',
}

/** Parts of a sample that are smaller stay without what the function called. */
const LEAST = 0.02

/**
 * Divides perf's samples with unnamed JavaScript among the functions that V8's profiler saw.
 * @param stacks of perf, outermost frame first
 * @param named stacks of V8's profiler over the same window
 * @returns stacks that count as many samples as were given; `unnamed` if V8 saw no function
 */
export function nameJavaScript(
  stacks: readonly Frame[][],
  named: readonly Stack[],
): { stacks: Stack[]; unnamed: number } {
  const functions = named.filter(({ frames }) => frames.some(({ kind }) => kind === 'js'))
  const result: Stack[] = []
  const below = new Map<string, Called>()
  for (const frames of stacks) {
    const interrupted = samplerOn(frames)
    if (interrupted >= 0) {
      result.push({ frames: [ownSampling, ...frames.slice(interrupted)], count: 1 })
      continue
    }
    const entry = frames.findIndex(isEntry)
    if (entry < 0) {
      result.push({ frames, count: 1 })
      continue
    }
    const called = frames.slice(frames.findLastIndex(isMachineJavaScript) + 1)
    const key = called.map(({ kind, name }) => `${kind} ${name}`).join('\n')
    const known = below.get(key)
    if (known === undefined) {
      below.set(key, { frames: called, count: 1, outside: frames.slice(0, Math.min(1, entry)) })
    } else known.count++
  }
  const groups = [...below.values()]
  if (functions.length === 0) {
    const unnamed = groups.reduce((sum, { count }) => sum + count, 0)
    const frame: Frame = { name: 'JavaScript that nothing could name', kind: 'unknown' }
    const own = groups.map(({ outside, frames, count }) => ({
      frames: [...outside, frame, ...frames],
      count,
    }))
    return { stacks: [...result, ...own], unnamed }
  }
  const candidates = candidatesFor(groups, functions)
  for (const group of groups) result.push(...divided(group, candidates(group)))
  return { stacks: result, unnamed: 0 }
}

/** Where V8's sampler, which interrupts the thread that it samples, begins on a stack; -1: it does not. */
function samplerOn(frames: readonly Frame[]): number {
  return frames.findIndex(({ kind, name }) => (kind === 'kernel' ? signal : sampler).test(name))
}

const sampler =
  /^v8::sampler::|^v8::internal::(CpuSampler|SamplingEventsProcessor|TickSample|ProfilerEventsProcessor)/

/** The kernel delivers a signal, and returns from it. A server gets no others. */
const signal = /^(arch_do_signal_or_restart|do_signal|(__(x64|arm64)_)?sys_rt_sigreturn)$/

/** V8's way into JavaScript, or the first address without a name if that was lost. */
function isEntry({ kind, name }: Frame): boolean {
  return kind === 'unknown' || (kind === 'builtin' && /^(JS\w*Entry|RunMicrotasks$)/.test(name))
}

function isMachineJavaScript({ kind }: Frame): boolean {
  return kind === 'unknown' || kind === 'builtin'
}

/**
 * Which of V8's stacks may have called what perf saw: in the collector those in the collector, in
 * `write(2)` those in a function that writes, in `Builtin_JsonStringify` those in `stringify`; for
 * JavaScript itself all others.
 */
function candidatesFor(groups: readonly Called[], functions: readonly Stack[]) {
  const tops = new Map<string, Stack[]>()
  for (const stack of functions) {
    const key = topOf(stack)
    tops.set(key, [...(tops.get(key) ?? []), stack])
  }
  const builtins = [...tops.keys()].filter((key) => !['', 'gc', 'write'].includes(key))
  const keyOf = ({ frames }: Called): string => {
    if (frames.some(({ kind }) => kind === 'gc')) return 'gc'
    if (frames.some(isWrite)) return 'write'
    const names = frames.slice(0, 4).map(({ name }) => name.toLowerCase())
    return builtins.find((builtin) => names.some((name) => name.includes(builtin))) ?? ''
  }
  // Functions with native code are not counted as JavaScript as well.
  const taken = new Set(groups.map(keyOf))
  const rest = [...tops]
    .filter(([key]) => key === '' || (!taken.has(key) && key !== 'gc' && key !== 'write'))
    .flatMap(([, stacks]) => stacks)
  return (group: Called): readonly Stack[] => {
    const key = keyOf(group)
    const own = key === '' ? rest : (tops.get(key) ?? rest)
    return own.length === 0 ? functions : own
  }
}

function topOf({ frames }: Stack): string {
  const top = frames.at(-1)!
  if (top.kind === 'gc') return 'gc'
  if (isSystemCall(top)) return 'write'
  // Shorter names are found in too many others.
  return top.kind === 'builtin' && top.name.length >= 4 ? top.name.toLowerCase() : ''
}

function isWrite({ name, kind }: Frame): boolean {
  return kind === 'native' && /(::DoTryWrite|^uv_(try_)?write2?|^uv__write)$/.test(name)
}

/** The samples of one group, divided in proportion to what V8's profiler saw. */
function divided({ frames, count, outside }: Called, candidates: readonly Stack[]): Stack[] {
  const all = candidates.reduce((sum, stack) => sum + stack.count, 0)
  return candidates.map((stack) => {
    const part = all === 0 ? count / candidates.length : (count * stack.count) / all
    // V8's one frame for the collector gives way to what perf saw in it.
    const own = stack.frames.filter(({ kind }) => kind !== 'gc')
    const collector = frames.slice(0, frames.findIndex(({ kind }) => kind === 'gc') + 1)
    return { frames: [...outside, ...own, ...(part < LEAST ? collector : frames)], count: part }
  })
}

/**
 * What `node --prof` leaves, `isolate-….log`, in which 0x works too: V8's log of its code, with a line
 * for each tick of its sampler. The code gives names to the addresses of the ticks. Functions of C++
 * are known by the library alone: their names are not in the log.
 */
import { jsFrame } from '../frames.ts'
import type { Frame, FrameTree } from '../tree.ts'
import { CodeMap } from '../v8-log.ts'
import { zeroXBlind, zeroXFrame } from '../zerox-ticks.ts'
import { type ImportContext, importedPath, startImport } from './stack-import.ts'

/** More than a process has; each is looked at for each address. */
const mostLibraries = 1000

/** V8's state in which the collector runs. */
const collecting = 1

interface Tick {
  /** In µs since the log began. */
  time: number
  /** The function on top first. */
  addresses: number[]
  /** What may be its caller: it is, if JavaScript is there. */
  top: number
  collecting: boolean
}

interface Library {
  path: string
  from: number
  to: number
}

/** @throws LabError at a limit, and if there is no tick in it */
export async function readV8ProfLog(
  lines: AsyncIterable<string>,
  context: ImportContext,
): Promise<FrameTree> {
  const codes = new CodeMap()
  const libraries: Library[] = []
  const stacks = startImport(context)
  const namesAt = namer(codes, libraries, importedPath(context))
  const span = { from: Number.POSITIVE_INFINITY, to: 0, interval: 1000 }
  let samples = 0
  for await (const line of lines) {
    if (line.startsWith('tick,')) {
      const tick = tickOf(line.split(','))
      if (tick === undefined) continue
      stacks.add(framesOf(tick, namesAt), span.interval)
      samples++
      span.from = Math.min(span.from, tick.time)
      span.to = Math.max(span.to, tick.time)
    } else if (line.startsWith('shared-library,')) {
      const [, path = '', from, to] = line.split(',')
      if (libraries.length < mostLibraries) {
        libraries.push({ path, from: Number(from), to: Number(to) })
      }
    } else if (line.startsWith('profiler,begin,')) {
      span.interval = Number(line.split(',')[2]) || 1000
    } else codes.line(line)
  }
  return stacks.finish({
    source: '0x',
    format: "log of V8's --prof",
    method: `V8's --prof: a tick every ${span.interval} µs`,
    of: 'µs',
    samples,
    windowSeconds: Math.max(0, span.to - span.from) / 1e6 || 0,
    blind: [
      ...zeroXBlind,
      'names of C++ functions, which the log does not have: their library stands for them',
    ],
  })
}

/**
 * `tick,ADDRESS,TIME,IN CALLBACK,TOP OF STACK OR CALLBACK,STATE,CALLERS…`, as V8's tickprocessor.mjs
 * reads it: a caller with a sign is a distance from the one before.
 */
function tickOf(fields: readonly string[]): Tick | undefined {
  const [, pc, at, inCallback, top, state, ...callers] = fields
  const time = Number(at)
  // In a callback its own address counts, not where the processor was.
  const inside = inCallback === '1'
  let last = Number(inside ? top : pc)
  if (!Number.isFinite(last) || !(time >= 0) || state === undefined) return undefined
  const addresses = [last]
  for (const caller of callers) {
    const isDistance = /^[+-]/.test(caller)
    const size = Number(isDistance ? caller.slice(1) : caller)
    if (!Number.isFinite(size)) continue // "overflow"
    last = isDistance ? last + (caller[0] === '+' ? size : -size) : size
    addresses.push(last)
  }
  return {
    time,
    addresses,
    top: inside ? 0 : Number(top),
    collecting: Number(state) === collecting,
  }
}

function namer(codes: CodeMap, libraries: readonly Library[], place: (path: string) => string) {
  return (address: number, time: number): Frame[] => {
    const found = codes.at(address, time)
    if (found.length > 0) {
      return found.map(({ text, tier }) =>
        tier === undefined
          ? { name: text, kind: 'builtin', file: 'v8' }
          : jsFrame(text, tier, place),
      )
    }
    const library = libraries.find(({ from, to }) => address >= from && address < to)
    return library === undefined
      ? []
      : [zeroXFrame({ name: library.path, type: 'SHARED_LIB' }, place)]
  }
}

/** Outermost frame first; what has no name is left out, as V8's own tool leaves it out. */
function framesOf(tick: Tick, namesAt: (address: number, time: number) => Frame[]): Frame[] {
  const { time, addresses, top, collecting } = tick
  const caller = top > 0 ? namesAt(top, time) : []
  const called = addresses.map((address) => namesAt(address, time))
  if (caller[0]?.kind === 'js') called.splice(1, 0, caller)
  const frames = called.reverse().flat()
  if (collecting) frames.push({ name: 'garbage collection', kind: 'gc', file: 'v8' })
  return frames.length > 0 ? frames : [{ name: '(unknown)', kind: 'unknown' }]
}

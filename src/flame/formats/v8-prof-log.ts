/**
 * What `node --prof` leaves, `isolate-….log`, in which 0x works too: V8's log of its code, with a line
 * for each tick of its sampler. The code gives names to the addresses of the ticks. Functions of C++
 * are known by the library alone: their names are not in the log.
 */
import { jsFrame } from '../frames.ts'
import type { Frame, FrameTree } from '../tree.ts'
import { CodeMap } from '../v8-log.ts'
import { zeroXBlind, zeroXFrame } from '../zerox-ticks.ts'
import { type ImportContext, importedPath, startImport, tooLarge } from './stack-import.ts'

/** V8's state in which the collector runs. */
const collecting = 1

interface Tick {
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
  let waiting: Tick[] = []
  let steps = 0
  const span = { from: Infinity, to: 0, interval: 1000 }
  const nameWaiting = () => {
    for (const tick of waiting) stacks.add(framesOf(tick, namesAt), span.interval)
    samples += waiting.length
    waiting = []
  }
  let samples = 0
  for await (const line of lines) {
    if (line.startsWith('tick,')) {
      const fields = line.split(',')
      const tick = tickOf(fields)
      const at = Number(fields[2])
      if (tick === undefined || !(at >= 0)) continue
      steps += tick.addresses.length
      if (steps > context.limits.steps)
        throw tooLarge(context, context.limits.steps, 'frames in its stacks')
      waiting.push(tick)
      span.from = Math.min(span.from, at)
      span.to = Math.max(span.to, at)
    } else if (line.startsWith('shared-library,')) {
      const [, path = '', from, to] = line.split(',')
      libraries.push({ path, from: Number(from), to: Number(to) })
    } else if (line.startsWith('profiler,begin,')) {
      span.interval = Number(line.split(',')[2]) || 1000
    } else {
      // The collector moves code: what was sampled before is named by where it was.
      if (/^code-(?:move|delete),/.test(line)) nameWaiting()
      codes.line(line)
    }
  }
  nameWaiting()
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
  const [, pc, , inCallback, top, state, ...callers] = fields
  // In a callback its own address counts, not where the processor was.
  const inside = inCallback === '1'
  let last = Number(inside ? top : pc)
  if (!Number.isFinite(last) || state === undefined) return undefined
  const addresses = [last]
  for (const caller of callers) {
    const isDistance = /^[+-]/.test(caller)
    const size = Number(isDistance ? caller.slice(1) : caller)
    if (!Number.isFinite(size)) continue // "overflow"
    last = isDistance ? last + (caller[0] === '+' ? size : -size) : size
    addresses.push(last)
  }
  return { addresses, top: inside ? 0 : Number(top), collecting: Number(state) === collecting }
}

function namer(codes: CodeMap, libraries: readonly Library[], place: (path: string) => string) {
  return (address: number): Frame[] => {
    const found = codes.at(address)
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
function framesOf(tick: Tick, namesAt: (address: number) => Frame[]): Frame[] {
  const { addresses, top, collecting } = tick
  const caller = top > 0 ? namesAt(top) : []
  const called = addresses.map(namesAt)
  if (caller[0]?.kind === 'js') called.splice(1, 0, caller)
  const frames = called.reverse().flat()
  if (collecting) frames.push({ name: 'garbage collection', kind: 'gc', file: 'v8' })
  return frames.length > 0 ? frames : [{ name: '(unknown)', kind: 'unknown' }]
}

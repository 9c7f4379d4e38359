/**
 * How late the event loop was: a timer in the program itself fires every few milliseconds, and
 * whatever kept it waiting kept every request waiting as well.
 */
import type { Inspector } from './inspector.ts'

/** Delays shorter than this are not counted, in ms: a collection or a busy machine may cause them. */
export const COUNTED_DELAY_MS = 50

export interface LoopDelays {
  windowMs: number
  /** Delays of `COUNTED_DELAY_MS` or more. */
  count: number
  totalMs: number
  longestMs: number
}

const KEY = `globalThis[Symbol.for('lab.eventLoop')]`

/** Begins to watch. A timer that does not keep the program alive; it costs some 0.02 % of a core. */
export async function beginLoopDelays(inspector: Inspector): Promise<void> {
  await inspector.evaluate(`(() => {
    const every = 10
    const began = performance.now()
    let last = began
    let [count, totalMs, longestMs] = [0, 0, 0]
    const labEventLoopDelay = () => {
      const now = performance.now()
      const late = now - last - every
      last = now
      if (late < ${COUNTED_DELAY_MS}) return
      count++
      totalMs += late
      longestMs = Math.max(longestMs, late)
    }
    const timer = setInterval(labEventLoopDelay, every)
    timer.unref()
    ${KEY} = () => {
      labEventLoopDelay()
      clearInterval(timer)
      delete ${KEY}
      return { windowMs: performance.now() - began, count, totalMs, longestMs }
    }
  })()`)
}

/** What was counted since `beginLoopDelays`; undefined if that was not called. */
export async function endLoopDelays(inspector: Inspector): Promise<LoopDelays | undefined> {
  return ((await inspector.evaluate(`${KEY}?.() ?? null`)) as LoopDelays | null) ?? undefined
}

/** Those of several windows; undefined if there are none. */
export function mergeDelays(all: readonly LoopDelays[]): LoopDelays | undefined {
  if (all.length === 0) return undefined
  const sum = (part: keyof LoopDelays) => all.reduce((total, one) => total + one[part], 0)
  return {
    windowMs: sum('windowMs'),
    count: sum('count'),
    totalMs: sum('totalMs'),
    longestMs: Math.max(...all.map(({ longestMs }) => longestMs)),
  }
}

/**
 * How late the event loop was: a timer in the program itself fires every few milliseconds, and
 * whatever kept it waiting kept every request waiting as well.
 */
import type { Inspector } from './inspector.ts'

/** Delays shorter than this are not counted, in ms: a collection or a busy machine may cause them. */
export const COUNTED_DELAY_MS = 50

/** Delays of `COUNTED_DELAY_MS` or more. */
export interface Delays {
  count: number
  totalMs: number
  longestMs: number
}

export interface LoopDelays extends Delays {
  windowMs: number
  /** The same by the CPU time that passed meanwhile, and so without waiting for a core, or for a disk. */
  busy: Delays
}

const KEY = `globalThis[Symbol.for('lab.eventLoop')]`

/** Begins to watch. A timer that does not keep the program alive; it costs some 0.02 % of a core. */
export async function beginLoopDelays(inspector: Inspector): Promise<void> {
  await inspector.evaluate(`(() => {
    const every = 10
    const began = performance.now()
    // Of the thread alone from Node 23.9 on.
    const cpuMs = () => {
      const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
      return (user + system) / 1000
    }
    let [last, lastCpu] = [began, cpuMs()]
    const none = () => ({ count: 0, totalMs: 0, longestMs: 0 })
    const [late, busy] = [none(), none()]
    const add = (to, ms) => {
      if (ms < ${COUNTED_DELAY_MS}) return
      to.count++
      to.totalMs += ms
      to.longestMs = Math.max(to.longestMs, ms)
    }
    const labEventLoopDelay = () => {
      const [now, cpu] = [performance.now(), cpuMs()]
      add(late, now - last - every)
      add(busy, cpu - lastCpu)
      ;[last, lastCpu] = [now, cpu]
    }
    const timer = setInterval(labEventLoopDelay, every)
    timer.unref()
    ${KEY} = () => {
      labEventLoopDelay()
      clearInterval(timer)
      delete ${KEY}
      return { windowMs: performance.now() - began, ...late, busy }
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
  const sum = (delays: readonly Delays[]): Delays => ({
    count: delays.reduce((total, { count }) => total + count, 0),
    totalMs: delays.reduce((total, { totalMs }) => total + totalMs, 0),
    longestMs: Math.max(...delays.map(({ longestMs }) => longestMs)),
  })
  return {
    ...sum(all),
    windowMs: all.reduce((total, { windowMs }) => total + windowMs, 0),
    busy: sum(all.map(({ busy }) => busy)),
  }
}

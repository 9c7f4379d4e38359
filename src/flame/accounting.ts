/**
 * What Node and the operating system count of a server without sampling anything: processor time,
 * time in the garbage collector, how long the event loop waited. Exact, and without stacks. Asked
 * over the inspector, so that the server needs not know.
 */
import type { Inspector } from './inspector.ts'

export interface Accounting {
  /** Milliseconds of the wall clock. */
  windowMs: number
  /** Processor time of all threads, µs, by process.resourceUsage(). */
  process: { user: number; system: number }
  /** Pauses that the observer of `gc` told of. */
  gc: { count: number; ms: number }
  /** Share of the window that the event loop was not waiting in epoll, from 0 to 1. */
  eventLoopUtilization: number
}

/** Begins to count. The server keeps a function that reads the counters, under a symbol. */
export async function beginAccounting(inspector: Inspector): Promise<void> {
  await inspector.evaluate(`(() => {
    const gc = { count: 0, ms: 0 }
    const add = (entries) => { for (const { duration } of entries) { gc.count++; gc.ms += duration } }
    const observer = new PerformanceObserver((list) => add(list.getEntries()))
    observer.observe({ entryTypes: ['gc'] })
    const at = performance.now()
    const usage = process.resourceUsage()
    const loop = performance.eventLoopUtilization()
    globalThis[Symbol.for('lab.accounting')] = () => {
      add(observer.takeRecords())
      observer.disconnect()
      const now = process.resourceUsage()
      return {
        windowMs: performance.now() - at,
        process: {
          user: now.userCPUTime - usage.userCPUTime,
          system: now.systemCPUTime - usage.systemCPUTime,
        },
        gc,
        eventLoopUtilization: performance.eventLoopUtilization(loop).utilization,
      }
    }
  })()`)
}

/** What was counted since `beginAccounting`. */
export async function endAccounting(inspector: Inspector): Promise<Accounting> {
  return (await inspector.evaluate(`globalThis[Symbol.for('lab.accounting')]()`)) as Accounting
}

/**
 * What Node and the operating system count of a server without sampling: processor time, time in the
 * garbage collector, how long the event loop waited. Exact, and without stacks.
 */
import { readdir, readFile } from 'node:fs/promises'
import { isWorkerThread } from '../run/processes.ts'
import type { Inspector } from './inspector.ts'

export interface CpuTime {
  /** Microseconds outside the kernel. */
  user: number
  /** Microseconds inside the kernel. */
  system: number
}

/** The kernel's clock tick for `/proc`: 10 ms on every Linux that Node runs on (`getconf CLK_TCK`). */
const tickMicroseconds = 10_000

/**
 * Time of the main thread since it began, to the nearest 10 ms. The main thread alone, because that
 * is what is profiled. Undefined if there is no `/proc` or no such process any more.
 */
export async function mainThreadTime(pid: number): Promise<CpuTime | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The second field, the name, may hold blanks and brackets: count from the last bracket on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    user: Number(fields[11]) * tickMicroseconds,
    system: Number(fields[12]) * tickMicroseconds,
  }
}

/** What was spent between two readings; undefined if either is. */
export function spent(
  before: CpuTime | undefined,
  after: CpuTime | undefined,
): CpuTime | undefined {
  if (before === undefined || after === undefined) return undefined
  return { user: after.user - before.user, system: after.system - before.system }
}

/** CPU time of a process that is not its main thread's, µs. */
export interface BesideCpu {
  /** Threads that Node names as such, from Node 24 on; before that they are among the others. */
  workers: number
  /** V8's helpers (concurrent marking, compilers) and libuv's pool. */
  otherThreads: number
  /** Processes that it started, those that have ended included. */
  children: number
}

/** What was spent so far beside the main thread; undefined without `/proc` or such a process. */
export async function besideCpu(pid: number): Promise<BesideCpu | undefined> {
  const whole = await statTimes(`/proc/${pid}/stat`)
  if (whole === undefined) return undefined
  const beside = { workers: 0, otherThreads: 0, children: whole.ended }
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const others = tasks.filter((task) => task !== String(pid))
  const read = others.map((task) => statTimes(`/proc/${pid}/task/${task}/stat`))
  const threads = (await Promise.all(read)).filter((times) => times !== undefined)
  const names = threads.map(({ name }) => name)
  for (const { name, own } of threads) {
    beside[isWorkerThread(name, names) ? 'workers' : 'otherThreads'] += own
  }
  beside.children += await childTimes(pid, tasks)
  return beside
}

async function childTimes(pid: number, tasks: readonly string[]): Promise<number> {
  let sum = 0
  for (const task of tasks) {
    const list = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')
    for (const child of list.split(' ').filter((word) => word !== '')) {
      const times = await statTimes(`/proc/${child}/stat`)
      const below = await readdir(`/proc/${child}/task`).catch(() => [])
      sum += (times?.own ?? 0) + (times?.ended ?? 0) + (await childTimes(Number(child), below))
    }
  }
  return sum
}

/** Of a `stat` file of proc(5): its own time, and that of its children that have ended, µs. */
async function statTimes(
  file: string,
): Promise<{ name: string; own: number; ended: number } | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const micros = (at: number) => Number(fields[at]) * tickMicroseconds
  return {
    name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
    own: micros(11) + micros(12),
    ended: micros(13) + micros(14),
  }
}

/** What was spent between two readings; undefined if either is. */
export function besideBetween(
  before: BesideCpu | undefined,
  after: BesideCpu | undefined,
): BesideCpu | undefined {
  if (before === undefined || after === undefined) return undefined
  return {
    workers: Math.max(0, after.workers - before.workers),
    otherThreads: Math.max(0, after.otherThreads - before.otherThreads),
    children: Math.max(0, after.children - before.children),
  }
}

/** Nanoseconds that the main thread ran, and that it was ready to run and had to wait. */
interface Scheduled {
  ran: number
  waited: number
}

/** Undefined if there is no `/proc` or the kernel does not count it. */
export async function mainThreadSchedule(pid: number): Promise<Scheduled | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').catch(() => undefined)
  const [ran, waited] = (text ?? '').split(' ').map(Number)
  if (text === undefined || !Number.isFinite(ran) || !Number.isFinite(waited)) return undefined
  return { ran: ran!, waited: waited! }
}

/** Of the time in which a thread was ready to run, the share in which it ran; null if it is not known. */
export function coreShareBetween(
  before: Scheduled | undefined,
  after: Scheduled | undefined,
): number | null {
  if (before === undefined || after === undefined) return null
  const [ran, waited] = [after.ran - before.ran, after.waited - before.waited]
  return ran + waited === 0 ? null : ran / (ran + waited)
}

export interface Accounting {
  /** Milliseconds of the wall clock. */
  windowMs: number
  /** Processor time of all threads, µs, by process.resourceUsage(). */
  process: { user: number; system: number }
  /** Pauses that the observer of `gc` reported. */
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
    globalThis[Symbol.for('lab.accounting')] = async () => {
      // Node reports a collection in a later turn of the loop than the one it happened in.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
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

/** What the operating system counts of a window while a profiler looks, and whether there was any work. */
import { crashSummary } from '../run/crash-summary.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import {
  type BesideCpu,
  besideBetween,
  besideCpu,
  type CpuTime,
  coreShareBetween,
  mainThreadSchedule,
  mainThreadTime,
  spent,
} from './accounting.ts'

/** What is counted of a window while a profiler looks. */
export interface Measured {
  windowSeconds: number
  /** Undefined if the load was not counted. */
  requests: number | undefined
  /** Time of the main thread, as the operating system accounts for it; undefined without /proc. */
  cpu: CpuTime | undefined
  /** Of other threads and of child processes, which are not sampled; undefined without /proc. */
  beside: BesideCpu | undefined
}

/** The larger of two readings: a thread that has ended is not in the later one any more. */
function larger(one: BesideCpu | undefined, other: BesideCpu | undefined): BesideCpu | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return {
    workers: Math.max(one.workers, other.workers),
    otherThreads: Math.max(one.otherThreads, other.otherThreads),
    children: Math.max(one.children, other.children),
  }
}

/** How often to read the counters of a program that may end at any time, ms: then they are gone. */
const POLL_MS = 20

export async function measure(
  pid: number,
  served: (() => number) | undefined,
  during: () => Promise<void>,
): Promise<Measured & { coreShare: number | null }> {
  const read = async () => ({
    time: await mainThreadTime(pid),
    scheduled: await mainThreadSchedule(pid),
    beside: await besideCpu(pid),
  })
  const began = performance.now()
  const before = await read()
  const servedBefore = served?.()
  let after = before
  const look = async () => {
    const now = await read()
    after = {
      time: now.time ?? after.time,
      scheduled: now.scheduled ?? after.scheduled,
      beside: larger(after.beside, now.beside),
    }
  }
  const timer = served === undefined ? setInterval(look, POLL_MS) : undefined
  try {
    await during()
  } finally {
    clearInterval(timer)
  }
  await look()
  return {
    windowSeconds: (performance.now() - began) / 1000,
    requests: served === undefined ? undefined : served() - servedBefore!,
    cpu: spent(before.time, after.time),
    beside: besideBetween(before.beside, after.beside),
    coreShare: coreShareBetween(before.scheduled, after.scheduled),
  }
}

/** Less of a core than that is no load, if the requests are not counted. */
const IDLE = 0.02

/** A program that answered no request may still have computed all the time, if it used as much. */
const COMPUTING = 0.2

/**
 * By the requests, if they are counted. Otherwise by the time in which it wanted a core: on a busy
 * machine a loaded server may get little of one.
 */
export function wasIdle(
  { requests, cpu, windowSeconds }: Measured,
  coreShare: number | null,
): boolean {
  const isBelow = (share: number) =>
    cpu !== undefined && (cpu.user + cpu.system) / (coreShare || 1) < windowSeconds * 1e6 * share
  if (requests === undefined) return isBelow(IDLE)
  return requests === 0 && (cpu === undefined || isBelow(COMPUTING))
}

export function idleError(name: string, { requests }: Measured, server: RunningServer): LabError {
  const said = crashSummary(server.errorOutput())
  if (requests === 0) {
    return new LabError(`${name} answered no request while it was recorded: it was idle`, {
      means: said ?? 'the load did not reach it, or a request takes longer than the recording',
      next: 'the same command with a longer recording: --seconds 30',
    })
  }
  return new LabError(`${name} was idle while it was recorded`, {
    means: said ?? 'the load did not reach it',
  })
}

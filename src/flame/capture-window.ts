/**
 * A window of steady load on a program: starts it, drives it with the caller's load, waits until it is
 * warm, and lets a profiler look. No process is left behind.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { watchMachineLoad } from '../measure/machine.ts'
import type { MachineLoad } from '../measure/machine-load.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { LabError } from '../run/lab-error.ts'
import type { Program } from '../run/program.ts'
import type { Attached, RunningServer } from '../run/server.ts'
import { withTimeout } from '../run/timeout.ts'
import {
  type CpuTime,
  coreShareBetween,
  mainThreadSchedule,
  mainThreadTime,
  spent,
} from './accounting.ts'

/**
 * Loads a server until `signal` is aborted, then ends. It must not end sooner: a window that is half
 * idle is no profile of anything. How it ends after the signal does not matter.
 * @param underWay to be called when the first replies have come: the warm-up counts from there
 */
export type Load = (
  server: RunningServer,
  signal: AbortSignal,
  underWay: () => void,
) => Promise<void>

/** A load, and how many requests it has served so far if it counts them. */
export interface CountedLoad {
  load: Load
  /** Without it nothing can be said per request. */
  served?: () => number
}

export interface CaptureOptions extends CountedLoad {
  /** Length of the recorded window, in seconds; default 4. */
  seconds?: number
  /** Load before the window opens, in seconds: V8 compiles what is hot in the first one; default 2. */
  warmUpSeconds?: number
  /** Requests before the window opens, if they are counted; V8 compiles by calls. Default 5000. */
  warmUpRequests?: number
  /** Is given what is being done, for a progress line. */
  onProgress?: (doing: string) => void
}

/** A window of steady load on a server, and what was recorded in it. */
export interface Window<T> {
  result: T
  windowSeconds: number
  /** Undefined if the load was not counted. */
  requests: number | undefined
  /** Time of the main thread, as the operating system accounts for it; undefined without /proc. */
  cpu: CpuTime | undefined
  /** How busy the machine was meanwhile. */
  machineLoad: MachineLoad
  /** Requests in the warm-up, if they were too few for V8 to optimize all code. */
  shortOf: number | undefined
  /** Of a process that the lab did not start. */
  attached: Attached | undefined
}

/** Records a server: calls `during`, which lasts as long as the window, and returns what it recorded. */
export type Recorder<T> = (server: RunningServer, during: () => Promise<void>) => Promise<T>

/** A load that has not been answered for so long never will be, ms. */
const UNDER_WAY_MS = 60_000

/** A warm-up that has not served its requests after so many times its length is over. */
const LONGEST_WARM_UP = 15

/**
 * Starts a program, warms it up, and lets `record` look at a window of load. The server has ended when
 * it resolves, so that what V8 writes at its end is there.
 * @throws LabError if the program does not start or dies, if the load ends early or leaves the server
 *   idle; whatever the load and `record` throw
 */
export async function captureWindow<T>(
  program: Program,
  options: CaptureOptions & { nodeFlags: readonly string[]; recording: string },
  record: Recorder<T>,
): Promise<Window<T>> {
  const { load, served, seconds = 4, warmUpSeconds = 2 } = options
  const { warmUpRequests = 5000, nodeFlags, recording, onProgress = () => {} } = options
  const machineLoad = watchMachineLoad()
  let server: RunningServer | undefined
  try {
    server = await program.start(nodeFlags)
    const running = server
    const window = await underLoad(program, running, load, async (steady, underWay) => {
      onProgress('waiting for the load')
      await steady(firstReplies(underWay, program.name))
      onProgress('warming up')
      const shortOf = await steady(warmUp(warmUpSeconds * 1000, warmUpRequests, served))
      onProgress(recording)
      let cpu: CpuTime | undefined
      let requests: number | undefined
      let windowSeconds = 0
      let coreShare: number | null = null
      const during = async () => {
        const began = performance.now()
        const before = await mainThreadTime(running.pid)
        const scheduled = await mainThreadSchedule(running.pid)
        const servedBefore = served?.()
        await steady(delay(seconds * 1000))
        coreShare = coreShareBetween(scheduled, await mainThreadSchedule(running.pid))
        cpu = spent(before, await mainThreadTime(running.pid))
        if (served !== undefined) requests = served() - servedBefore!
        windowSeconds = (performance.now() - began) / 1000
      }
      const result = await steady(record(running, during))
      const { attached } = running
      const busy = machineLoad(coreShare)
      return { result, windowSeconds, requests, cpu, machineLoad: busy, shortOf, attached }
    })
    await running.stop()
    if (wasIdle(window)) {
      throw new LabError(`${program.name} was idle while it was recorded`, {
        means: running.errorOutput().trim() || 'the load did not reach it',
      })
    }
    return window
  } finally {
    await server?.stop()
  }
}

/** By the requests, if they are counted: on a busy machine a loaded server may get little of a CPU. */
function wasIdle({ requests, cpu, windowSeconds }: Window<unknown>): boolean {
  if (requests !== undefined) return requests === 0
  return cpu !== undefined && cpu.user + cpu.system < windowSeconds * 1e6 * 0.02
}

async function firstReplies(underWay: Promise<void>, name: string): Promise<void> {
  const began = await withTimeout(
    UNDER_WAY_MS,
    underWay.then(() => true),
  )
  if (began === true) return
  throw new LabError(`the load on ${name} had no reply within ${UNDER_WAY_MS / 1000} s`, {
    means: 'the machine is very busy: this limit is the lab’s own',
    next: 'end other programs, and run the same command again',
  })
}

/**
 * Waits for a time and a number of requests, whichever takes longer; bounded for a slow server.
 * @returns how many requests it served, if that was fewer
 */
async function warmUp(
  ms: number,
  requests: number,
  served?: () => number,
): Promise<number | undefined> {
  const until = performance.now() + Math.max(1000, ms) * LONGEST_WARM_UP
  const before = served?.() ?? 0
  await delay(ms)
  if (served === undefined) return undefined
  while (served() - before < requests) {
    if (performance.now() > until) return served() - before
    await delay(20)
  }
  return undefined
}

/**
 * Runs `body` while the load is on. `steady` passes a promise on, and fails at once if the load or
 * the server ends before it; `underWay` resolves with the load's first replies.
 */
async function underLoad<T>(
  program: Program,
  server: RunningServer,
  load: Load,
  body: (steady: <V>(promise: Promise<V>) => Promise<V>, underWay: Promise<void>) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const underWay = Promise.withResolvers<void>()
  const loading = load(server, stop.signal, underWay.resolve)
  const ended = server.ended.then((how) => {
    const said = crashSummary(server.errorOutput())
    throw new LabError(`${server.name} ended while it was recorded: ${said ?? how}`, {
      means: 'it crashed, or something else ended it',
      next: `${program.alone}, and look at what it says`,
    })
  })
  const early = Promise.race([
    loading.then(() => {
      throw new LabError(`the load on ${server.name} ended before the recording did`)
    }),
    ended,
  ])
  early.catch(() => {}) // `steady` looks at it
  try {
    return await body((promise) => Promise.race([promise, early]), underWay.promise)
  } catch (failure) {
    // A profiler, or the load, may notice the end of a server first; then that end is the reason.
    await withTimeout(500, ended)
    throw failure
  } finally {
    stop.abort()
    await loading.catch(() => {})
  }
}

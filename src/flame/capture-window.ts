/**
 * A window of steady load on a program: starts it, drives it with the caller's load, waits until it is
 * warm, and lets a profiler look. No process is left behind.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Address } from '../load/workload.ts'
import { watchMachineLoad } from '../measure/machine.ts'
import type { MachineLoad } from '../measure/machine-load.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { LabError } from '../run/lab-error.ts'
import type { Program } from '../run/program.ts'
import type { Attached, RunningServer } from '../run/server.ts'
import { withTimeout } from '../run/timeout.ts'
import { idleError, type Measured, measure, wasIdle } from './window-measured.ts'

/**
 * Loads a server until `signal` is aborted, then ends. It must not end sooner: a window that is half
 * idle is no profile of anything. How it ends after the signal does not matter.
 * @param underWay to be called when the first replies have come: the warm-up counts from there
 */
export type Load = (
  server: Address & { pid: number },
  signal: AbortSignal,
  underWay: () => void,
) => Promise<void>

/** A load, and how many requests it has served so far if it counts them. */
export interface CountedLoad {
  /** Undefined: whatever load the reader brings, see `Program`. */
  load?: Load
  /** Without it nothing can be said per request. */
  served?: () => number
  /** Requests before the window opens, if they are counted; V8 compiles by calls. Default 5000. */
  warmUpRequests?: number
}

export interface CaptureOptions extends CountedLoad {
  /** Length of the recorded window, in seconds; default 4. */
  seconds?: number
  /** Load before the window opens, in seconds: V8 compiles what is hot in the first one; default 2. */
  warmUpSeconds?: number
  /** Called with what is being done, for a progress line. */
  onProgress?: (doing: string) => void
}

/** A window of load on a program, and what was recorded in it. */
export interface Window<T> extends Measured {
  result: T
  /** How busy the machine was meanwhile. */
  machineLoad: MachineLoad
  /** Requests in the warm-up, if they were too few for V8 to optimize all code. */
  shortOf: number | undefined
  /** Whether it is of the whole program, which ended by itself. */
  whole: boolean
  /** Of a process that the lab did not start. */
  attached: Attached | undefined
}

/** Records a server: calls `during`, which lasts as long as the window, and returns what it recorded. */
export type Recorder<T> = (server: RunningServer, during: () => Promise<void>) => Promise<T>

export interface Recording<T> {
  /** Options of Node that the profiler needs. */
  nodeFlags: readonly string[]
  /** What is being done, for a progress line. */
  recording: string
  /** Records a window of load. */
  record: Recorder<T>
  /**
   * Records a program without a load from its first line to its end; undefined if it cannot. What it
   * recorded by the end of `during` is thrown away if the program came to listen: then it is a server.
   */
  recordWhole?: Recorder<() => Promise<T>>
  /** Whether `recordWhole` has something to show if the program does not end by itself. */
  showsEndless?: boolean
}

/** How long to wait for the first reply, ms. */
const UNDER_WAY_MS = 60_000

/** After so many times its length a warm-up ends, even with too few requests. */
const LONGEST_WARM_UP = 15

/** Longest recording of a program that neither listens nor ends, s. */
export const LONGEST_WHOLE = 60

/**
 * Starts a program and lets a profiler look at a window: of load when it is warm; without a load, of
 * the whole program if it ends by itself, else of the time from when it listens. The program has
 * ended when it resolves, so that what V8 writes at its end is there.
 * @throws LabError if the program does not start or dies, if the load ends early or leaves the server
 *   idle; whatever the load and the recorder throw
 */
export async function captureWindow<T>(
  program: Program,
  options: CaptureOptions,
  recording: Recording<T>,
): Promise<Window<T>> {
  const machineLoad = watchMachineLoad()
  let server: RunningServer | undefined
  try {
    server = await program.start(recording.nodeFlags)
    const { load } = options
    const recorded =
      load === undefined
        ? await withoutLoad(program, server, options, recording)
        : await withLoad(program, server, { ...options, load }, recording)
    await server.stop()
    const { coreShare, take, ...window } = recorded
    const result = await take()
    if (load !== undefined && wasIdle(window, coreShare)) {
      throw idleError(program.name, window, server)
    }
    const { attached } = server
    return { ...window, result, machineLoad: machineLoad(coreShare), attached }
  } finally {
    await server?.stop()
  }
}

/** What was recorded; `take` is called when the program has ended. */
type Recorded<T> = Measured & {
  take: () => Promise<T>
  coreShare: number | null
  shortOf: number | undefined
  whole: boolean
}

function withLoad<T>(
  program: Program,
  server: RunningServer,
  options: CaptureOptions & { load: Load },
  { record, recording }: Recording<T>,
): Promise<Recorded<T>> {
  const { load, served, seconds = 4, warmUpSeconds = 2, warmUpRequests = 5000 } = options
  const { onProgress = () => {} } = options
  return underLoad(program, server, load, async (steady, underWay) => {
    onProgress('waiting for the load')
    await steady(firstReplies(underWay, program.name))
    onProgress('warming up')
    const shortOf = await steady(warmUp(warmUpSeconds * 1000, warmUpRequests, served))
    onProgress(recording)
    let measured: Awaited<ReturnType<typeof measure>>
    const result = await steady(
      record(server, async () => {
        measured = await measure(server.pid, served, () => steady(delay(seconds * 1000)))
      }),
    )
    return { ...measured!, take: async () => result, shortOf, whole: false }
  })
}

async function withoutLoad<T>(
  program: Program,
  server: RunningServer,
  { seconds = 10, onProgress = () => {} }: CaptureOptions,
  { record, recordWhole, showsEndless = false, recording }: Recording<T>,
): Promise<Recorded<T>> {
  const { held } = server
  let measured: Awaited<ReturnType<typeof measure>>
  const ended = server.ended.then(() => 'ended' as const)
  if (held !== undefined) {
    onProgress(`${recording}, from its first line`)
    const whole = recordWhole ?? (async (_, during) => await during().then(() => undefined))
    const longest = delay(LONGEST_WHOLE * 1000, 'neither' as const, { ref: false })
    let fate = 'listens' as 'listens' | 'ended' | 'neither'
    const take = await whole(server, async () => {
      measured = await measure(server.pid, undefined, async () => {
        held.go()
        const listens = held.listening.then(() => 'listens' as const)
        fate = await Promise.race([ended, listens, longest])
      })
    })
    if (fate === 'ended' || (fate === 'neither' && showsEndless)) {
      if (take === undefined) throw cannotRecordWhole(program)
      if (fate === 'ended') await failOnCrash(program, server)
      return { ...measured!, take, shortOf: undefined, whole: fate === 'ended' }
    }
  }
  onProgress(`${recording} for ${seconds} s, under whatever load there is`)
  const result = await record(server, async () => {
    measured = await measure(server.pid, undefined, async () => {
      await Promise.race([delay(seconds * 1000), ended])
    })
  })
  await Promise.race([ended.then(() => failOnCrash(program, server)), Promise.resolve()])
  return { ...measured!, take: async () => result, shortOf: undefined, whole: false }
}

function cannotRecordWhole({ name, alone }: Program): LabError {
  return new LabError(`${name} does not listen, and allocations are recorded of servers only`, {
    next: alone,
  })
}

/** @throws LabError if a program ended otherwise than by itself and in order */
async function failOnCrash(program: Program, server: RunningServer): Promise<void> {
  const how = await server.ended
  if (how === 'exit code 0') return
  throw endedEarly(program, server, how)
}

function endedEarly(program: Program, server: RunningServer, how: string): LabError {
  const { name, alone } = program
  const known = program.explainEnd?.(server.errorOutput())
  if (known !== undefined) return known
  const said = crashSummary(server.errorOutput())
  return new LabError(`${name} ended while it was recorded: ${said ?? how}`, {
    means: 'it crashed, or something else ended it',
    next: `${alone}, and look at what it says`,
  })
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
    throw endedEarly(program, server, how)
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

/**
 * One way to profile a stage: starts it, drives it with the caller's load, waits until it is warm,
 * records a window in the middle of steady load by the best means that this machine has, and holds
 * the result against the operating system's accounting. Nothing is left behind: no process, no file.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { crashGist } from '../run/crash-gist.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot, type RunningServer, startStage } from '../run/server.ts'
import { within } from '../run/within.ts'
import type { Stage } from '../stages.ts'
import { type CpuTime, mainThreadTime, spent } from './cpu-time.ts'
import { perfNodeFlags, perfTree, recordPerf } from './perf.ts'
import { type PerfProbe, probePerf } from './perf-probe.ts'
import { type Shares, shares } from './roles.ts'
import { makeScratch } from './scratch.ts'
import type { FrameTree } from './tree.ts'
import { preprocessLog, zeroxNodeFlags, zeroxTree } from './zerox.ts'

/**
 * Loads a server until `signal` is aborted, then ends. It must not end sooner: a window that is half
 * idle is no profile of anything. How it ends after the signal does not matter.
 */
export type Load = (server: RunningServer, signal: AbortSignal) => Promise<void>

export interface CaptureOptions {
  load: Load
  /** Length of the recorded window; default 4. */
  seconds?: number
  /** Load before the window opens: V8 compiles what is hot in the first second; default 2. */
  warmUpSeconds?: number
  /** Insists on one route; `perf` falls back to 0x where perf cannot be used. */
  prefer?: 'perf' | '0x'
  /** By 0x: all samples as they are, the graph as 0x would draw it; to compare profilers with. */
  asSampled?: boolean
  /** What `probePerf` found, where the caller has asked already; asking takes half a second. */
  probe?: PerfProbe
  /** Further options of the server, e.g. an ablation's. */
  serverArgs?: string[]
  /** Requests that the load has served so far; asked when the window opens and when it closes. */
  served?: () => number
  /** Told what is being done, for a progress line. */
  onProgress?: (doing: string) => void
}

export interface Capture {
  stage: string
  tree: FrameTree
  shares: Shares
  /** Which route was taken and why; `remedy` is what would open the better one. */
  route: { source: 'perf' | '0x'; why: string; remedy: string | undefined }
  /** What the operating system accounted to the main thread in the window; undefined without /proc. */
  cpu: CpuTime | undefined
  check: CrossCheck
}

/** The profile held against the accounting. Shares from 0 to 1, times in microseconds. */
export interface CrossCheck {
  /** Of the samples, in the kernel; undefined where the profiler cannot see the kernel. */
  kernelShare: number | undefined
  /** Of the accounted time, system. */
  systemShare: number | undefined
  /** Time that the samples stand for. */
  sampled: number
  accounted: number | undefined
  /** Undefined: there was nothing to compare. */
  agrees: boolean | undefined
  /** The comparison in a sentence. */
  text: string
}

/** Shares may differ by so much before the output says that they do: 10 ms ticks and few samples. */
const tolerance = 0.06

/**
 * @throws LabError where the stage does not start or dies, where the load ends early or leaves the
 *   server idle; whatever the load throws
 */
export async function captureStage(
  stage: Pick<Stage, 'id'>,
  options: CaptureOptions,
): Promise<Capture> {
  const { load, seconds = 4, warmUpSeconds = 2, serverArgs = [], onProgress = () => {} } = options
  const { served } = options
  onProgress('looking for a profiler')
  const { route, probe } = await chooseRoute(options)
  const scratch = await makeScratch()
  const logFile = join(scratch.dir, 'v8.log')
  const startedAt = performance.now()
  let server: RunningServer | undefined
  try {
    server = await startStage(stage, {
      nodeFlags: route.source === 'perf' ? perfNodeFlags(logFile) : zeroxNodeFlags(logFile),
      args: serverArgs,
    })
    const running = server
    const file = join(scratch.dir, 'perf.data')
    const window = await underLoad(running, load, async (steady) => {
      onProgress('warming up')
      await steady(delay(warmUpSeconds * 1000))
      onProgress(`recording with ${route.source}`)
      let cpu: CpuTime | undefined
      let from = 0
      let requests: number | undefined
      const during = async () => {
        from = (performance.now() - startedAt) / 1000
        const before = await mainThreadTime(running.pid)
        const servedBefore = served?.()
        await steady(delay(seconds * 1000))
        cpu = spent(before, await mainThreadTime(running.pid))
        if (served !== undefined) requests = served() - servedBefore!
      }
      const began = performance.now()
      let windowSeconds: number
      if (route.source === 'perf') {
        windowSeconds = (await recordPerf({ pid: running.pid, file, during })).windowSeconds
      } else {
        await during()
        windowSeconds = (performance.now() - began) / 1000
      }
      return { cpu, from, windowSeconds, requests }
    })
    // V8 writes the last of its log when the process ends.
    await running.stop()
    onProgress('reading the recording')
    const { cpu, from, windowSeconds, requests } = window
    const accounted = cpu === undefined ? undefined : cpu.user + cpu.system
    if (accounted !== undefined && accounted < windowSeconds * 1e6 * 0.02) {
      throw new LabError(`${stage.id} was idle while it was recorded`, {
        means: running.complaints().trim() || 'the load did not reach it',
      })
    }
    const tree =
      route.source === 'perf'
        ? await perfTree({
            file,
            logFile,
            windowSeconds,
            checkout: labRoot,
            kernel: probe?.kernel ?? true,
            cpuMicroseconds: accounted,
          })
        : zeroxTree(await preprocessLog(logFile), {
            from,
            windowSeconds,
            cpu,
            checkout: labRoot,
            asSampled: options.asSampled ?? false,
          })
    if (requests !== undefined && requests > 0) tree.requests = requests
    if (tree.root.total === 0) throw new LabError(`${stage.id}: ${route.source} took no samples`)
    const reduced = shares(tree)
    return {
      stage: stage.id,
      tree,
      shares: reduced,
      route,
      cpu,
      check: crossCheck(tree, reduced, cpu, route.source === 'perf' && (probe?.kernel ?? true)),
    }
  } finally {
    await server?.stop()
    await scratch.remove()
  }
}

async function chooseRoute(
  options: CaptureOptions,
): Promise<{ route: Capture['route']; probe: PerfProbe | undefined }> {
  if (options.prefer === '0x') {
    return { route: { source: '0x', why: 'asked for', remedy: undefined }, probe: undefined }
  }
  const probe = options.probe ?? (await probePerf())
  const { remedy } = probe
  if (!probe.usable) {
    return { route: { source: '0x', why: `no perf: ${probe.why}`, remedy }, probe }
  }
  const why = probe.kernel ? 'perf sees all of the server, the kernel included' : (probe.why ?? '')
  return { route: { source: 'perf', why, remedy }, probe }
}

/**
 * Runs `body` while the load is on. `steady` passes a promise on, and fails at once where the load
 * or the server ends before it.
 */
export async function underLoad<T>(
  server: RunningServer,
  load: Load,
  body: (steady: <V>(promise: Promise<V>) => Promise<V>) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const loading = load(server, stop.signal)
  const ended = server.ended.then((how) => {
    const said = crashGist(server.complaints())
    throw new LabError(`${server.name} ended while it was recorded: ${said ?? how}`, {
      means: 'the stage crashed, or something else ended it',
      next: `npm run serve -- ${server.name}, and look at what it says`,
    })
  })
  const early = Promise.race([
    loading.then(() => {
      throw new LabError(`the load on ${server.name} ended before the recording did`)
    }),
    ended,
  ])
  early.catch(() => {}) // it is looked at where `steady` waits
  try {
    return await body((promise) => Promise.race([promise, early]))
  } catch (failure) {
    // A profiler, or the load, may see a server go before its end is told; then that is the reason.
    await within(500, ended)
    throw failure
  } finally {
    stop.abort()
    await loading.catch(() => {})
  }
}

function crossCheck(
  tree: FrameTree,
  reduced: Shares,
  cpu: CpuTime | undefined,
  seesKernel: boolean,
): CrossCheck {
  const sampled = tree.samples * tree.unit.worth
  const accounted = cpu === undefined ? undefined : cpu.user + cpu.system
  const systemShare =
    cpu === undefined || accounted === undefined || accounted === 0
      ? undefined
      : cpu.system / accounted
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  if (systemShare === undefined || accounted === undefined) {
    const text = 'this machine does not account for the time of a thread: nothing to check against'
    return { kernelShare: undefined, systemShare, sampled, accounted, agrees: undefined, text }
  }
  if (!seesKernel) {
    const seen = Math.min(1, sampled / accounted)
    const text = `the samples stand for ${percent(seen)} of the accounted time; ${percent(systemShare)} of it is the kernel's`
    return { kernelShare: undefined, systemShare, sampled, accounted, agrees: undefined, text }
  }
  const kernelShare = reduced.kernel
  const agrees = Math.abs(kernelShare - systemShare) <= tolerance
  const text = `kernel: ${percent(kernelShare)} of the samples, ${percent(systemShare)} of the accounted time${agrees ? '' : ': they do not agree'}`
  return { kernelShare, systemShare, sampled, accounted, agrees, text }
}

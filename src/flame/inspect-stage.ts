/**
 * Captures that go over the inspector: a stage is started with one, put under load, warmed up, and
 * asked about a window of steady load. Nothing is left behind.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../run/lab-error.ts'
import { labRoot, type RunningServer, startStage } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import { type Load, underLoad } from './capture.ts'
import { type CpuProfile, cpuTree } from './cpu-profile.ts'
import { type CpuTime, mainThreadTime, spent } from './cpu-time.ts'
import { type HeapProfile, heapTree, noInliningFlags, samplingParameters } from './heap-profile.ts'
import { connectInspector, type Inspector, inspectFlags } from './inspector.ts'
import { type Shares, shares } from './roles.ts'
import type { FrameTree } from './tree.ts'

export interface InspectOptions {
  load: Load
  /** Requests that the load has served so far; without it nothing can be said of a request. */
  served?: () => number
  /** Length of the window; default 4. */
  seconds?: number
  /** Load before the window opens; default 2. */
  warmUpSeconds?: number
  serverArgs?: string[]
  /** Further options of Node. */
  nodeFlags?: readonly string[]
  onProgress?: (doing: string) => void
}

export interface InspectedWindow<T> {
  result: T
  windowSeconds: number
  /** Undefined where the load was not counted. */
  requests: number | undefined
  /** Time of the main thread in the window, as the operating system accounts for it. */
  cpu: CpuTime | undefined
}

/**
 * Starts a stage, warms it up, and calls `begin` and `end` at the two ends of a window of load.
 * @returns what `end` gave, and what the window was
 * @throws LabError where the stage, the load or the inspector fails; whatever the two throw
 */
export async function inspectStage<T>(
  stage: Pick<Stage, 'id'>,
  options: InspectOptions,
  begin: (inspector: Inspector) => Promise<unknown>,
  end: (inspector: Inspector) => Promise<T>,
): Promise<InspectedWindow<T>> {
  const { load, served, seconds = 4, warmUpSeconds = 2, serverArgs = [] } = options
  const { nodeFlags = [], onProgress = () => {} } = options
  let server: RunningServer | undefined
  let inspector: Inspector | undefined
  try {
    server = await startStage(stage, {
      nodeFlags: [...inspectFlags, ...nodeFlags],
      args: serverArgs,
    })
    const running = server
    const connected = await connectInspector(running)
    inspector = connected
    return await underLoad(running, load, async (steady) => {
      onProgress('warming up')
      await steady(delay(warmUpSeconds * 1000))
      onProgress('recording over the inspector')
      await steady(begin(connected))
      const began = performance.now()
      const cpuBefore = await mainThreadTime(running.pid)
      const servedBefore = served?.()
      await steady(delay(seconds * 1000))
      const cpu = spent(cpuBefore, await mainThreadTime(running.pid))
      const requests = served === undefined ? undefined : served() - servedBefore!
      const windowSeconds = (performance.now() - began) / 1000
      const result = await steady(end(connected))
      if (cpu !== undefined && cpu.user + cpu.system < windowSeconds * 1e6 * 0.02) {
        throw new LabError(`${stage.id} was idle while it was recorded`, {
          means: 'the load did not reach it',
        })
      }
      return { result, windowSeconds, requests, cpu }
    })
  } finally {
    await inspector?.close()
    await server?.stop()
  }
}

export interface InspectorCapture {
  stage: string
  tree: FrameTree
  shares: Shares
  cpu: CpuTime | undefined
}

export interface AllocationCapture extends InspectorCapture {
  check: AllocationCheck
}

/** The sampled bytes held against those that V8 counted, over the same window. */
export interface AllocationCheck {
  sampledBytes: number
  /** Undefined where V8 does not count: before Node 26. */
  countedBytes: number | undefined
  /** Undefined: there was nothing to compare. */
  agrees: boolean | undefined
}

/** Samples are random, and V8 counts whole pages where it hands them out. */
const TOLERANCE = 0.1

/** All bytes ever allocated on the JavaScript heap. */
const allocatedSoFar = `process.getBuiltinModule('node:v8').getHeapStatistics().total_allocated_bytes ?? null`

/**
 * Who allocates, in bytes, collected objects included.
 * @throws LabError, see `inspectStage`
 */
export async function captureAllocations(
  stage: Pick<Stage, 'id'>,
  options: InspectOptions,
): Promise<AllocationCapture> {
  let before: number | null = null
  const window = await inspectStage(
    stage,
    { ...options, nodeFlags: [...noInliningFlags, ...(options.nodeFlags ?? [])] },
    async (inspector) => {
      await inspector.send('HeapProfiler.startSampling', samplingParameters)
      before = (await inspector.evaluate(allocatedSoFar)) as number | null
    },
    async (inspector) => {
      const after = (await inspector.evaluate(allocatedSoFar)) as number | null
      const { profile } = (await inspector.send('HeapProfiler.stopSampling')) as {
        profile: HeapProfile
      }
      return { profile, after }
    },
  )
  const { windowSeconds } = window
  const { profile, after } = window.result
  const tree = heapTree(profile, { windowSeconds, checkout: labRoot })
  const sampledBytes = tree.root.total
  const countedBytes = before === null || after === null ? undefined : after - before
  const agrees =
    countedBytes === undefined
      ? undefined
      : Math.abs(sampledBytes - countedBytes) <= TOLERANCE * countedBytes
  return { ...asCapture(stage, tree, window), check: { sampledBytes, countedBytes, agrees } }
}

/**
 * Where the time goes, as `node --cpu-prof` sees it.
 * @throws LabError, see `inspectStage`
 */
export async function captureCpuProfile(
  stage: Pick<Stage, 'id'>,
  options: InspectOptions,
): Promise<InspectorCapture> {
  const window = await inspectStage(
    stage,
    options,
    async (inspector) => {
      await inspector.send('Profiler.enable')
      await inspector.send('Profiler.setSamplingInterval', { interval: 1000 })
      await inspector.send('Profiler.start')
    },
    async (inspector) => {
      const { profile } = (await inspector.send('Profiler.stop')) as { profile: CpuProfile }
      return profile
    },
  )
  return asCapture(stage, cpuTree(window.result, labRoot), window)
}

function asCapture(
  stage: Pick<Stage, 'id'>,
  tree: FrameTree,
  { requests, cpu }: InspectedWindow<unknown>,
): InspectorCapture {
  if (tree.root.total === 0) throw new LabError(`${stage.id}: the inspector took no samples`)
  if (requests !== undefined && requests > 0) tree.requests = requests
  return { stage: stage.id, tree, shares: shares(tree), cpu }
}

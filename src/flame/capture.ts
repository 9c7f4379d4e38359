/**
 * Profiles a program in a window of steady load, by each of the lab's own profilers, and compares the
 * result with the operating system's accounting. No file is left behind.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type MachineLoad, mergeLoads } from '../measure/machine-load.ts'
import { LabError } from '../run/lab-error.ts'
import type { Program } from '../run/program.ts'
import { makeScratch } from '../run/scratch.ts'
import { rolesOfStages as roles } from '../stages.ts'
import {
  type Accounting,
  type BesideCpu,
  beginAccounting,
  type CpuTime,
  endAccounting,
} from './accounting.ts'
import { percent } from './caption.ts'
import { type CaptureOptions, captureWindow, type Recorder, type Window } from './capture-window.ts'
import { type CrossCheck, crossCheck } from './cross-check.ts'
import { beginLoopDelays, endLoopDelays, type LoopDelays, mergeDelays } from './event-loop.ts'
import { type Inspector, inspectFlags } from './inspector.ts'
import { byLayers } from './layers.ts'
import { openInspector } from './open-inspector.ts'
import { type PerfProbe, probePerf, recordPerf } from './perf.ts'
import { type Names, perfTree } from './perf-tree.ts'
import { relativeTo } from './relative-to.ts'
import { type Shares, shares } from './roles.ts'
import { mergeRuns } from './runs.ts'
import { inSource, mapsOf, SourceMaps } from './source-maps.ts'
import type { FrameTree } from './tree.ts'
import { mainIsolateLog, v8LogFlags } from './v8-log-files.ts'
import {
  accountedCpuTree,
  type CpuProfile,
  cpuTree,
  type Files,
  type HeapProfile,
  heapTree,
  noInliningFlags,
  restateUnseen,
  samplingParameters,
} from './v8-profiles.ts'

/** The two ways to record where a program's time goes; perf falls back to the other if it is missing. */
export type Profiler = 'perf' | 'cpu-prof'

/** Records over the inspector: `begin` and `end` are called at the two ends of the window. */
function overInspector<T>(
  begin: (inspector: Inspector) => Promise<unknown>,
  end: (inspector: Inspector) => Promise<T>,
): Recorder<T> {
  return async (server, during) => {
    const { inspector, close } = await openInspector(server)
    try {
      await begin(inspector)
      await during()
      return await end(inspector)
    } finally {
      await close()
    }
  }
}

const byCpuProfiler = overInspector<CpuProfile>(
  async (inspector) => {
    await inspector.send('Profiler.enable')
    await inspector.send('Profiler.setSamplingInterval', { interval: 1000 })
    await inspector.send('Profiler.start')
  },
  async (inspector) => {
    const { profile } = (await inspector.send('Profiler.stop')) as { profile: CpuProfile }
    await inspector.send('Profiler.disable')
    return inSource(profile, await mapsOf(inspector, profile))
  },
)

const byInspector = (flags: readonly string[] = []) => ({
  nodeFlags: [...inspectFlags, ...flags],
  recording: 'recording over the inspector',
})

/** Where a program's files are, and what those of the stages do. */
function filesOf({ root }: Program): Files {
  return { place: relativeTo(root), roles }
}

/** What every capture returns. */
interface Captured {
  /** Its name. */
  program: string
  tree: FrameTree
  shares: Shares
  cpu: CpuTime | undefined
  /** How busy the machine was meanwhile; older results do not have it. */
  machineLoad?: MachineLoad
  /** How late the event loop was; of a program that is no stage, if its inspector could be asked. */
  delays?: LoopDelays
}

/** Where a program's time goes. */
export interface Capture extends Captured {
  /** Which way was taken and why; `remedy` is what would open the better one. */
  route: { source: Profiler; why: string; remedy: string | undefined }
  check: CrossCheck
}

/**
 * Captures where the time goes: by perf, or by V8's CPU profiler if perf cannot be used.
 * @param options.prefer insists on one way; `perf` falls back all the same
 * @param options.probe what `probePerf` found, if it was asked already: it takes half a second
 * @throws LabError as `captureWindow` does, and if the profiler fails
 */
export async function captureTime(
  program: Program,
  options: CaptureOptions & { prefer?: Profiler; probe?: PerfProbe },
): Promise<Capture> {
  options.onProgress?.('looking for a profiler')
  const { route, probe } = await chooseRoute(options)
  if (route.source === 'cpu-prof') {
    const loop = watchLoop(program)
    const window = await cpuProfileWindow(program, options, loop.during(byCpuProfiler))
    const { result, cpu, windowSeconds } = window
    const { coreShare } = window.machineLoad
    const tree =
      cpu === undefined
        ? cpuTree(result, filesOf(program))
        : accountedCpuTree(result, { cpu, windowSeconds, coreShare, ...filesOf(program) })
    const captured = { ...finish(program, tree, window), ...loop.delays() }
    return { ...captured, route, check: crossCheck(tree, captured.shares, cpu, false) }
  }
  const kernel = probe?.kernel ?? true
  const scratch = await makeScratch()
  try {
    const file = join(scratch.dir, 'perf.data')
    const record: Recorder<Names> = async (server, during) => {
      const { pid, attached } = server
      if (attached === undefined || attached.perfMap !== undefined) {
        await recordPerf({ pid, file, during })
        if (attached !== undefined) return 'perf map'
        return { logFile: await mainIsolateLog(scratch.dir, pid) }
      }
      const both = () => recordPerf({ pid, file, during })
      return { profile: await byCpuProfiler(server, async () => void (await both())) }
    }
    const loop = watchLoop(program)
    const window = await captureWindow(program, options, {
      nodeFlags: [...v8LogFlags(scratch.dir), ...loop.nodeFlags],
      recording: 'recording with perf',
      record: loop.during(record),
      recordWhole: async (server, during) => {
        const names = await record(server, during)
        return async () => names
      },
      showsEndless: true,
    })
    options.onProgress?.('reading the recording')
    const { cpu, windowSeconds } = window
    const cpuMicroseconds = cpu === undefined ? undefined : cpu.user + cpu.system
    const read = {
      file,
      names: window.result,
      windowSeconds,
      kernel,
      cpuMicroseconds,
      ...filesOf(program),
    }
    const tree = await perfTree(read)
    const captured = { ...finish(program, tree, window), ...loop.delays() }
    return { ...captured, route, check: crossCheck(tree, captured.shares, cpu, kernel) }
  } finally {
    await scratch.remove()
  }
}

/**
 * Watches the event loop of a program that is no stage while it is recorded. A process that was
 * attached to is left alone, and a program that keeps its inspector to itself is recorded without.
 */
function watchLoop({ grouping }: Program) {
  let delays: LoopDelays | undefined
  return {
    nodeFlags: grouping === 'layers' ? inspectFlags : [],
    during<T>(record: Recorder<T>): Recorder<T> {
      if (grouping !== 'layers') return record
      return async (server, during) => {
        if (server.attached !== undefined) return await record(server, during)
        const { inspector, close } = await openInspector(server).catch(() => noInspector)
        try {
          if (inspector !== undefined) await beginLoopDelays(inspector)
          const result = await record(server, during)
          if (inspector !== undefined)
            delays = await endLoopDelays(inspector).catch(() => undefined)
          return result
        } finally {
          await close()
        }
      }
    },
    delays: () => (delays === undefined ? {} : { delays }),
  }
}

const noInspector = { inspector: undefined, close: async () => {} }

async function chooseRoute(options: {
  prefer?: Profiler
  probe?: PerfProbe
}): Promise<{ route: Capture['route']; probe: PerfProbe | undefined }> {
  if (options.prefer === 'cpu-prof') {
    const route = { source: 'cpu-prof', why: 'asked for', remedy: undefined } as const
    return { route, probe: undefined }
  }
  const probe = options.probe ?? (await probePerf())
  const { remedy } = probe
  if (!probe.usable) {
    return { route: { source: 'cpu-prof', why: `no perf: ${probe.why}`, remedy }, probe }
  }
  const why = probe.kernel ? 'perf sees all of the server, the kernel included' : (probe.why ?? '')
  return { route: { source: 'perf', why, remedy }, probe }
}

/** Several runs of one program as one capture; the accounting is compared with all of them. */
export function mergeCaptures(captures: readonly Capture[]): Capture {
  const [first, ...others] = captures as [Capture, ...Capture[]]
  if (others.length === 0) return first
  const sum = (part: keyof CpuTime) =>
    captures.reduce((all, { cpu }) => all + (cpu?.[part] ?? 0), 0)
  const known = captures.every(({ cpu }) => cpu !== undefined)
  const cpu = known ? { user: sum('user'), system: sum('system') } : undefined
  const merged = mergeRuns(captures.map((capture) => capture.tree))
  const byAccounting = first.route.source === 'cpu-prof' && cpu !== undefined
  const tree = byAccounting ? restateUnseen(merged, cpu) : merged
  const reduced = shares(tree)
  const seesKernel = first.check.kernelShare !== undefined
  const check = crossCheck(tree, reduced, cpu, seesKernel)
  const delays = mergeDelays(captures.flatMap((capture) => capture.delays ?? []))
  return {
    ...{ ...first, tree, shares: reduced, cpu, check, ...loadOf(captures) },
    ...(delays === undefined ? {} : { delays }),
  }
}

function loadOf(captures: readonly Captured[]): Pick<Captured, 'machineLoad'> {
  const loads = captures.flatMap(({ machineLoad }) => machineLoad ?? [])
  return loads.length === 0 ? {} : { machineLoad: mergeLoads(loads) }
}

async function cpuProfileWindow(
  program: Program,
  options: CaptureOptions,
  record = byCpuProfiler,
): Promise<Window<CpuProfile>> {
  const scratch = await makeScratch()
  // A script ends while the inspector would still be asked: then V8 writes the profile by itself.
  const toFile = ['--cpu-prof', `--cpu-prof-dir=${scratch.dir}`, '--cpu-prof-interval=1000']
  try {
    return await captureWindow(program, options, {
      ...byInspector(options.load === undefined ? toFile : []),
      record,
      recordWhole: async ({ pid }, during) => {
        await during()
        return () => writtenProfile(scratch.dir, pid)
      },
    })
  } finally {
    await scratch.remove()
  }
}

/** The CPU profile that V8 wrote of the main thread of a process at its end. */
async function writtenProfile(directory: string, pid: number): Promise<CpuProfile> {
  const file = (await readdir(directory)).find((name) => name.includes(`.${pid}.0.`))
  if (file === undefined)
    throw new LabError('V8 wrote no profile: the program did not end in order')
  const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile
  return inSource(profile, new SourceMaps())
}

/**
 * Captures where the time goes as `node --cpu-prof` shows it: what it cannot see is called idle.
 * @throws LabError as `captureWindow` does
 */
export async function captureCpuProfile(
  program: Program,
  options: CaptureOptions,
): Promise<Captured> {
  const window = await cpuProfileWindow(program, options)
  return finish(program, cpuTree(window.result, filesOf(program)), window)
}

/** Who allocates in a program. */
export interface AllocationCapture extends Captured {
  check: AllocationCheck
}

/** The sampled bytes compared with those that V8 counted, over the same window. */
export interface AllocationCheck {
  sampledBytes: number
  /** Undefined if V8 does not count, as before Node 26. */
  countedBytes: number | undefined
  /** Undefined: there was nothing to compare. */
  agrees: boolean | undefined
}

/** Samples are random, and V8 counts whole pages when it hands them out. */
const ALLOCATION_TOLERANCE = 0.1

/** All bytes ever allocated on the JavaScript heap. */
const allocatedSoFar = `process.getBuiltinModule('node:v8').getHeapStatistics().total_allocated_bytes ?? null`

/**
 * Captures who allocates, in bytes, collected objects included.
 * @throws LabError as `captureWindow` does
 */
export async function captureAllocations(
  program: Program,
  options: CaptureOptions,
): Promise<AllocationCapture> {
  let before: number | null = null
  const window = await captureWindow(program, options, {
    ...byInspector(noInliningFlags),
    record: overInspector(
      async (inspector) => {
        await inspector.send('HeapProfiler.startSampling', samplingParameters)
        before = (await inspector.evaluate(allocatedSoFar)) as number | null
      },
      async (inspector) => {
        const after = (await inspector.evaluate(allocatedSoFar)) as number | null
        const stopped = await inspector.send('HeapProfiler.stopSampling')
        const { profile } = stopped as { profile: HeapProfile }
        return { profile: inSource(profile, await mapsOf(inspector, profile)), after }
      },
    ),
  })
  const { windowSeconds, result } = window
  const tree = heapTree(result.profile, {
    windowSeconds,
    inlined: window.attached !== undefined,
    ...filesOf(program),
  })
  const countedBytes = before === null || result.after === null ? undefined : result.after - before
  return { ...finish(program, tree, window), check: checkAllocations(tree, countedBytes) }
}

/** Several runs of one program as one capture of allocations. */
export function mergeAllocations(captures: readonly AllocationCapture[]): AllocationCapture {
  const [first, ...others] = captures as [AllocationCapture, ...AllocationCapture[]]
  if (others.length === 0) return first
  const tree = mergeRuns(captures.map((capture) => capture.tree))
  const counted = captures.map(({ check }) => check.countedBytes)
  const countedBytes = counted.reduce<number | undefined>(
    (all, bytes) => (all === undefined || bytes === undefined ? undefined : all + bytes),
    0,
  )
  const check = checkAllocations(tree, countedBytes)
  return { ...first, tree, shares: shares(tree), check, ...loadOf(captures) }
}

function checkAllocations(
  { root }: Pick<FrameTree, 'root'>,
  countedBytes: number | undefined,
): AllocationCheck {
  const sampledBytes = root.total
  const agrees =
    countedBytes === undefined
      ? undefined
      : Math.abs(sampledBytes - countedBytes) <= ALLOCATION_TOLERANCE * countedBytes
  return { sampledBytes, countedBytes, agrees }
}

/**
 * Counts a window without sampling it; see `accounting.ts`.
 * @throws LabError as `captureWindow` does
 */
export function captureAccounting(
  program: Program,
  options: CaptureOptions,
): Promise<Window<Accounting>> {
  return captureWindow(program, options, {
    ...byInspector(),
    record: overInspector(beginAccounting, endAccounting),
  })
}

function finish(
  program: Program,
  tree: FrameTree,
  { requests, cpu, shortOf, machineLoad, attached, beside }: Window<unknown>,
): Captured {
  if (tree.root.total === 0) throw new LabError(`${program.name}: ${tree.source} took no samples`)
  if (requests !== undefined && requests > 0) tree.requests = requests
  tree.blind.push(...(attached?.unseen ?? []), ...besideSentences(beside, cpu))
  if (shortOf !== undefined) {
    tree.blind.push(
      `how the server runs when it is warm: the warm-up served ${Math.round(shortOf)} requests only`,
    )
  }
  const known = { program: program.name, shares: shares(tree), cpu, machineLoad }
  return { ...known, tree: program.grouping === 'layers' ? byLayers(tree) : tree }
}

/** What a thread or a process must have taken to be worth a sentence, as a share of all. */
const WORTH_A_SENTENCE = 0.05

/** What ran beside the main thread and was not sampled, if that was much. */
function besideSentences(beside: BesideCpu | undefined, cpu: CpuTime | undefined): string[] {
  if (beside === undefined || cpu === undefined) return []
  const { workers, otherThreads, children } = beside
  const all = cpu.user + cpu.system + workers + otherThreads + children
  const said = (micros: number, what: string) =>
    micros < all * WORTH_A_SENTENCE
      ? []
      : [`${what}: ${(micros / 1e6).toFixed(2)} s of CPU time, ${percent(micros / all)} of all`]
  return [
    ...said(workers, 'worker threads'),
    ...said(
      otherThreads,
      'other threads, as libuv’s pool, V8’s helpers and, before Node 24, workers',
    ),
    ...said(children, 'child processes'),
  ]
}

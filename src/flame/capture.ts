/**
 * Profiles where the time of a program goes, in a window of steady load, and compares the result with
 * the operating system's accounting. No file is left behind.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../run/lab-error.ts'
import type { Program } from '../run/program.ts'
import { makeScratch } from '../run/scratch.ts'
import { type Accounting, beginAccounting, type CpuTime, endAccounting } from './accounting.ts'
import { type CaptureOptions, captureWindow, type Recorder, type Window } from './capture-window.ts'
import { type Captured, filesOf, finishCapture, machineLoadOf } from './captured.ts'
import { type CrossCheck, crossCheck } from './cross-check.ts'
import { beginLoopDelays, endLoopDelays, type LoopDelays, mergeDelays } from './event-loop.ts'
import { inspectFlags } from './inspector.ts'
import { openInspector } from './open-inspector.ts'
import { byInspector, overInspector } from './over-inspector.ts'
import { type PerfProbe, probePerf, recordPerf } from './perf.ts'
import { type Names, perfTree } from './perf-tree.ts'
import { shares } from './roles.ts'
import { mergeRuns } from './runs.ts'
import { inSource, mapsOf, SourceMaps } from './source-maps.ts'
import { mainIsolateLog, v8LogFlags } from './v8-log-files.ts'
import { accountedCpuTree, type CpuProfile, cpuTree, restateUnseen } from './v8-profiles.ts'

/** The two ways to record where a program's time goes; perf falls back to the other if it is missing. */
export type Profiler = 'perf' | 'cpu-prof'

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
    const captured = { ...finishCapture(program, tree, window), ...loop.delays() }
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
    const captured = { ...finishCapture(program, tree, window), ...loop.delays() }
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
    ...{
      ...first,
      tree,
      shares: reduced,
      cpu,
      beside: undefined,
      check,
      ...machineLoadOf(captures),
    },
    ...(delays === undefined ? {} : { delays }),
  }
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
  return finishCapture(program, cpuTree(window.result, filesOf(program)), window)
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

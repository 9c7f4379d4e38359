/** Profiles a stage under the load that it was, or will be, measured with; in a run of its own. */
import { type Capture, captureStage, type Load } from '../flame/capture.ts'
import {
  type AllocationCapture,
  captureAllocations,
  captureCpuProfile,
  type InspectOptions,
  type InspectorCapture,
} from '../flame/inspect-stage.ts'
import type { PerfProbe } from '../flame/perf-probe.ts'
import { startLoad, type TestName, type Workload } from '../load/control.ts'
import type { Stage } from '../stages.ts'
import { countServed, type Served } from './served.ts'

export interface ProfileOptions {
  workload: Workload
  tests: readonly TestName[]
  /** Length of the recorded window, in seconds. */
  seconds: number
  warmUpSeconds: number
  /** Insists on one profiler; undefined: the best that this machine allows. */
  prefer?: 'perf' | '0x' | undefined
  /** By 0x: as 0x alone would show it, to be compared. */
  asSampled?: boolean
  probe?: PerfProbe | undefined
}

/** Length of one run of a test before the next one's turn, in seconds. */
const TURN = 0.5

/**
 * Captures a profile with the tests taking turns, so that all of them are in the window.
 * @throws LabError where the server, the load or the profiler fails
 */
export async function profileStage(
  stage: Stage,
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<Capture> {
  const { workload, tests, seconds, warmUpSeconds, prefer, asSampled, probe } = options
  const served = countServed()
  return await captureStage(stage, {
    load: turns(workload, tests, served),
    served: served.now,
    seconds,
    warmUpSeconds,
    ...(prefer === undefined ? {} : { prefer }),
    ...(asSampled === undefined ? {} : { asSampled }),
    ...(probe === undefined ? {} : { probe }),
    onProgress: (text) => onStep(`${stage.id}: ${text}`),
  })
}

/**
 * Captures who allocates, under the same load.
 * @throws LabError where the server, the load or the inspector fails
 */
export async function allocationsOf(
  stage: Stage,
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<AllocationCapture> {
  return await captureAllocations(stage, inspectOptions(stage, options, onStep))
}

/**
 * Captures where the time goes as `--cpu-prof` sees it, under the same load.
 * @throws LabError where the server, the load or the inspector fails
 */
export async function cpuProfileOf(
  stage: Stage,
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<InspectorCapture> {
  return await captureCpuProfile(stage, inspectOptions(stage, options, onStep))
}

/** The load of a profile, counted, for what goes over the inspector. */
export function inspectOptions(
  stage: Stage,
  { workload, tests, seconds, warmUpSeconds }: ProfileOptions,
  onStep: (text: string) => void,
): InspectOptions {
  const served = countServed()
  return {
    load: turns(workload, tests, served),
    served: served.now,
    seconds,
    warmUpSeconds,
    onProgress: (text) => onStep(`${stage.id}: ${text}`),
  }
}

/** A load for a capture: each test's turn after the other, until it is told to end. */
export function turns(workload: Workload, tests: readonly TestName[], served: Served): Load {
  return async (server, signal) => {
    const load = await startLoad(server, workload)
    // Runs are cut short by stopping the load: what is under way then rejects, and that is all right.
    signal.addEventListener('abort', () => void load.stop())
    try {
      await load.fill()
      while (!signal.aborted) {
        for (const test of tests) {
          if (signal.aborted) break
          served.started()
          await load.run({ test, seconds: TURN }, served.progress, served.finished)
        }
      }
    } catch (failure) {
      if (!signal.aborted) throw failure
    } finally {
      await load.stop()
    }
  }
}

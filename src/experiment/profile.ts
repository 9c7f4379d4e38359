/** Profiles a program under the load that it was, or will be, measured with; in a run of its own. */
import { type Capture, captureTime, mergeCaptures, type Profiler } from '../flame/capture.ts'
import type { CaptureOptions, CountedLoad, Load } from '../flame/capture-window.ts'
import { type PerfProbe, probePerf } from '../flame/perf.ts'
import { type Progress, startLoad, type TestName, type Workload } from '../load/control.ts'
import { workloadText } from '../load/workload.ts'
import type { Program } from '../run/program.ts'
import { countServed, type Served } from './served.ts'

/** What loads a program while it is recorded. */
export interface LoadPlan {
  /** For captions: `SET and GET; 50 clients, 3-byte payload, no pipelining`. */
  text: string
  /** The load of one recording: what it counts begins at zero. */
  make(): CountedLoad
}

export interface ProfileOptions {
  load: LoadPlan
  /** Length of the recorded window, in seconds. */
  seconds: number
  warmUpSeconds: number
  /** Insists on one profiler; undefined: the best that this machine allows. */
  prefer?: Profiler | undefined
  probe?: PerfProbe | undefined
  /** How often it is recorded, each time in a new process and for its part of the window; default 1. */
  runs?: number | undefined
}

/** Length of one run of a test before the turn of the next, in seconds. */
export const TURN = 0.5

/**
 * Captures a profile with the tests taking turns, so that all of them are in the window.
 * @throws LabError if the server, the load or the profiler fails
 */
export async function profileProgram(
  program: Program,
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<Capture> {
  const { prefer, runs = 1 } = options
  const probe =
    options.probe ?? (prefer === 'cpu-prof' || runs === 1 ? undefined : await probePerf())
  const captures: Capture[] = []
  for (let run = 1; run <= runs; run++) {
    const step = (text: string) => onStep(runs === 1 ? text : `${text} (${run} of ${runs})`)
    const part = { ...options, seconds: options.seconds / runs }
    const capture = await captureTime(program, {
      ...underLoadOf(program, part, step),
      ...(prefer === undefined ? {} : { prefer }),
      ...(probe === undefined ? {} : { probe }),
    })
    captures.push(capture)
  }
  return mergeCaptures(captures)
}

/** Options for any capture of a program: the load, and how many requests it has served. */
export function underLoadOf(
  program: Program,
  { load, seconds, warmUpSeconds }: ProfileOptions,
  onStep: (text: string) => void,
): CaptureOptions {
  const onProgress = (text: string) => onStep(`${program.name}: ${text}`)
  return { ...load.make(), seconds, warmUpSeconds, onProgress }
}

/** The lab's own load on a server that speaks Redis' protocol. */
export function respLoad(workload: Workload, tests: readonly TestName[]): LoadPlan {
  return {
    text: `${tests.map((test) => test.toUpperCase()).join(' and ')}; ${workloadText(workload)}`,
    make: () => {
      const served = countServed()
      return { load: turns(workload, tests, served), served: served.now }
    },
  }
}

/** A load for a capture: each test's turn after the other, until it is aborted. */
function turns(workload: Workload, tests: readonly TestName[], served: Served): Load {
  return async (server, signal, underWay) => {
    const load = await startLoad(server, workload)
    // Runs are cut short by stopping the load: what is under way then rejects, and that is all right.
    signal.addEventListener('abort', () => void load.stop())
    try {
      await load.fill()
      while (!signal.aborted) {
        for (const test of tests) {
          if (signal.aborted) break
          served.started()
          const onProgress = (progress: Progress) => {
            served.progress(progress)
            if (progress.done > 0) underWay()
          }
          await load.run({ test, seconds: TURN }, onProgress, served.finished)
        }
      }
    } catch (failure) {
      if (!signal.aborted) throw failure
    } finally {
      await load.stop()
    }
  }
}

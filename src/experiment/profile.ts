/** Profiles a program under the load that it was, or will be, measured with; in a separate run. */
import { type Capture, captureTime, mergeCaptures, type Profiler } from '../flame/capture.ts'
import type { CaptureOptions } from '../flame/capture-window.ts'
import { type PerfProbe, probePerf } from '../flame/perf.ts'
import type { Program } from '../run/program.ts'
import type { LoadPlan } from './loads.ts'

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
  /** The program and its load as they were typed, for the next command: `server.ts --http URL`. */
  words?: string | undefined
}

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

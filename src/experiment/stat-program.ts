/** Counts what a program does in a window, under any load or none: of a process that runs already too. */
import { captureWindow } from '../flame/capture-window.ts'
import type { Counted } from '../measure/counted.ts'
import { countBetween, type Readings } from '../measure/counters.ts'
import type { MachineLoad } from '../measure/machine-load.ts'
import type { PerfStat } from '../measure/perf-stat.ts'
import { readCounters, type Snapshot } from '../measure/process-counters.ts'
import type { Program } from '../run/program.ts'
import { type ProfileOptions, underLoadOf } from './profile.ts'
import { withPerf } from './stat.ts'

export interface ProgramStat {
  windowSeconds: number
  /** Undefined: the load does not count them. */
  requests: number | undefined
  /** What perf counted; missing with the reason if it cannot be used at all. */
  perf: Counted<PerfStat>
  /** As the operating system counts it: per request, or per second if requests are not counted. */
  counters: Readings
  load: MachineLoad
}

/** @throws LabError as `captureWindow` does */
export async function countProgram(
  program: Program,
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<ProgramStat> {
  const window = await captureWindow(program, underLoadOf(program, options, onStep), {
    nodeFlags: [],
    recording: 'counting',
    record: async ({ pid }, during) => {
      let [before, after] = [readCounters(pid), readCounters(pid)]
      const counted = async () => {
        before = readCounters(pid)
        await during()
        after = readCounters(pid)
      }
      const { perf } = await withPerf(pid, counted)
      return { perf, before, after }
    },
  })
  const { windowSeconds, requests, result, machineLoad } = window
  const each = requests ?? windowSeconds
  const counters = between(result.before, result.after, each)
  return { windowSeconds, requests, perf: result.perf, counters, load: machineLoad }
}

const between = (before: Snapshot, after: Snapshot, each: number) =>
  countBetween('process', before, after, each)

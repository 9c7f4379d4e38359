/** Whether other programs used the machine, and the lab's one wording for it. No Node. */
import { valueOrUndefined } from './counted.ts'
import { type Readings, reading } from './counters.ts'
import { percent } from './format.ts'

export interface MachineLoad {
  /** Load average of the minute before it began. */
  before: number
  /** The same when it was over; the lab's own processes are in it. */
  after: number
  /**
   * Of the time that the target's threads were ready to run, the share in which they had a core, 0
   * to 1; null when the system does not say.
   */
  coreShare: number | null
}

/** Below this share of a core the figures are those of a busy machine. */
const leastShare = 0.9

/** @param cores that the lab may use; decides when the share of a core is not known */
export function wasBusy({ before, coreShare }: MachineLoad, cores: number): boolean {
  return coreShare === null ? before >= cores / 2 : coreShare < leastShare
}

/** A warning, as a sentence; undefined when the machine was quiet. */
export function busyText(load: MachineLoad, cores: number): string | undefined {
  if (!wasBusy(load, cores)) return undefined
  const { before, after, coreShare } = load
  const share =
    coreShare === null
      ? ''
      : `; the target had a core for ${percent(coreShare)} of the time in which it wanted one`
  return `The machine was busy: load average ${before.toFixed(1)} before, ${after.toFixed(1)} after${share}. The figures may be off: you may run it again on a quiet machine.`
}

/** The share of a core that targets could get in their runs; null when it is not known. */
export function coreShareOf(
  runs: readonly { server: Readings; summary: { requests: number } }[],
): number | null {
  let [had, wanted] = [0, 0]
  for (const { server, summary } of runs) {
    const cpu = valueOrUndefined(reading(server, 'cpu'))
    const wait = valueOrUndefined(reading(server, 'coreWait'))
    if (cpu === undefined || wait === undefined) return null
    had += cpu * summary.requests
    wanted += (cpu + wait) * summary.requests
  }
  return wanted === 0 ? null : had / wanted
}

/** Several spans of time, one after the other, as one; with the least share of a core in them. */
export function mergeLoads(loads: readonly MachineLoad[]): MachineLoad {
  const shares = loads.flatMap(({ coreShare }) => coreShare ?? [])
  return {
    before: loads[0]!.before,
    after: loads.at(-1)!.after,
    coreShare: shares.length === 0 ? null : Math.min(...shares),
  }
}

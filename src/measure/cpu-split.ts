/** CPU time of a process and its parts: user mode and kernel. No Node: the page uses it too. */
import type { Counted } from './counted.ts'

export interface CpuTime {
  /**
   * µs on a CPU. If `exact`, from the scheduler's own clock, which counts nanoseconds and is
   * exact once the process sleeps (while it runs, up to one tick behind, 1 to 10 ms); threads that
   * have ended are left out. Else the sum of the two below, in their steps.
   */
  totalMicros: number
  exact: boolean
  /** µs in user mode, in steps of the clock tick: 10 ms on Linux and macOS. */
  userMicros: number
  /** µs in the kernel, in the same steps. */
  systemMicros: number
}

/** The kernel shows all times to programs in 1/100 s (USER_HZ), whatever its own tick is. */
export const microsPerTick = 10_000

/** CPU time between two snapshots, µs. */
export interface CpuSplit {
  total: number
  user: Counted<number>
  kernel: Counted<number>
}

/** With fewer ticks of 10 ms than this, the shares of user mode and kernel are mostly chance. */
const leastTicks = 20

/**
 * CPU time between two readings, µs: the exact total, split as the ticks are. With fewer than 20
 * ticks (200 ms of CPU) the split is missing.
 *
 * When a thread has ended in between and taken its exact time with it, the ticks, which keep it, are
 * the better total: they then exceed it by more than they can be off.
 */
export function splitCpu(before: CpuTime, after: CpuTime): CpuSplit {
  const ticks = ticksBetween(before, after)
  const inTicks = (ticks.user + ticks.kernel) * microsPerTick
  const exact = after.totalMicros - before.totalMicros
  const total = inTicks > exact + 4 * microsPerTick ? inTicks : exact
  return { total, ...splitByTicks(total, ticks) }
}

/** How often the kernel's clock found the process in user mode and in the kernel. */
export interface Ticks {
  user: number
  kernel: number
}

export function ticksBetween(before: CpuTime, after: CpuTime): Ticks {
  return {
    user: (after.userMicros - before.userMicros) / microsPerTick,
    kernel: (after.systemMicros - before.systemMicros) / microsPerTick,
  }
}

/** A total in the proportions of the ticks; the parts add up to it. */
export function splitByTicks(total: number, { user, kernel }: Ticks): Omit<CpuSplit, 'total'> {
  if (user + kernel < leastTicks) {
    const missing = `the CPU time was too short to split: fewer than ${leastTicks} ticks of 10 ms`
    return { user: { missing }, kernel: { missing } }
  }
  const inKernel = (total * kernel) / (user + kernel)
  return { user: { value: total - inKernel }, kernel: { value: inKernel } }
}

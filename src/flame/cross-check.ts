/** A profile compared with what the operating system accounts for in the same window. */
import type { CpuTime } from './accounting.ts'
import { percent } from './caption.ts'
import type { Shares } from './roles.ts'
import type { FrameTree } from './tree.ts'

/** Shares from 0 to 1, times in microseconds. */
export interface CrossCheck {
  /** Of the samples, in the kernel; undefined if the profiler cannot see the kernel. */
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

/** The kernel accounts in steps of 10 ms; both samples and steps fall at random. */
const STEP = 10_000

/** Differences of so many standard errors arise by chance in one window of 370. */
const STANDARD_ERRORS = 3

/**
 * Compares two figures that both sides have: the kernel's share, and the time in all, which shows
 * whether samples were lost.
 * @param seesKernel whether the profiler samples time in the kernel
 */
export function crossCheck(
  tree: Pick<FrameTree, 'samples' | 'unit'>,
  { kernel: kernelShare }: Pick<Shares, 'kernel'>,
  cpu: CpuTime | undefined,
  seesKernel: boolean,
): CrossCheck {
  const sampled = tree.samples * tree.unit.worth
  const accounted = cpu === undefined ? undefined : cpu.user + cpu.system
  const both = { kernelShare: undefined, sampled, accounted, agrees: undefined }
  if (cpu === undefined || accounted === undefined || accounted === 0) {
    const text = 'this machine does not account for the time of a thread: nothing to check against'
    return { ...both, systemShare: undefined, text }
  }
  const systemShare = cpu.system / accounted
  if (!seesKernel) {
    const seen = Math.min(1, sampled / accounted)
    const text = `the samples stand for ${percent(seen)} of the accounted time; ${percent(systemShare)} of it is the kernel's`
    return { ...both, systemShare, text }
  }
  const steps = accounted / STEP
  // One share from both, so that a side that saw nothing of the kernel has an error too.
  const pooled =
    (kernelShare * tree.samples + systemShare * steps) / Math.max(1, tree.samples + steps)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / Math.max(1, tree.samples) + 1 / steps))
  const sameShare = Math.abs(kernelShare - systemShare) <= STANDARD_ERRORS * error
  // Two readings of two counters, each good to a step; and the samples themselves.
  const totalError = Math.hypot(Math.sqrt(tree.samples) * tree.unit.worth, 2 * STEP)
  const sameTotal = Math.abs(sampled - accounted) <= STANDARD_ERRORS * totalError
  const shareText = `kernel: ${percent(kernelShare)} of the samples, ${percent(systemShare)} of the accounted time${sameShare ? '' : ': they do not agree'}`
  const totalText = sameTotal
    ? ''
    : `; the samples stand for ${seconds(sampled)} of ${seconds(accounted)}: ${sampled < accounted ? 'perf lost some' : 'they do not agree'}`
  const agrees = sameShare && sameTotal
  return { ...both, kernelShare, systemShare, agrees, text: shareText + totalText }
}

function seconds(micros: number): string {
  return `${(micros / 1e6).toFixed(2)} s`
}

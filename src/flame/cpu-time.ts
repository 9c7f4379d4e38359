/**
 * Processor time of a server as the operating system accounts for it, to hold a profile against.
 */
import { readFile } from 'node:fs/promises'

export interface CpuTime {
  /** Microseconds outside the kernel. */
  user: number
  /** Microseconds inside the kernel. */
  system: number
}

/** The kernel's clock tick for `/proc`: 10 ms on every Linux that Node runs on (`getconf CLK_TCK`). */
const tickMicroseconds = 10_000

/**
 * Time of the main thread since it began, to the nearest 10 ms. The main thread alone, because that
 * is what is profiled. Undefined where there is no `/proc` or no such process any more.
 */
export async function mainThreadTime(pid: number): Promise<CpuTime | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The second field, the name, may hold blanks and brackets: count from the last bracket on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    user: Number(fields[11]) * tickMicroseconds,
    system: Number(fields[12]) * tickMicroseconds,
  }
}

/** What was spent between two readings; undefined where either is. */
export function spent(
  before: CpuTime | undefined,
  after: CpuTime | undefined,
): CpuTime | undefined {
  if (before === undefined || after === undefined) return undefined
  return { user: after.user - before.user, system: after.system - before.system }
}

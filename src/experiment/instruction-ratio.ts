/** What was counted under callgrind, and what follows from it. No Node: the page works with it too. */
import type { TestName } from '../load/workload.ts'

/** Instructions of a target under one workload and test. */
export interface InstructionRun {
  target: string
  /** Index into the plan's workloads. */
  workload: number
  test: TestName
  /** Requests of each window. */
  requests: number
  /** Per request, in user mode of the main thread: for each start of the program, its windows. */
  starts: number[][]
  /** Per request, of caches that callgrind simulates; the least of the windows. */
  misses?: { d1: number; lastLevel: number }
}

/**
 * The instructions that a request needs: the least of all windows. A collection of garbage or a
 * function that V8 optimizes in a window only adds to it.
 */
export function leastInstructions({ starts }: Pick<InstructionRun, 'starts'>): number {
  return Math.min(...starts.flat())
}

/** Two programs of the same code differ by up to 1 % between starts: V8 inlines differently. */
const FLOOR = 0.015

export interface InstructionRatio {
  ratio: number
  /** A difference below this share of 1 is no more than that between two starts. */
  floor: number
  verdict: 'more' | 'fewer' | 'inconclusive'
}

/** Compares two targets by their least figures, and with how far the starts of each lie apart. */
export function compareInstructions(
  own: Pick<InstructionRun, 'starts'>,
  base: Pick<InstructionRun, 'starts'>,
): InstructionRatio {
  const ratio = leastInstructions(own) / leastInstructions(base)
  const floor = Math.max(FLOOR, spread(own), spread(base))
  const far = ratio > 1 + floor || ratio < 1 / (1 + floor)
  return { ratio, floor, verdict: !far ? 'inconclusive' : ratio > 1 ? 'more' : 'fewer' }
}

/** How far the second least start lies above the least: one bad start is left out. */
function spread({ starts }: Pick<InstructionRun, 'starts'>): number {
  const [least, second] = starts.map((windows) => Math.min(...windows)).sort((a, b) => a - b)
  return second === undefined ? 0 : second / least! - 1
}

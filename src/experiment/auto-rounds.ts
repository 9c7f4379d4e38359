/** `--rounds auto`: rounds until the intervals are narrow enough, or a limit is reached. */
import type { Judged, RoundsPlan, Run } from './comparison.ts'
import { cpuRatio, rateRatio, runsOf } from './tabulate.ts'

/** The most rounds, and the fewest: below nine the interval is that of all ratios. */
export const autoRounds = { most: 31, fewest: 9 }

/** An interval from 0.98 to 1.02 of its ratio is narrow. */
const narrow = 0.04

/** Why the rounds ended; for the document and the screen. */
export type RoundsEnd = 'narrow' | 'limit'

/** That in words, below a number of rounds. */
export function roundsEndText(end: RoundsEnd): string {
  return end === 'narrow'
    ? 'as many as it took for every interval to be narrow enough (±2 %), or far from 1'
    : `the most there are: not every interval is narrow enough (±2 %)`
}

/**
 * Whether the intervals are narrow enough. By their width and not by their verdict: to stop as soon
 * as a difference shows would find differences that are not there. Far from 1, by twice the width, an
 * interval may be wide.
 * @param baseline the target that the others are compared with
 */
export function isEnough(
  { targets, workloads, tests }: RoundsPlan,
  baseline: string,
  runs: readonly Run[],
): boolean {
  const rounds = Math.max(...runs.map(({ round }) => round))
  if (rounds < autoRounds.fewest) return false
  const unknown = { missing: 'not wanted' }
  return workloads.every((_, workload) =>
    tests.every((test) => {
      const base = runsOf(runs, baseline, workload, test)
      return targets
        .filter(({ name }) => name !== baseline)
        .every(({ name }) => {
          const own = runsOf(runs, name, workload, test)
          const cpu = cpuRatio(own, base, unknown)
          return isNarrow('value' in cpu ? cpu.value : rateRatio(own, base, unknown))
        })
    }),
  )
}

function isNarrow({ ratio, low, high }: Judged): boolean {
  if (low === null || high === null) return false
  const width = Math.log(high / low)
  return width <= narrow || Math.abs(Math.log(ratio)) > 2 * width
}

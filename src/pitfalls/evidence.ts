/**
 * The answer of a wrong benchmark beside that of the right one, and whether the noise explains the
 * difference. Figures only: nothing is run here.
 */
import { median, noiseFloor, type Ratio, ratioOfRounds } from '../measure/statistics.ts'

/** What the two answers count. */
export type Unit = 'requests/s' | 'µs of CPU per request' | 'times as fast'

export interface Comparison {
  unit: Unit
  wrong: number
  /** Null if the right way gives no figure, and says why in `refusal`. */
  right: number | null
  /** 95 % of right runs are in this range; null if there are too few of them. */
  noise: { low: number; high: number } | null
  refusal?: string
  /** The error of the wrong answer as a share of the right one: -0.4 is 40 % too low. */
  size: number
  /** Whether the wrong answer is outside the noise. If not, the comparison is inconclusive. */
  visible: boolean
}

export interface Evidence extends Comparison {
  /** Why it came out so, by the figures of this run. */
  why: string
  /** Further figures, a sentence each. */
  details: string[]
}

/**
 * Compares single runs that were done wrong with runs that were done right. The wrong answer is the
 * run with the median distance from the right answer: the worst of many would exaggerate.
 * @param wrong figures of runs done wrong, above 0
 * @param right figures of runs done right, above 0; fewer than 6 have no noise
 */
export function singleRuns(
  unit: Unit,
  wrong: readonly number[],
  right: readonly number[],
): Comparison {
  const truth = median(right)
  const distance = (figure: number) => Math.abs(Math.log(figure / truth))
  const byDistance = wrong.toSorted((a, b) => distance(a) - distance(b))
  const typical = byDistance[(wrong.length - 1) >> 1]!
  const floor = noiseFloor([{ a: right, twin: right.map(() => 1) }], 'round')
  // The floor ignores a disturbed run or two; what a right run did say is never an error.
  const noise =
    floor === null
      ? null
      : {
          low: Math.min(truth / (1 + floor), ...right),
          high: Math.max(truth * (1 + floor), ...right),
        }
  return { unit, ...compared(typical, truth, noise) }
}

/**
 * Compares a ratio that was found the wrong way with one that was found the right way.
 * @param right without an interval, the comparison is inconclusive
 */
export function ratios(wrong: number, right: Ratio): Comparison {
  const { ratio, low, high } = right
  const noise = low === null || high === null ? null : { low, high }
  return { unit: 'times as fast', ...compared(wrong, ratio, noise) }
}

/**
 * Compares runs that were done wrong with runs that were done right in the same rounds. The noise
 * follows from the interval of their ratio.
 */
export function pairedRuns(
  unit: Unit,
  wrong: readonly number[],
  right: readonly number[],
): Comparison {
  const said = median(wrong)
  const { ratio, low, high } = ratioOfRounds(wrong, right)
  const noise = low === null || high === null ? null : { low: said / high, high: said / low }
  return { unit, ...compared(said, said / ratio, noise) }
}

function compared(wrong: number, right: number, noise: Comparison['noise']) {
  const visible = noise !== null && (wrong < noise.low || wrong > noise.high)
  return { wrong, right, noise, size: wrong / right - 1, visible }
}

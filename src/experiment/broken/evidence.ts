/**
 * What a wrong set-up answered beside the right one, and whether the lie was to be seen. Pure
 * figures: nothing is run here.
 */
import { median, noiseFloor, type Ratio, ratioOfMedians } from '../../measure/statistics.ts'

/** What the two answers of a case count. */
export type Unit = 'requests/s' | 'µs of CPU a request' | 'times as fast'

export interface Evidence {
  unit: Unit
  wrong: number
  /** Null where the right way gives no figure, and says why in `refusal`. */
  right: number | null
  /** Where a run that is done right comes to lie, 95 times of 100; null with too few of them. */
  noise: { low: number; high: number } | null
  refusal?: string
  /** By how much the wrong answer is off, as a share of the right one: -0.4 is 40 % too low. */
  size: number
  /** Whether the wrong answer lies outside what noise explains. Else nothing was shown here. */
  visible: boolean
  /** What else was seen, a sentence each. */
  seen: string[]
}

/**
 * Holds single runs that were done wrong against runs that were done right. The wrong answer is a
 * typical one of them, that is, the run whose distance from the right answer is the middle one: the
 * worst of many would be a lie of another kind.
 * @param wrong figures of runs done wrong, above 0
 * @param right figures of runs done right, above 0; from 5 on there is a noise to tell
 */
export function singleRuns(
  unit: Unit,
  wrong: readonly number[],
  right: readonly number[],
  seen: string[] = [],
): Evidence {
  const truth = median(right)
  const byDistance = wrong.toSorted((a, b) => distance(a, truth) - distance(b, truth))
  const typical = byDistance[(wrong.length - 1) >> 1]!
  const floor = noiseFloor([{ a: right, twin: right.map(() => 1) }])
  // A floor leaves a disturbed run or two out; what right runs did say is never called a lie.
  const noise =
    floor === null
      ? null
      : {
          low: Math.min(truth / (1 + floor), ...right),
          high: Math.max(truth * (1 + floor), ...right),
        }
  return { unit, ...held(typical, truth, noise), seen }
}

/**
 * Holds a ratio that was found wrongly against one that was found rightly.
 * @param right with its interval; without one nothing can be called a lie
 */
export function ratios(wrong: number, right: Ratio, seen: string[] = []): Evidence {
  const { ratio, low, high } = right
  const noise = low === null || high === null ? null : { low, high }
  return { unit: 'times as fast', ...held(wrong, ratio, noise), seen }
}

/**
 * Holds runs that were done wrong against runs that were done right in the same rounds. The noise is
 * turned round: where the right answer lies, by the interval of their ratio.
 */
export function pairedRuns(
  unit: Unit,
  wrong: readonly number[],
  right: readonly number[],
  seen: string[] = [],
): Evidence {
  const said = median(wrong)
  const { ratio, low, high } = pairedRatio(wrong, right)
  const noise = low === null || high === null ? null : { low: said / high, high: said / low }
  return { unit, ...held(said, said / ratio, noise), seen }
}

/**
 * The middle one of the ratios within the rounds, with its interval. Where the machine is now fast
 * and now slow, the medians of the two sides fall between fast and slow by chance; within a round
 * both are the one or the other.
 * @throws RangeError where the two are not of one length, or a figure is not above 0
 */
export function pairedRatio(a: readonly number[], b: readonly number[]): Ratio {
  if (a.length !== b.length) throw new RangeError(`${a.length} figures and ${b.length}`)
  return ratioOfMedians(
    a.map((figure, round) => figure / b[round]!),
    a.map(() => 1),
  )
}

function held(wrong: number, right: number, noise: Evidence['noise']) {
  const visible = noise !== null && (wrong < noise.low || wrong > noise.high)
  return { wrong, right, noise, size: wrong / right - 1, visible }
}

/** How far two figures are apart, whichever is the greater. */
function distance(a: number, b: number): number {
  return Math.abs(Math.log(a / b))
}

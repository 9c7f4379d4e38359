/** What a claim, its check and its outcome are, and how a verdict follows from an interval. */
import type { Counted } from '../measure/counted.ts'
import type { Ratio } from '../measure/statistics.ts'
import type { Evidence } from './evidence.ts'

export type Verdict =
  /** The same here, within what the check allows. */
  | 'reproduced'
  /** The same direction, another size. */
  | 'direction only'
  /** Here it goes further than the article did. */
  | 'beyond the article'
  /** The interval spans a limit between two verdicts: this run does not decide. */
  | 'inconclusive'
  /** Not so here, or it cannot be measured here; `why` says which. */
  | 'not reproducible here'

export interface Finding {
  id: string
  /** What the article says. */
  claim: string
  verdict: Verdict
  /** What was measured here, in words. */
  measured: string
  /** Why the verdict is not `reproduced`, if it is not. */
  why?: string
  /** The command that shows it. */
  command: string
}

export type Outcome = Pick<Finding, 'verdict' | 'measured' | 'why'>

export interface Claim extends Pick<Finding, 'id' | 'claim' | 'command'> {
  check(evidence: Evidence): Outcome
}

/** The outcome for a figure, or that it cannot be measured here. */
export function given<T>(counted: Counted<T>, check: (value: T) => Outcome): Outcome {
  if ('value' in counted) return check(counted.value)
  return { verdict: 'not reproducible here', measured: '-', why: counted.missing }
}

/** Values below a limit, from the limit of the range before on, and the verdict on them. */
export type Range = { below: number } & Pick<Outcome, 'verdict' | 'why'>

/** For the last range. */
export const all = Number.POSITIVE_INFINITY

/**
 * The verdict on a figure that is known to lie in an interval.
 * @param ends null when there is no interval: then there is no verdict
 * @param ranges from the lowest to the highest, without gaps
 * @param text writes a limit that the interval spans
 */
export function judgeInterval(
  ends: { low: number | null; high: number | null },
  measured: string,
  ranges: readonly Range[],
  text: (limit: number) => string,
): Outcome {
  const { low, high } = ends
  if (low === null || high === null) {
    return { verdict: 'inconclusive', measured, why: 'too few rounds for an interval' }
  }
  const rangeOf = (value: number) => ranges.findIndex(({ below }) => value < below)
  const [first, last] = [rangeOf(low), rangeOf(high)]
  const spanned = ranges.slice(first, last + 1)
  const { verdict, why } = spanned[0]!
  if (spanned.some((range) => range.verdict !== verdict)) {
    const limits = spanned.slice(0, -1).map(({ below }) => text(below))
    const why = `the interval spans ${limits.join(' and ')}: repeat it on a quieter machine`
    return { verdict: 'inconclusive', measured, why }
  }
  return { verdict, measured, ...(why === undefined ? {} : { why }) }
}

/** `0.93 (0.90-0.96) times`. */
export function times({ ratio, low, high }: Ratio): string {
  const interval = low === null || high === null ? '' : ` (${factor(low)}-${factor(high)})`
  return `${factor(ratio)}${interval} times`
}

/** `0.93`, `12.1`. */
export function factor(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1)
}

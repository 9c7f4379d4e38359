/** What a claim, its check and its outcome are, and the few words that all checks use. */
import type { Counted } from '../measure/counted.ts'
import type { Ratio } from '../measure/statistics.ts'
import type { Evidence } from './evidence.ts'

export type Verdict =
  /** The same here, within what the check allows. */
  | 'reproduced'
  /** The same direction, another size. */
  | 'direction only'
  /** Not so here, or not to be seen here; `why` says which. */
  | 'not reproducible here'
  /** Here it goes further than the article did. */
  | 'beyond the article'

export interface Finding {
  id: string
  /** What the article says. */
  claim: string
  verdict: Verdict
  /** What was measured here, in words. */
  measured: string
  /** Why the verdict is not `reproduced`, where it is not. */
  why?: string
  /** The command that shows it. */
  command: string
}

export type Outcome = Pick<Finding, 'verdict' | 'measured' | 'why'>

export interface Claim extends Pick<Finding, 'id' | 'claim' | 'command'> {
  check(evidence: Evidence): Outcome
}

/** The outcome for a figure, or that it cannot be had here. */
export function given<T>(counted: Counted<T>, check: (value: T) => Outcome): Outcome {
  if ('value' in counted) return check(counted.value)
  return { verdict: 'not reproducible here', measured: '-', why: counted.missing }
}

/** `0.93 (0.90-0.96) times`. */
export function times({ ratio, low, high }: Ratio): string {
  const text = (value: number) => value.toFixed(value < 10 ? 2 : 1)
  const interval = low === null || high === null ? '' : ` (${text(low)}-${text(high)})`
  return `${text(ratio)}${interval} times`
}

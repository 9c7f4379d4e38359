/**
 * Every claim of the article that can be checked, with its check. A verdict rests on counters and
 * on ratios with an interval, never on a single time.
 */
import { results } from './beside-redis.ts'
import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import { mechanism } from './mechanism.ts'

/** Checks all claims against the evidence. */
export function checkFindings(evidence: Evidence): Finding[] {
  return [...mechanism, ...results].map(({ id, claim, command, check }) => ({
    id,
    claim,
    command,
    ...check(evidence),
  }))
}

import { readable } from './bytes.ts'
import { type Expected, wantedBytes } from './replies.ts'

/** What went wrong in a case: enough to see it and to try it by hand. */
export interface Failure {
  /** Name of the case. */
  name: string
  /** How its bytes were sent. */
  delivery: string
  /** What happened, in words. */
  reason: string
  /** The bytes of the step that failed. */
  step: string
  /** All bytes of the case that had been sent, or were about to be. */
  sent: string
  expected: Expected
  /** What came in place of the expected reply; all that came after the last good one. */
  got: string
}

/** The failure as a message, bytes escaped. */
export function describeFailure(failure: Failure): string {
  const wanted = wantedBytes(failure.expected)
  const lines = [
    `${failure.name} (${failure.delivery}): ${failure.reason}`,
    `  sent      ${readable(failure.step)}`,
    `  expected  ${readable('bytes' in wanted ? wanted.bytes : wanted.words)}`,
    `  got       ${readable(failure.got)}`,
  ]
  if (failure.sent !== failure.step) lines.push(`  in all    ${readable(failure.sent, 200)}`)
  return lines.join('\n')
}

import type { Deadline } from '../database.ts'
import { fitsInt64 } from '../numbers.ts'

/** The words that a time follows, in SET and GETEX. */
export const EXPIRY_WORDS: ReadonlySet<string> = new Set(['EX', 'PX', 'EXAT', 'PXAT'])

/** A deadline as the database keeps it: a number wherever a number is exact. */
export function toDeadline(milliseconds: bigint): Deadline {
  const number = Number(milliseconds)
  return Number.isSafeInteger(number) ? number : milliseconds
}

/**
 * The deadline that a time after EX (seconds from now), PX (milliseconds from now), EXAT or PXAT
 * (since 1970) means. Undefined where the time is not positive, or too large for 64 bits.
 */
export function deadlineFrom(word: string, time: bigint): Deadline | undefined {
  let milliseconds = word === 'EX' || word === 'EXAT' ? time * 1000n : time
  if (time <= 0n || !fitsInt64(milliseconds)) return undefined
  if (word === 'EX' || word === 'PX') milliseconds += BigInt(Date.now())
  return fitsInt64(milliseconds) ? toDeadline(milliseconds) : undefined
}

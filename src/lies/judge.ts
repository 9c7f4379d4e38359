/** Judges a reader's guess. */
import { findCause } from './causes.ts'
import type { Lie } from './lie.ts'
import type { Exhibit } from './recording.ts'

export interface Judgement {
  right: boolean
  /** The figure that speaks for the guess, or against it. */
  figure: string
}

/**
 * @param guess a name of `causes.ts`
 * @returns undefined where there is no such cause
 */
export function judgeGuess(lie: Lie, exhibit: Exhibit, guess: string): Judgement | undefined {
  const cause = findCause(guess)
  if (cause === undefined) return undefined
  return { right: guess === lie.cause, figure: cause.examine(exhibit).figure }
}

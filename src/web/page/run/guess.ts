/** Guesses as text, and their outcomes in words. */
import { besideUnit } from '../../../course/prediction.ts'
import { readNumber, readPercent, type Typed } from '../../../walkthrough/typed.ts'
import type { Guess, LessonProgress, Outcome, PredictionCard } from '../../api/index.ts'

/** What a reader typed into the field of a number or a percentage. */
export function readGuess({ kind }: PredictionCard, typed: string): Typed<number> {
  return kind === 'percent' ? readPercent(typed) : readNumber(typed)
}

/** The unit, shown after the field. */
export function unitOf(prediction: PredictionCard): string {
  return prediction.kind === 'number' ? prediction.unit : '%'
}

/** A guess as its reader would write it; null: there was none. */
export function guessText(prediction: PredictionCard, guess: Guess | null): string {
  if (guess === null) return 'no guess'
  if (Array.isArray(guess)) return guess.join(', ')
  switch (prediction.kind) {
    case 'number':
      return besideUnit(String(guess), prediction.unit)
    case 'percent':
      return `${guess} %`
    default:
      return String(guess)
  }
}

/** In words, with a mark, since a colour alone says nothing to a reader who cannot see it. */
export const verdictWords: Record<Outcome['verdict'] | 'skipped', string> = {
  right: '✓ correct',
  near: '~ close',
  off: '✗ incorrect',
  unknown: '– cannot be measured here',
  skipped: '– no guess',
}

/** How many of the predictions have neither a guess nor were skipped. */
export function openPredictions(
  predictions: readonly PredictionCard[],
  guesses: LessonProgress['guesses'] | undefined,
): number {
  return predictions.filter(({ id }) => guesses?.[id] === undefined).length
}

/** Why the run must wait for the reader; undefined if it need not. */
export function waitsFor(open: number): string | undefined {
  if (open === 0) return undefined
  const what = open === 1 ? 'One prediction has' : `${open} predictions have`
  return `${what} no guess yet. “I do not know” counts as one.`
}

/** An item moved one place up (-1) or down (1); the same order if it cannot. */
export function moved(order: readonly string[], at: number, by: -1 | 1): string[] {
  const next = [...order]
  const [one, other] = [order[at], order[at + by]]
  if (one === undefined || other === undefined) return next
  next[at] = other
  next[at + by] = one
  return next
}

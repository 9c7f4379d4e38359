/** Guesses held against a run, and what is said of each. */
import type { LessonEvidence } from '../course/evidence.ts'
import type { Lesson } from '../course/lessons.ts'
import {
  type Guess,
  judgeGuess,
  type Outcome,
  type Prediction,
  withUnit,
} from '../course/prediction.ts'
import { wrap } from '../report/format.ts'
import { evidenceOf, type LessonRun } from './runs.ts'
import type { LessonState } from './state.ts'

/** A guess that is never right: a prediction that was skipped is answered all the same. */
const NO_GUESS = Number.NaN

/**
 * Judges all guesses of a lesson by a run, and keeps the outcomes.
 * @param recording of the same lesson: it is asked where this machine could not measure something
 */
export function judgeAll(
  lesson: Lesson,
  kept: LessonState,
  run: LessonRun,
  recording: LessonRun | undefined,
): void {
  const evidence = evidenceOf(lesson, run)
  for (const prediction of lesson.predictions) {
    const guess = kept.guesses[prediction.id]?.guess ?? null
    const judge = (by: LessonEvidence): Outcome => {
      const outcome = judgeGuess(prediction, guess ?? NO_GUESS, by)
      return guess === null ? { ...outcome, says: 'no guess' } : outcome
    }
    const outcome = judge(evidence)
    kept.outcomes[prediction.id] =
      outcome.verdict === 'unknown' && recording !== undefined
        ? { ...outcome, recorded: judge(evidenceOf(lesson, recording)) }
        : outcome
  }
}

/** In words, since a colour alone says nothing to whoever cannot see it. */
export const verdictWords: Record<Outcome['verdict'] | 'skipped', string> = {
  right: 'RIGHT',
  near: 'NEAR',
  off: 'OFF',
  unknown: 'CANNOT BE TOLD HERE',
  skipped: 'NO GUESS',
}

/** One prediction beside its measurement. */
export function outcomeLines(
  prediction: Prediction,
  guess: Guess | null,
  outcome: LessonState['outcomes'][string],
  columns: number,
): string[] {
  const text = (words: string) => wrap(words, '  ', columns)
  const { verdict, measured, says, recorded } = outcome
  const told = guess === null ? 'skipped' : verdict
  const how = verdict === 'right' || verdict === 'unknown' || guess === null ? '' : ` (${says})`
  return [
    ...wrap(prediction.ask, '', columns),
    ...(guess === null ? [] : text(`you said    ${guessText(prediction, guess)}`)),
    ...text(`${verdict === 'unknown' ? 'unmeasured ' : 'measured   '} ${measured}`),
    `  ${verdictWords[told]}${how}`,
    ...(recorded === undefined
      ? []
      : text(
          `On the machine of the recordings: ${recorded.measured}${guess === null ? '' : ` (${recorded.says})`}`,
        )),
    ...text(prediction.because),
  ]
}

/** A guess as its reader would write it. */
export function guessText(prediction: Prediction, guess: Guess): string {
  switch (prediction.kind) {
    case 'number':
      return withUnit(Number(guess), prediction.unit)
    case 'percent':
      return `${guess} %`
    case 'choice':
      return String(guess)
    case 'ranking':
      return Array.isArray(guess) ? guess.join(', ') : String(guess)
  }
}

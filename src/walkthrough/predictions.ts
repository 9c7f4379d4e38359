/** Predictions: asked for before a run, and compared with it afterwards. */
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import {
  asFactor,
  type Guess,
  judgeGuess,
  type LessonEvidence,
  type Outcome,
  type Prediction,
  withUnit,
} from '../course/prediction.ts'
import { wrap } from '../report/format.ts'
import { evidenceOf, type LessonRun } from './lesson-run.ts'
import { type LessonState, lessonState } from './progress-store.ts'
import type { Session, Step } from './session.ts'
import type { Output } from './terminal.ts'
import { rankingExample, readNumber, readPercent, readRanking } from './typed.ts'

/** Asks for a guess and saves it. After the run it is only shown: it would be no guess any more. */
export function guessStep(lesson: Lesson, prediction: Prediction): Step['show'] {
  return async ({ output, state, now, save }) => {
    const own = lessonState(state, lesson.id)
    await output.say(wrap(prediction.ask, '', output.columns))
    const before = own.guesses[prediction.id]
    if (before !== undefined && own.run !== null) {
      const said = before.guess === null ? 'nothing' : guessText(prediction, before.guess)
      await output.say(wrap(`You said: ${said}`, '', output.columns))
      return 'goes on'
    }
    const guess = await askGuess(output, prediction, before?.guess ?? null)
    own.guesses[prediction.id] = { guess: guess ?? null, at: now() }
    save()
    await output.say([''])
    return 'goes on'
  }
}

/** @param before the guess of the last time; Enter keeps it */
async function askGuess(
  output: Output,
  prediction: Prediction,
  before: Guess | null,
): Promise<Guess | undefined> {
  const { id } = prediction
  const typed = before === null ? undefined : String(before)
  switch (prediction.kind) {
    case 'number': {
      const { unit } = prediction
      const prompt = `Your guess, ${unit === asFactor ? unit : `in ${unit}`}:`
      return await output.ask({ id, prompt, before: typed, read: readNumber })
    }
    case 'percent': {
      const prompt = 'Your guess, in percent:'
      return await output.ask({ id, prompt, before: typed, read: readPercent })
    }
    case 'choice': {
      const { options } = prediction
      const found = options.indexOf(String(before))
      const at = await output.choose({
        ...{ id, prompt: 'Your guess:', options, skippable: true },
        before: found < 0 ? undefined : found,
      })
      return at === undefined ? undefined : options[at]
    }
    case 'ranking': {
      const { items } = prediction
      await output.say(items.map((item, at) => `  ${at + 1}) ${item}`))
      const order = Array.isArray(before) ? before.map((item) => items.indexOf(item) + 1) : []
      return await output.ask({
        id,
        prompt: `Your order, as numbers, such as ${rankingExample(items)}:`,
        before: order.length === 0 ? undefined : order.join(' '),
        read: (text) => readRanking(text, items),
      })
    }
  }
}

/** A guess that is never right: a prediction that was skipped is answered all the same. */
const NO_GUESS = Number.NaN

/**
 * Judges all guesses of a lesson by a run, and puts the outcomes into its state.
 * @param recording of the same lesson: it is asked if this machine could not measure something
 */
export function judgeAll(
  lesson: Lesson,
  own: LessonState,
  run: LessonRun,
  recording: LessonRun | undefined,
): void {
  const evidence = evidenceOf(lesson, run)
  for (const prediction of lesson.predictions) {
    const guess = own.guesses[prediction.id]?.guess ?? null
    const judge = (by: LessonEvidence): Outcome => {
      const outcome = judgeGuess(prediction, guess ?? NO_GUESS, by)
      return guess === null ? { ...outcome, says: 'no guess' } : outcome
    }
    const outcome = judge(evidence)
    own.outcomes[prediction.id] =
      outcome.verdict === 'unknown' && recording !== undefined
        ? { ...outcome, recorded: judge(evidenceOf(lesson, recording)) }
        : outcome
  }
}

/** Shows the predictions one after the other, each beside what was measured. */
export async function showOutcomes(lesson: Lesson, run: LessonRun, session: Session) {
  const { output, state } = session
  const own = lessonState(state, lesson.id)
  // A prediction may have come with another version of the lab.
  if (lesson.predictions.some(({ id }) => own.outcomes[id] === undefined)) {
    judgeAll(lesson, own, run, undefined)
  }
  const { guesses, outcomes } = own
  for (const [at, prediction] of lesson.predictions.entries()) {
    const of = `${at + 1} of ${lesson.predictions.length}`
    await output.pause(at === 0 ? `your guess, ${of}` : `guess ${of}`)
    const guess = guesses[prediction.id]?.guess ?? null
    const lines = outcomeLines(prediction, guess, outcomes[prediction.id]!, output.columns)
    await output.say([paint.bold(`Guess ${of}`), ...lines])
  }
}

/** In words, since a colour alone says nothing to a reader who cannot see it. */
export const verdictWords: Record<Outcome['verdict'] | 'skipped', string> = {
  right: 'CORRECT',
  near: 'CLOSE',
  off: 'INCORRECT',
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
  const { verdict, measured, says, recorded, because } = outcome
  const shown = guess === null ? 'skipped' : verdict
  const how = verdict === 'right' || verdict === 'unknown' || guess === null ? '' : ` (${says})`
  return [
    ...wrap(prediction.ask, '', columns),
    ...(guess === null ? [] : text(`you said    ${guessText(prediction, guess)}`)),
    ...text(`${verdict === 'unknown' ? 'unmeasured ' : 'measured   '} ${measured}`),
    `  ${verdictWords[shown]}${how}`,
    ...(recorded === undefined
      ? []
      : text(
          `On the machine of the recordings: ${recorded.measured}${guess === null ? '' : ` (${recorded.says})`}`,
        )),
    ...text(recorded?.because ?? because ?? prediction.because),
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

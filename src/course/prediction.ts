/**
 * What a reader guesses before a stage is run, and how the guess is compared with what was measured.
 * The walkthrough, the chapters and the page use the same data.
 */
import type { Counted } from '../measure/counted.ts'
import type { StageEvidence } from './evidence.ts'
import type { ExerciseEvidence } from './exercise-evidence.ts'

/** What a lesson's predictions are judged by. */
export type LessonEvidence = StageEvidence | ExerciseEvidence

/** @typeParam M what is measured */
interface Asked<M> {
  /** Unique and never changed: what a reader guessed is saved under it. */
  id: string
  /** What it asks for in a few words, at most 25 characters; for a line of a table. */
  short: string
  ask: string
  /** Why it comes out so; said beside a measured answer for which it holds. */
  because: string
  /** Whether that explanation holds for what was measured. */
  holds(measured: M): boolean
  /** What may be the cause if it does not. */
  otherwise: string
}

/**
 * The 95 % interval of a noisy figure, in the prediction's unit. A guess in it is right: the
 * measurement cannot distinguish it from the figure.
 */
export interface Interval {
  low: number
  high: number
  /** The difference may be noise, and then so is `no change` a right answer. */
  inconclusive: boolean
}

/** A count or a ratio: what matters is how many times a guess is off. */
export interface NumberPrediction<E = LessonEvidence> extends Asked<number> {
  kind: 'number'
  /** What is counted, after the number: `system calls`; or `asFactor`. */
  unit: string
  measured(evidence: E): Counted<number>
  interval?(evidence: E): Interval | undefined
}

/** A share or a change in percent: what matters is by how many points a guess is off. */
export interface PercentPrediction<E = LessonEvidence> extends Asked<number> {
  kind: 'percent'
  measured(evidence: E): Counted<number>
  interval?(evidence: E): Interval | undefined
}

export interface ChoicePrediction<E = LessonEvidence> extends Asked<string> {
  kind: 'choice'
  options: readonly string[]
  /** One of `options`. */
  measured(evidence: E): Counted<string>
}

export interface RankingPrediction<E = LessonEvidence> extends Asked<readonly number[]> {
  kind: 'ranking'
  /** In the order of the alphabet, which gives nothing away. */
  items: readonly string[]
  /** The share of each item, 0 to 1, in the order of `items`; the greatest comes first. */
  measured(evidence: E): Counted<readonly number[]>
}

/** @typeParam E what it is judged by */
export type Prediction<E = LessonEvidence> =
  | NumberPrediction<E>
  | PercentPrediction<E>
  | ChoicePrediction<E>
  | RankingPrediction<E>

/** A number, an option, or the items from the first to the last. */
export type Guess = number | string | readonly string[]

export interface Outcome {
  /** `unknown` if this machine cannot measure it. */
  verdict: 'right' | 'near' | 'off' | 'unknown'
  /** The measured answer, as a person writes it; the reason if there is none. */
  measured: string
  /** How the guess compares with it, a few words. */
  says: string
  /** Why it came out so; '' if it was not measured. */
  because: string
}

/** Up to this factor a number counts as right, and up to this one as near. */
const FACTORS = { right: 1.15, near: 2 }
/** The same for a percentage, in points. */
const POINTS = { right: 5, near: 15 }
/** Weights that are this close, as shares of the whole, may be in either order. */
const TIE = 0.015
/** Counts that differ by no more are the same: helper threads of V8 add a call now and then. */
const SAME_COUNT = 0.1

/** Compares a guess with the evidence. A guess of another kind than the prediction's is `off`. */
export function judgeGuess(
  prediction: Prediction,
  guess: Guess,
  evidence: LessonEvidence,
): Outcome {
  switch (prediction.kind) {
    case 'number':
      return judged(prediction, prediction.measured(evidence), (measured) => ({
        measured: `${withUnit(measured, prediction.unit)}${intervalText(prediction, evidence)}`,
        ...(isWithin(Number(guess), prediction.interval?.(evidence))
          ? withinNoise
          : judgeNumber(Number(guess), measured)),
      }))
    case 'percent':
      return judged(prediction, prediction.measured(evidence), (measured) => ({
        measured: `${amount(measured)} %${intervalText(prediction, evidence)}`,
        ...(isWithin(Number(guess), prediction.interval?.(evidence))
          ? withinNoise
          : judgePercent(Number(guess), measured)),
      }))
    case 'choice':
      return judged(prediction, prediction.measured(evidence), (measured) => ({
        measured,
        ...(guess === measured
          ? { verdict: 'right', says: 'right' }
          : { verdict: 'off', says: 'it is another one' }),
      }))
    case 'ranking':
      return judged(prediction, prediction.measured(evidence), (weights) =>
        judgeRanking(prediction.items, weights, Array.isArray(guess) ? guess : []),
      )
  }
}

function judged<M>(
  explained: Asked<M>,
  counted: Counted<M>,
  judge: (value: M) => Omit<Outcome, 'because'>,
): Outcome {
  if ('value' in counted) {
    return { ...judge(counted.value), because: explanation(explained, counted.value) }
  }
  const says = 'cannot be measured here'
  return { verdict: 'unknown', measured: counted.missing, says, because: '' }
}

/** A fixed explanation is shown only for figures that it explains. */
export function explanation<M>({ because, holds, otherwise }: Asked<M>, measured: M): string {
  return holds(measured) ? because : `Here it came out otherwise. ${otherwise}`
}

type Verdict = Pick<Outcome, 'verdict' | 'says'>

const withinNoise: Verdict = { verdict: 'right', says: 'right' }

function isWithin(guess: number, interval: Interval | undefined): boolean {
  return interval !== undefined && interval.low <= guess && guess <= interval.high
}

function intervalText(
  { interval }: NumberPrediction | PercentPrediction,
  evidence: LessonEvidence,
): string {
  const found = interval?.(evidence)
  if (found === undefined) return ''
  const { low, high, inconclusive } = found
  return `, interval ${amount(low)} to ${amount(high)}${inconclusive ? ': inconclusive' : ''}`
}

function judgeNumber(guess: number, measured: number): Verdict {
  if (Math.abs(guess - measured) <= SAME_COUNT) return { verdict: 'right', says: 'right' }
  // A factor over next to nothing says nothing.
  if (guess <= 0 || measured < SAME_COUNT / 2)
    return { verdict: 'off', says: `not ${amount(guess)}` }
  const factor = Math.max(guess / measured, measured / guess)
  if (factor <= FACTORS.right) return { verdict: 'right', says: 'right' }
  const says = `${amount(factor)} times too ${guess > measured ? 'high' : 'low'}`
  return { verdict: factor <= FACTORS.near ? 'near' : 'off', says }
}

function judgePercent(guess: number, measured: number): Verdict {
  const points = Math.abs(guess - measured)
  if (points <= POINTS.right) return { verdict: 'right', says: 'right' }
  const says = `${amount(points)} points too ${guess > measured ? 'high' : 'low'}`
  return { verdict: points <= POINTS.near ? 'near' : 'off', says }
}

function judgeRanking(
  items: readonly string[],
  weights: readonly number[],
  guess: readonly string[],
): Omit<Outcome, 'because'> {
  const weightOf = (item: string) => weights[items.indexOf(item)] ?? 0
  const order = items.toSorted((a, b) => weightOf(b) - weightOf(a))
  const measured = order.map((item) => `${item} ${Math.round(weightOf(item) * 100)} %`).join(', ')
  const inPlace = order.filter((item, at) => {
    const guessed = guess[at]
    if (guessed === undefined) return false
    return guessed === item || Math.abs(weightOf(guessed) - weightOf(item)) <= TIE
  })
  if (guess.length === items.length && inPlace.length === items.length) {
    return { verdict: 'right', measured, says: 'right' }
  }
  const first = inPlace.includes(order[0]!)
  const says = first ? 'the first is right, not all that follow' : 'another one comes first'
  return { verdict: first ? 'near' : 'off', measured, says }
}

/** The unit of a ratio. */
export const asFactor = 'as a factor'

/** `46 system calls`, `1 system call`, `a factor of 6.9`. */
export function withUnit(count: number, unit: string): string {
  return besideUnit(amount(Math.abs(count) < SAME_COUNT / 2 ? 0 : count), unit)
}

/** The same of a number that is text already. */
export function besideUnit(text: string, unit: string): string {
  if (unit === asFactor) return `a factor of ${text}`
  return `${text} ${text === '1' ? unit.replace('calls', 'call') : unit}`
}

/** As a person writes a number: `46`, `6.1`, `0.063`. */
export function amount(value: number): string {
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 20) return String(Math.round(value))
  return String(Number(value.toPrecision(size >= 1 ? 2 : 1)))
}

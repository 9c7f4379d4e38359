import { expect, it } from 'vitest'
import { intervalOf } from './evidence.ts'
import {
  amount,
  asFactor,
  type ChoicePrediction,
  judgeGuess,
  type LessonEvidence,
  type NumberPrediction,
  type PercentPrediction,
  type RankingPrediction,
} from './prediction.ts'

const nothing = {} as LessonEvidence
const asked = { id: 'x', short: 'x', ask: '?', because: '.', holds: () => true, otherwise: '' }

const count = (value: number): NumberPrediction => ({
  ...asked,
  kind: 'number',
  unit: 'calls',
  measured: () => ({ value }),
})
const percent = (value: number): PercentPrediction => ({
  ...asked,
  kind: 'percent',
  measured: () => ({ value }),
})

it.each([
  [46, 46, 'right'],
  [45, 46, 'right'],
  [1, 1.02, 'right'],
  [0, 0.004, 'right'],
  [1, 0.0015, 'off'],
  [30, 46, 'near'],
  [1, 46, 'off'],
  [1000, 46, 'off'],
  [0, 46, 'off'],
  [5, 0, 'off'],
])('a guess of %d when %d was measured is %s', (guess, measured, verdict) => {
  expect(judgeGuess(count(measured), guess, nothing).verdict).toBe(verdict)
})

it('says by how much a number is off, and in which direction', () => {
  expect(judgeGuess(count(46), 1, nothing)).toMatchObject({
    verdict: 'off',
    measured: '46 calls',
    says: '46 times too low',
    because: '.',
  })
  // A factor over next to nothing would be of no use.
  expect(judgeGuess(count(0.0015), 1, nothing).says).toBe('not 1')
  expect(judgeGuess(count(1), 1, nothing).measured).toBe('1 call')
  expect(judgeGuess(count(2), 5, nothing).says).toBe('2.5 times too high')
  const factor = { ...count(6.9), unit: asFactor }
  expect(judgeGuess(factor, 7, nothing).measured).toBe('a factor of 6.9')
})

it.each([
  [64, 66, 'right'],
  [55, 66, 'near'],
  [20, 66, 'off'],
  [0, -1.4, 'right'],
  [30, -1.4, 'off'],
])('%d %% when %d %% was measured is %s', (guess, measured, verdict) => {
  expect(judgeGuess(percent(measured), guess, nothing).verdict).toBe(verdict)
})

it('a guess within the interval is right, and the interval is beside the figure', () => {
  const interval = () => ({ low: -24, high: 15, inconclusive: true })
  const noisy = { ...percent(12), interval }
  expect(judgeGuess(noisy, 0, nothing)).toMatchObject({
    verdict: 'right',
    measured: '12 %, interval -24 to 15: inconclusive',
    says: 'right',
  })
  expect(judgeGuess(noisy, -20, nothing).verdict).toBe('right')
  expect(judgeGuess(noisy, 40, nothing).verdict).toBe('off')
  const times = { ...count(9), interval: () => ({ low: 4, high: 9.5, inconclusive: false }) }
  expect(judgeGuess(times, 4, nothing)).toMatchObject({
    verdict: 'right',
    measured: '9 calls, interval 4 to 9.5',
  })
  expect(judgeGuess(times, 3, nothing).verdict).toBe('off')
})

it('an inconclusive ratio has no change in its interval', () => {
  const ratio = { ratio: 0.89, low: 0.87, high: 0.95 }
  const less = (value: number) => 100 * (1 - value)
  const within = intervalOf({ ...ratio, verdict: 'inconclusive' }, less)
  expect(within).toMatchObject({ low: 0, inconclusive: true })
  expect(intervalOf({ ...ratio, verdict: 'faster' }, less)!.low).toBeCloseTo(5)
  expect(intervalOf({ ratio: 1, low: null, high: null, verdict: 'faster' }, less)).toBeUndefined()
})

it('a choice is right or another one', () => {
  const choice: ChoicePrediction = {
    ...asked,
    kind: 'choice',
    options: ['a', 'b'],
    measured: () => ({ value: 'b' }),
  }
  expect(judgeGuess(choice, 'b', nothing).verdict).toBe('right')
  expect(judgeGuess(choice, 'a', nothing)).toMatchObject({ verdict: 'off', measured: 'b' })
})

const ranking = (weights: number[]): RankingPrediction => ({
  ...asked,
  kind: 'ranking',
  items: ['parse', 'read', 'reply'],
  measured: () => ({ value: weights }),
})

it('a ranking is right in every place, near in the first, else off', () => {
  const one = ranking([0.08, 0.12, 0.65])
  expect(judgeGuess(one, ['reply', 'read', 'parse'], nothing)).toMatchObject({
    verdict: 'right',
    measured: 'reply 65 %, read 12 %, parse 8 %',
  })
  expect(judgeGuess(one, ['reply', 'parse', 'read'], nothing).verdict).toBe('near')
  expect(judgeGuess(one, ['read', 'reply', 'parse'], nothing).verdict).toBe('off')
  expect(judgeGuess(one, ['reply'], nothing).verdict).toBe('near')
  expect(judgeGuess(one, 'reply', nothing).verdict).toBe('off')
})

it('what is as wide as its neighbour may be in either order', () => {
  const close = ranking([0.11, 0.12, 0.65])
  expect(judgeGuess(close, ['reply', 'parse', 'read'], nothing).verdict).toBe('right')
})

it('what a machine cannot measure is no fault of the guess', () => {
  const unseen: NumberPrediction = {
    ...asked,
    kind: 'number',
    unit: 'calls',
    measured: () => ({ missing: 'no /proc here' }),
  }
  expect(judgeGuess(unseen, 3, nothing)).toMatchObject({
    verdict: 'unknown',
    measured: 'no /proc here',
    says: 'cannot be measured here',
  })
})

it('an explanation is given only for what it explains', () => {
  const low = { ...count(5), because: 'few', holds: (calls: number) => calls < 10, otherwise: 'x' }
  expect(judgeGuess(low, 1, nothing).because).toBe('few')
  const high = { ...low, measured: () => ({ value: 50 }) }
  expect(judgeGuess(high, 1, nothing).because).toBe('Here it came out otherwise. x')
})

it('writes numbers as a person does', () => {
  expect([46, 46.02, 6.12, 1.9, 0.0631, 0, -1.44].map(amount)).toEqual([
    '46',
    '46',
    '6.1',
    '1.9',
    '0.06',
    '0',
    '-1.4',
  ])
})

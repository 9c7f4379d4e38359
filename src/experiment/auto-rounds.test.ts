import { expect, test } from 'vitest'
import { autoRounds, isEnough } from './auto-rounds.ts'
import { type Fake, fakeComparison } from './fake-comparison.ts'

/** Every other round is off by this much, so that the interval is as wide. */
const spread =
  (noise: number, ratio = 1): Fake =>
  (name, _workload, round) => ({
    rate: 1e5,
    cpu: name === 'redis' ? 10 : 10 * ratio * (1 + (round % 2 === 0 ? noise : -noise)),
    busy: 0.5,
  })

const enough = (fake: Fake, rounds: number = autoRounds.fewest) => {
  const { plan, runs } = fakeComparison(fake, { rounds })
  return isEnough(plan, 'redis', runs)
}

test('narrow intervals are enough, wide ones are not, whatever they say', () => {
  expect(enough(spread(0.01))).toBe(true)
  expect(enough(spread(0.03))).toBe(false)
  expect(enough(spread(0.03, 1.05))).toBe(false)
})

test('far from 1 an interval may be wide', () => {
  expect(enough(spread(0.1, 5))).toBe(true)
  expect(enough(spread(0.1, 1.2))).toBe(false)
})

test('a few rounds are never enough', () => {
  expect(enough(spread(0), autoRounds.fewest - 1)).toBe(false)
})

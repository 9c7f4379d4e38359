import { expect, test, vi } from 'vitest'
import { judge, median, noiseFloor, randomNumbers, ratioOfMedians } from './statistics.ts'

// Many experiments are drawn: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 120_000 })

/** Rounds of two servers: a drift that both have, and noise of their own, normal in the logarithm. */
function rounds(count: number, ratio: number, noise: number, seed: number) {
  const random = randomNumbers(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const a: number[] = []
  const b: number[] = []
  for (let i = 0; i < count; i++) {
    const drift = 80_000 * Math.exp(0.1 * normal())
    a.push(drift * ratio * Math.exp(noise * normal()))
    b.push(drift * Math.exp(noise * normal()))
  }
  return { a, b }
}

function pair(a: number[], twin: number[]) {
  return { a, twin }
}

/** How many of so many experiments a thing is true of, 0 to 1. */
function share(of: number, isTrue: (seed: number) => boolean): number {
  let count = 0
  for (let seed = 1; seed <= of; seed++) if (isTrue(seed * 7919)) count++
  return count / of
}

test('the median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(median([7])).toBe(7)
  expect(() => median([])).toThrow(RangeError)
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2]) // not sorted under the caller's hands
})

test('the same rounds give the same interval', () => {
  const { a, b } = rounds(7, 1.1, 0.05, 1)
  expect(ratioOfMedians(a, b)).toEqual(ratioOfMedians(a, b))
})

test('rounds without noise give the ratio itself', () => {
  const b = [100, 90, 110, 95, 105]
  const { ratio, low, high } = ratioOfMedians(
    b.map((figure) => figure * 2),
    b,
  )
  expect([ratio, low, high]).toEqual([2, 2, 2])
})

test.each([5, 7, 9, 15])(
  'the interval of %i rounds holds the truth in about 95 of 100',
  (count) => {
    const covered = share(300, (seed) => {
      const { a, b } = rounds(count, 1.3, 0.04, seed)
      const { low, high } = ratioOfMedians(a, b)
      return low! <= 1.3 && high! >= 1.3
    })
    // 300 experiments know a share of 95 % to 2.5 points; small numbers of rounds are on the safe side.
    expect(covered).toBeGreaterThan(0.92)
  },
)

test('the interval is not wide for nothing', () => {
  const width = (count: number) => {
    const { a, b } = rounds(count, 1, 0.02, 5)
    const { low, high } = ratioOfMedians(a, b)
    return high! / low! - 1
  }
  expect(width(9)).toBeLessThan(0.3)
  expect(width(101)).toBeLessThan(width(9) / 1.5)
})

test('less than five rounds have no interval and no verdict', () => {
  const none = ratioOfMedians([200, 201, 202, 203], [100, 101, 102, 103])
  expect(none.low).toBeNull()
  expect(judge(none, 0, 'greater')).toBe('inconclusive')
  expect(noiseFloor([{ a: [1, 2, 3, 4], twin: [1, 2, 3, 4] }])).toBeNull()
})

test.each([5, 7, 15])('A/A: %i rounds of the same server call no difference', (count) => {
  const called = share(300, (seed) => {
    const { a, b } = rounds(count, 1, 0.05, seed)
    const { a: c, b: d } = rounds(count, 1, 0.05, seed + 1)
    const floor = noiseFloor([pair(a, b), pair(c, d)])
    return judge(ratioOfMedians(a, b), floor, 'greater') !== 'inconclusive'
  })
  expect(called).toBeLessThan(0.015)
})

test('A/A: a twin that is always 10 % ahead is called different: the measurement is wrong', () => {
  const { a, b } = rounds(7, 1.1, 0.005, 3)
  expect(judge(ratioOfMedians(a, b), noiseFloor([pair(a, b)]), 'greater')).toBe('faster')
})

test('a real difference above the noise is found', () => {
  const found = share(100, (seed) => {
    const { a, b } = rounds(7, 1.2, 0.02, seed)
    const { a: twin, b: other } = rounds(7, 1, 0.02, seed + 1)
    return judge(ratioOfMedians(a, b), noiseFloor([pair(twin, other)]), 'greater') === 'faster'
  })
  expect(found).toBeGreaterThan(0.95)
})

test('the noise floor is about twice the spread of the pair', () => {
  // Two servers with 2 % of noise each differ by 2.8 % in a round: 1.96 x that, for many rounds.
  const { a, b } = rounds(400, 1, 0.02, 11)
  expect(noiseFloor([pair(a, b)])).toBeGreaterThan(0.05)
  expect(noiseFloor([pair(a, b)])).toBeLessThan(0.065)
})

test('one disturbed round does not make the noise floor', () => {
  const { a, b } = rounds(7, 1, 0.02, 13)
  const calm = noiseFloor([pair(a, b)])!
  a[3]! /= 4
  expect(noiseFloor([pair(a, b)])).toBeLessThan(calm * 2)
})

test('verdicts', () => {
  const ratio = { ratio: 1.06, low: 1.04, high: 1.08 }
  expect(judge(ratio, 0.02, 'greater')).toBe('faster')
  expect(judge(ratio, 0.02, 'smaller')).toBe('slower')
  expect(judge(ratio, 0.07, 'greater')).toBe('inconclusive') // inside the noise floor
  expect(judge(ratio, null, 'greater')).toBe('inconclusive') // floor unknown
  expect(judge({ ratio: 1.06, low: 0.99, high: 1.2 }, 0, 'greater')).toBe('inconclusive')
  expect(judge({ ratio: 0.5, low: 0.4, high: 0.6 }, 0.1, 'greater')).toBe('slower')
  expect(judge({ ratio: 0.5, low: 0.4, high: 0.6 }, 0.1, 'smaller')).toBe('faster')
  // 6 % slower is 0.94, and as far from 1 as 1.064 is: the floor is the same on both sides.
  expect(judge({ ratio: 1 / 1.06, low: 0.92, high: 0.96 }, 0.0601, 'greater')).toBe('inconclusive')
})

test('figures that cannot be compared are refused', () => {
  expect(() => ratioOfMedians([1, 2], [1])).toThrow(RangeError)
  expect(() => ratioOfMedians([], [])).toThrow(RangeError)
  expect(() => ratioOfMedians([1, 0, 1, 1, 1], [1, 1, 1, 1, 1])).toThrow('above 0')
  expect(() => noiseFloor([pair([1, Number.NaN], [1, 1])])).toThrow('above 0')
  expect(noiseFloor([])).toBeNull()
})

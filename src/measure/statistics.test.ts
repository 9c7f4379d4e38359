import { expect, test, vi } from 'vitest'
import {
  judge,
  leastRounds,
  median,
  noiseFloor,
  randomNumbers,
  ratioOfRounds,
  shareInterval,
} from './statistics.ts'

// Many experiments are drawn: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 120_000 })

/** Rounds of two servers: a drift that both have, and noise of their own, normal in the logarithm. */
function rounds(count: number, ratio: number, deviation: number, seed: number) {
  const random = randomNumbers(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const a: number[] = []
  const b: number[] = []
  for (let i = 0; i < count; i++) {
    const drift = 80_000 * Math.exp(0.1 * normal())
    a.push(drift * ratio * Math.exp(deviation * normal()))
    b.push(drift * Math.exp(deviation * normal()))
  }
  return { a, b }
}

/** How many of so many experiments a thing is true of, 0 to 1. */
function share(of: number, isTrue: (seed: number) => boolean): number {
  let count = 0
  for (let seed = 1; seed <= of; seed++) if (isTrue(seed * 7919)) count++
  return count / of
}

/** Of each server from round to round, beside the drift of 10 % that both have: a standard deviation. */
const noise = 0.02

test('the median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(median([7])).toBe(7)
  expect(() => median([])).toThrow(RangeError)
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2]) // not sorted under the caller's hands
})

test('rounds without noise give the ratio itself, whatever the machine does meanwhile', () => {
  const b = [100, 50, 110, 20, 105, 70]
  const { ratio, low, high } = ratioOfRounds(
    b.map((figure) => figure * 2),
    b,
  )
  expect([ratio, low, high]).toEqual([2, 2, 2])
})

test('the interval is of the ratios that the sign test names', () => {
  const ones = (count: number) => Array(count).fill(1)
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
  // 2 x 0.5^6 = 3.1 %: all six. With nine one at each end may miss: 2 x 10 x 0.5^9 = 3.9 %.
  expect(ratioOfRounds(upTo(6), ones(6))).toEqual({ ratio: 3.5, low: 1, high: 6 })
  expect(ratioOfRounds(upTo(9), ones(9))).toEqual({ ratio: 5, low: 2, high: 8 })
  expect(ratioOfRounds(upTo(15), ones(15))).toEqual({ ratio: 8, low: 4, high: 12 })
})

test.each([6, 7, 9, 15, 31])(
  'the interval of %i rounds holds the truth in 94 of 100 experiments and more',
  (count) => {
    const covered = share(4000, (seed) => {
      const { a, b } = rounds(count, 1.04, noise, seed)
      const { low, high } = ratioOfRounds(a, b)
      return low! <= 1.04 && high! >= 1.04
    })
    expect(covered).toBeGreaterThanOrEqual(0.94)
  },
)

/** The ratio of the medians with a bootstrap of whole rounds: what the lab did before. */
function ratioOfMedians(a: readonly number[], b: readonly number[], seed: number) {
  const random = randomNumbers(seed)
  const ratios = Array.from({ length: 200 }, () => {
    const drawn = a.map(() => Math.floor(random() * a.length))
    return median(drawn.map((at) => a[at]!)) / median(drawn.map((at) => b[at]!))
  }).sort((one, other) => one - other)
  return { low: ratios[5]!, high: ratios[194]! }
}

test('within the rounds a real 4 % is found, while the ratio of medians loses it in the drift', () => {
  const excludesOne = ({ low, high }: { low: number | null; high: number | null }) =>
    low! > 1 || high! < 1
  const width = { rounds: 0, medians: 0 }
  const found = { rounds: 0, medians: 0 }
  const experiments = 300
  for (let seed = 1; seed <= experiments; seed++) {
    const { a, b } = rounds(15, 1.04, noise, seed * 7919)
    const [within, medians] = [ratioOfRounds(a, b), ratioOfMedians(a, b, seed)]
    if (excludesOne(within)) found.rounds++
    if (excludesOne(medians)) found.medians++
    width.rounds += (within.high! - within.low!) / experiments
    width.medians += (medians.high - medians.low) / experiments
  }
  expect(found.rounds / experiments).toBeGreaterThan(0.95)
  expect(found.medians / experiments).toBeLessThan(0.75)
  expect(width.rounds).toBeLessThan(0.6 * width.medians)
})

test('too few rounds have no interval and no verdict', () => {
  const few = [200, 201, 202, 203, 204]
  expect(few.length).toBe(leastRounds - 1)
  const none = ratioOfRounds(few, [100, 101, 102, 103, 104])
  expect(none.low).toBeNull()
  expect(judge(none, 0, 'greater')).toBe('inconclusive')
  expect(noiseFloor([{ a: few, twin: few }])).toBeNull()
})

test.each([6, 9, 15])('A/A: %i rounds of the same server call no difference', (count) => {
  const called = share(2000, (seed) => {
    const { a, b } = rounds(count, 1, 0.05, seed)
    const { a: c, b: d } = rounds(count, 1, 0.05, seed + 1)
    const floor = noiseFloor([
      { a, twin: b },
      { a: c, twin: d },
    ])
    return judge(ratioOfRounds(a, b), floor, 'greater') !== 'inconclusive'
  })
  expect(called).toBeLessThan(0.01)
})

test('A/A: a copy that is always 10 % ahead is called different: the measurement is wrong', () => {
  const { a, b } = rounds(9, 1.1, 0.005, 3)
  expect(judge(ratioOfRounds(a, b), noiseFloor([{ a, twin: b }]), 'greater')).toBe('faster')
})

test('more rounds lower the floor, so that they find what fewer cannot', () => {
  const found = (count: number) =>
    share(300, (seed) => {
      const { a, b } = rounds(count, 1.04, 0.03, seed)
      const { a: twin, b: other } = rounds(count, 1, 0.03, seed + 1)
      const floor = noiseFloor([{ a: twin, twin: other }])
      return judge(ratioOfRounds(a, b), floor, 'greater') === 'faster'
    })
  expect(found(7)).toBeLessThan(0.2)
  expect(found(31)).toBeGreaterThan(0.7)
  const ofRound = (count: number) => {
    const { a, b } = rounds(count, 1, 0.02, 11)
    return noiseFloor([{ a, twin: b }], 'round')!
  }
  // Two servers with 2 % of noise each differ by 2.8 % in a round: 2.6 x that, for many rounds.
  expect(ofRound(400)).toBeGreaterThan(0.065)
  expect(ofRound(400)).toBeLessThan(0.085)
})

test('one disturbed round does not make the noise floor', () => {
  const { a, b } = rounds(9, 1, 0.02, 13)
  const calm = noiseFloor([{ a, twin: b }])!
  a[3]! /= 4
  expect(noiseFloor([{ a, twin: b }])).toBeLessThan(calm * 2)
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

test('the interval of a share', () => {
  const { low, high } = shareInterval(40, 200)
  expect(low).toBeCloseTo(0.15, 2)
  expect(high).toBeCloseTo(0.261, 2)
  expect(shareInterval(0, 100)).toMatchObject({ low: 0, high: expect.closeTo(0.037, 2) })
  expect(shareInterval(0, 0)).toEqual({ low: 0, high: 1 })
  const covered = share(2000, (seed) => {
    const random = randomNumbers(seed)
    const hits = Array.from({ length: 120 }, random).filter((value) => value < 0.13).length
    const { low, high } = shareInterval(hits, 120)
    return low <= 0.13 && high >= 0.13
  })
  expect(covered).toBeGreaterThan(0.93)
})

test('figures that cannot be compared are refused', () => {
  expect(() => ratioOfRounds([1, 2], [1])).toThrow(RangeError)
  expect(() => ratioOfRounds([], [])).toThrow(RangeError)
  expect(() => ratioOfRounds([1, 0, 1, 1, 1], [1, 1, 1, 1, 1])).toThrow('above 0')
  expect(() => noiseFloor([{ a: [1, Number.NaN], twin: [1, 1] }])).toThrow('above 0')
  expect(noiseFloor([])).toBeNull()
})

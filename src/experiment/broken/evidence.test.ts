import { expect, it } from 'vitest'
import { ratioOfMedians } from '../../measure/statistics.ts'
import { pairedRatio, pairedRuns, ratios, singleRuns } from './evidence.ts'
import { uncheckedEvidence } from './unchecked.ts'

const right = [100, 101, 99, 100, 102, 98]

it('a wrong run far outside the noise is a lie of that size', () => {
  const evidence = singleRuns('requests/s', [60, 61, 59], right)
  expect(evidence).toMatchObject({ visible: true, wrong: 60, right: 100 })
  expect(evidence.size).toBeCloseTo(-0.4)
})

it('a wrong run inside the noise is no lie', () => {
  expect(singleRuns('requests/s', [99, 101, 102], right).visible).toBe(false)
})

it('what a right run did say is never called a lie, however rare it was', () => {
  const disturbed = [100, 101, 99, 100, 102, 60]
  expect(singleRuns('requests/s', [62], disturbed).visible).toBe(false)
  expect(singleRuns('requests/s', [55], disturbed).visible).toBe(true)
})

it('one wrong run that is far off among good ones does not make a lie', () => {
  expect(singleRuns('requests/s', [100, 101, 10], right).visible).toBe(false)
})

it('too high is a lie as well as too low', () => {
  expect(singleRuns('µs of CPU a request', [140], right)).toMatchObject({ visible: true })
})

it('with fewer than five right runs nothing is claimed', () => {
  const evidence = singleRuns('requests/s', [1], right.slice(0, 4))
  expect(evidence).toMatchObject({ noise: null, visible: false })
})

it('a ratio is a lie only outside the interval of the right one', () => {
  const twice = ratioOfMedians([200, 210, 190, 205, 195], [100, 101, 99, 100, 100])
  expect(ratios(1.02, twice).visible).toBe(true)
  expect(ratios(2.01, twice).visible).toBe(false)
  expect(ratios(1, { ratio: 2, low: null, high: null }).visible).toBe(false)
})

it('twins on a machine that becomes slow half-way are alike within their rounds', () => {
  const a = [100, 101, 99, 50, 51, 49]
  const b = [101, 100, 99, 51, 50, 50]
  const { ratio, low, high } = pairedRatio(b, a)
  expect(ratio).toBeCloseTo(1, 1)
  expect(low! <= 1 && high! >= 1).toBe(true)
  expect(ratios(0.5, { ratio, low, high }).visible).toBe(true)
  expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError)
})

it('paired runs: a small cost in every round is seen, one in some rounds is not', () => {
  const plain = [100, 120, 90, 110, 105]
  const costs = (share: number[]) => plain.map((figure, at) => figure * (1 + share[at]!))
  const every = pairedRuns('µs of CPU a request', costs([0.08, 0.07, 0.09, 0.08, 0.08]), plain)
  expect(every.visible).toBe(true)
  expect(every.size).toBeCloseTo(0.08)
  const some = costs([0.2, -0.1, 0.2, -0.05, 0.1])
  expect(pairedRuns('µs of CPU a request', some, plain).visible).toBe(false)
})

const tool = { name: 'a tool', test: 'set' as const }
const refusal = 'wrong reply to SET'

it('no reply check: shown where the liar was faster and the lab refused it', () => {
  const evidence = uncheckedEvidence(
    tool,
    [200, 201, 199, 200, 202],
    [100, 101, 99, 100, 98],
    refusal,
  )
  expect(evidence).toMatchObject({ visible: true, right: null, refusal })
  expect(evidence.size).toBeCloseTo(1)
})

it('no reply check: not shown where the liar was no faster, slower, or believed by the lab too', () => {
  const honest = [100, 101, 99, 100, 98]
  expect(uncheckedEvidence(tool, honest, honest, refusal).visible).toBe(false)
  expect(uncheckedEvidence(tool, [50, 51, 49, 50, 50], honest, refusal).visible).toBe(false)
  const believed = uncheckedEvidence(tool, [200, 201, 199, 200, 202], honest, undefined)
  expect(believed.visible).toBe(false)
  expect(believed.refusal).toContain('a fault of the lab')
})

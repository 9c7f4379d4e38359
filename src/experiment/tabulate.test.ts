import { expect, test } from 'vitest'
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { defaultWorkload } from '../load/workload.ts'
import { reading } from '../measure/counters.ts'
import { calmFake, type Fake, fakeComparison, jitter } from './fake-comparison.ts'
import { rankChanges } from './rank-changes.ts'
import { tookTurns } from './tabulate.ts'
import { twinOf, whoseTwin } from './targets.ts'

const rates: Record<string, number> = { redis: 80_000, stage1: 16_000, stage4: 79_000 }

const calm = calmFake(rates)

test('medians, ratios and verdicts of a calm comparison', () => {
  const [table] = fakeComparison(calm).tables
  const [redis, stage1, stage4, again] = table!.rows
  expect(redis!.rateRatio).toBeNull()
  expect(redis!.cpuRatio).toBeNull()
  expect(redis!.requestsPerSecond).toBeCloseTo(80_000, -3)
  expect(stage1!.rateRatio).toMatchObject({ verdict: 'slower' })
  expect(stage1!.rateRatio!.ratio).toBeCloseTo(0.2, 2)
  expect(stage1!.rateRatio!.low).toBeLessThanOrEqual(stage1!.rateRatio!.ratio)
  // More CPU per request is slower.
  expect(stage1!.cpuRatio).toMatchObject({ value: { verdict: 'slower' } })
  // 1.3 % less than Redis is within the noise of 1 %.
  expect(stage4!.rateRatio).toMatchObject({ verdict: 'inconclusive' })
  expect(again!.counters).not.toHaveProperty('heapBytes')
  expect(table!.twin.rate.verdict).toBe('inconclusive')
  expect(table!.twin.cpu).toMatchObject({ value: { verdict: 'inconclusive' } })
})

test('the same interval is a verdict on a quiet machine and none on a noisy one', () => {
  const withTwinNoise =
    (noise: number): Fake =>
    (name, workload, round) => {
      const figures = calm(name, workload, round, 'set')
      if (name === 'stage1') return { ...figures, rate: 70_000 * jitter(name, round) }
      if (name === 'stage4 again')
        return { ...figures, rate: figures.rate * (1 + noise * (round % 3)) }
      return figures
    }
  const verdict = (noise: number) => {
    const [table] = fakeComparison(withTwinNoise(noise)).tables
    return table!.rows.find(({ target }) => target === 'stage1')!.rateRatio!.verdict
  }
  expect(verdict(0)).toBe('slower')
  expect(verdict(0.2)).toBe('inconclusive')
})

test('A/A copies that differ every round are called different: the comparison is to be distrusted', () => {
  const [table] = fakeComparison((name, workload, round, test) => {
    const figures = calm(name, workload, round, test)
    return name === 'stage4 again' ? { ...figures, rate: figures.rate * 1.3 } : figures
  }).tables
  expect(table!.twin.rate.verdict).toBe('faster')
})

test('one disturbed round changes no median by much', () => {
  const [table] = fakeComparison((name, workload, round, test) => {
    const figures = calm(name, workload, round, test)
    return name === 'stage1' && round === 3 ? { ...figures, rate: 100 } : figures
  }).tables
  expect(table!.rows[1]!.requestsPerSecond).toBeGreaterThan(15_500)
})

test('a client that is busy all the time is the bottleneck', () => {
  const [table] = fakeComparison((name, workload, round, test) => {
    return { ...calm(name, workload, round, test), busy: name === 'redis' ? 0.99 : 0.9 }
  }).tables
  expect(table!.rows.map(({ clientBusy }) => isLoadGeneratorBound(clientBusy))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('a client and a server that take turns are not taken for two that work at once', () => {
  const turns = (busy: number | null, cpu: number | null) => {
    const [table] = fakeComparison((name, workload, round, test) => {
      return { ...calm(name, workload, round, test), busy, cpu }
    }).tables
    return tookTurns(table!.rows[0]!) // 80,000 requests per second
  }
  expect(turns(0.5, 6)).toBe(true) // 0.98 of a core together
  expect(turns(0.8, 11)).toBe(false) // 1.68
  expect(turns(0.1, 11)).toBe(false) // the server is the bottleneck
  expect(turns(0.99, 1)).toBe(false) // the client is
  expect(turns(null, 6)).toBe(false)
  expect(turns(0.5, null)).toBe(false)
})

test('what cannot be counted is missing, with the reason, and never zero', () => {
  const [table] = fakeComparison((name, workload, round, test) => {
    return { ...calm(name, workload, round, test), cpu: null, busy: null }
  }).tables
  const stage1 = table!.rows[1]!
  expect(reading(stage1.counters, 'cpu')).toEqual({ missing: 'not counted here' })
  expect(stage1.cpuRatio).toEqual({ missing: 'not counted here' })
  expect(reading(stage1.counters, 'reads')).toEqual({ missing: 'not counted here' })
  expect(table!.floor.cpu).toEqual({ missing: 'not counted here' })
  expect(stage1.clientBusy).toBeNull()
  expect(stage1.percentiles).toBeNull()
})

test('with fewer than six rounds there is no verdict', () => {
  const [table] = fakeComparison(calm, { rounds: 5 }).tables
  expect(table!.floor.rate).toEqual({ missing: 'too few rounds to know it' })
  expect(table!.rows[1]!.rateRatio).toMatchObject({ low: null, verdict: 'inconclusive' })
})

const sweep = {
  sweep: { over: 'pipeline' as const, values: [1, 16] },
  workloads: [defaultWorkload, { ...defaultWorkload, pipeline: 16 }],
}

test('a sweep names who passes whom, and whether that is certain', () => {
  const crossing: Fake = (name, workload, round, test) => {
    const figures = calm(name, workload, round, test)
    const gain = name.startsWith('stage4') ? [0.8, 1.25][workload]! : 1
    return { ...figures, rate: figures.rate * gain }
  }
  const found = rankChanges(fakeComparison(crossing, sweep))
  expect(found).toContainEqual({
    test: 'set',
    figure: 'rate',
    from: 0,
    to: 1,
    ahead: 'redis',
    behind: 'stage4',
    certain: true,
  })
  expect(found.every(({ ahead, behind }) => ![ahead, behind].includes('stage1'))).toBe(true)
  expect(found.every(({ ahead, behind }) => ![ahead, behind].includes('stage4 again'))).toBe(true)
})

test('a sweep does not rank rates that are the client’s', () => {
  const bound: Fake = (name, workload, round, test) => {
    const gain = name.startsWith('stage4') ? [0.8, 1.25][workload]! : 1
    const { rate, cpu } = calm(name, workload, round, test)
    return { rate: rate * gain, cpu, busy: 1 }
  }
  const found = rankChanges(fakeComparison(bound, sweep))
  expect(found.filter(({ figure }) => figure === 'rate')).toEqual([])
})

test('the A/A copy is of the last stage; its name is its own', () => {
  const servers = ['stage2', 'stage4', 'redis'].map((name) => ({ name, server: name }))
  expect(whoseTwin(servers).name).toBe('stage4')
  expect(whoseTwin([servers[2]!]).name).toBe('redis')
  const lesser = { name: 'no slab', server: 'stage4', args: ['--without', 'slab'] }
  expect(whoseTwin([servers[1]!, lesser]).name).toBe('stage4')
  expect(twinOf(servers[1]!)).toEqual({ name: 'stage4 again', server: 'stage4' })
})

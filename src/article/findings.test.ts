/** Each check with figures that must pass it, figures that must fail it, and figures that are missing. */
import { describe, expect, it } from 'vitest'
import type { Ratio } from '../measure/statistics.ts'
import type { BesideRedis, Evidence } from './evidence.ts'
import type { Verdict } from './finding.ts'
import { checkFindings } from './findings.ts'

const ratio = (value: number, spread = 0.01): Ratio => ({
  ratio: value,
  low: value * (1 - spread),
  high: value * (1 + spread),
})

const beside = (throughput: number, p95 = 1, spread = 0.01): BesideRedis => ({
  throughput: ratio(throughput, spread),
  p95: ratio(p95, spread),
  clientBound: false,
})

/** A machine on which the article's story is true to the letter. */
const asInTheArticle: Evidence = {
  stage1Shares: { value: { samples: 3000, gettingIn: 0.75, executing: 0.13, releasing: 0.08 } },
  stage1Reads: { value: 46 },
  stage2Reads: { value: 1 },
  stage1Kernel: { value: ratio(4.1) },
  missRates: { cache: { value: 0.0561 }, l1d: { value: 0.1057 }, dtlb: { value: 0.1517 } },
  buffering: { value: ratio(5) },
  walking: { value: ratio(0.8) },
  pooling: { value: ratio(0.8) },
  stage3Bytes: { value: 900 },
  stage4Bytes: { value: 40 },
  besideRedis: {
    set: { value: beside(1 - 0.076, 1.063) },
    get: { value: beside(1 - 0.052, 1.063) },
  },
}

function verdicts(change: Partial<Evidence> = {}): Map<string, Verdict> {
  const findings = checkFindings({ ...asInTheArticle, ...change })
  return new Map(findings.map(({ id, verdict }) => [id, verdict]))
}

it("the article's own figures reproduce all of it, and what it left undone goes beyond it", () => {
  const found = verdicts()
  expect(found.get('left-on-the-table')).toBe('beyond the article')
  found.delete('left-on-the-table')
  expect([...new Set(found.values())]).toEqual(['reproduced'])
})

it('every finding has a claim, a measured figure and a command; a lesser verdict has a reason', () => {
  const findings = checkFindings({
    ...asInTheArticle,
    buffering: { value: ratio(1) },
    stage1Reads: { missing: 'no /proc here' },
  })
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length)
  for (const { claim, measured, command, verdict, why } of findings) {
    expect(claim).not.toBe('')
    expect(measured).not.toBe('')
    expect(command).toMatch(/^npm run /)
    if (!['reproduced', 'beyond the article'].includes(verdict)) {
      expect(why).toBeTruthy()
    }
  }
})

const shares = (gettingIn: number, executing: number, releasing: number, samples = 3000) => ({
  stage1Shares: { value: { samples, gettingIn, executing, releasing } },
})

const cases: [id: string, change: Partial<Evidence>, verdict: Verdict][] = [
  ['parse-share', shares(0.68, 0.3, 0), 'reproduced'],
  ['parse-share', shares(0.66, 0.3, 0), 'inconclusive'],
  ['parse-share', shares(0.75, 0.2, 0, 60), 'inconclusive'],
  ['parse-share', shares(0.9, 0.05, 0), 'direction only'],
  ['parse-share', shares(0.6, 0.3, 0), 'direction only'],
  ['parse-share', shares(0.4, 0.5, 0), 'not reproducible here'],
  ['execute-share', shares(0.7, 0.22, 0), 'direction only'],
  ['execute-share', shares(0.4, 0.5, 0), 'not reproducible here'],
  ['release-share', shares(0.8, 0.15, 0.005), 'not reproducible here'],
  ['release-share', shares(0.8, 0.1, 0.09), 'reproduced'],
  ['release-share', shares(0.8, 0.1, 0.09, 200), 'inconclusive'],
  ['release-share', shares(0.6, 0.1, 0.25), 'not reproducible here'],
  ['syscall-a-byte', { stage1Reads: { value: 1 } }, 'not reproducible here'],
  ['syscall-a-byte', { stage1Reads: { value: 92 } }, 'not reproducible here'],
  ['buffered-reads', { stage2Reads: { value: 46 } }, 'not reproducible here'],
  ['buffered-reads', { stage2Reads: { value: 2 } }, 'not reproducible here'],
  ['system-time', { stage1Kernel: { value: ratio(2) } }, 'direction only'],
  ['system-time', { stage1Kernel: { value: ratio(0.5) } }, 'not reproducible here'],
  ['system-time', { stage1Kernel: { value: ratio(0.9, 0.2) } }, 'inconclusive'],
  ['system-time', { stage1Kernel: { value: ratio(2.9, 0.2) } }, 'inconclusive'],
  ['system-time', { stage1Kernel: { missing: 'too short to split' } }, 'not reproducible here'],
  ['buffering-wins', { buffering: { value: ratio(1.5) } }, 'direction only'],
  ['buffering-wins', { buffering: { value: ratio(3, 0.5) } }, 'inconclusive'],
  ['buffering-wins', { buffering: { value: ratio(1.02, 0.05) } }, 'inconclusive'],
  ['buffering-wins', { buffering: { value: ratio(0.5) } }, 'not reproducible here'],
  ['buffering-wins', { buffering: { value: { ratio: 9, low: null, high: null } } }, 'inconclusive'],
  ['left-on-the-table', { walking: { value: ratio(1.1) } }, 'not reproducible here'],
  ['left-on-the-table', { walking: { value: ratio(0.99, 0.02) } }, 'inconclusive'],
  ['allocator', { pooling: { value: ratio(0.99, 0.02) } }, 'inconclusive'],
  ['allocator', { pooling: { value: ratio(1.2, 0.02) } }, 'direction only'],
  ['allocator', { stage4Bytes: { value: 899 } }, 'not reproducible here'],
  [
    'cache-misses',
    { missRates: { ...asInTheArticle.missRates, cache: { value: 0.2 } } },
    'not reproducible here',
  ],
]

it.each(cases)('%s, given %j: %s', (id, change, verdict) => {
  expect(verdicts(change).get(id)).toBe(verdict)
})

describe('beside Redis', () => {
  const rate = (value: number, spread?: number) =>
    verdicts({
      besideRedis: { ...asInTheArticle.besideRedis, set: { value: beside(value, 1, spread) } },
    }).get('set-throughput')

  it.each<[number, number, Verdict]>([
    [1.05, 0.01, 'beyond the article'],
    [0.98, 0.01, 'beyond the article'],
    [0.92, 0.01, 'reproduced'],
    [0.95, 0.05, 'reproduced'], // the interval holds the article's figure
    [0.95, 0.2, 'inconclusive'], // it holds everything
    [0.9, 0.01, 'reproduced'],
    [0.7, 0.01, 'direction only'],
    [0.2, 0.01, 'direction only'],
  ])('throughput of %d, give or take %d: %s', (value, spread, verdict) => {
    expect(rate(value, spread)).toBe(verdict)
  })

  it('completion time is judged the other way round, and so is latency', () => {
    const quick = verdicts({
      besideRedis: { ...asInTheArticle.besideRedis, set: { value: beside(1.2, 0.8) } },
    })
    expect(quick.get('set-completion')).toBe('beyond the article')
    expect(quick.get('set-p95')).toBe('beyond the article')
    const slow = verdicts({
      besideRedis: { ...asInTheArticle.besideRedis, set: { value: beside(0.6, 1.9) } },
    })
    expect(slow.get('set-completion')).toBe('direction only')
    expect(slow.get('set-p95')).toBe('direction only')
  })

  it('without an interval, or without Redis, nothing is claimed', () => {
    const few = { ...beside(1.2), throughput: { ratio: 1.2, low: null, high: null } }
    const missing = { missing: 'redis-server is not installed on this machine' }
    const findings = checkFindings({
      ...asInTheArticle,
      besideRedis: { set: { value: few }, get: missing },
    })
    const get = findings.find(({ id }) => id === 'get-throughput')!
    expect(findings.find(({ id }) => id === 'set-throughput')!.verdict).toBe('inconclusive')
    expect(get).toMatchObject({ verdict: 'not reproducible here', why: missing.missing })
  })
})

it('an explanation is shown only beside the figures that it explains', () => {
  const whyOf = (id: string, change: Partial<Evidence>) =>
    checkFindings({ ...asInTheArticle, ...change }).find((finding) => finding.id === id)!.why
  expect(whyOf('release-share', shares(0.8, 0.1, 0.001))).toContain('what is alive')
  expect(whyOf('release-share', shares(0.6, 0.1, 0.25))).toBe('it takes more here')
  expect(whyOf('parse-share', shares(0.9, 0.05, 0))).toBe('even more of the time')
  expect(whyOf('system-time', { stage1Kernel: { value: ratio(0.9, 0.2) } })).toContain('spans 1.00')
  const whyOfRate = (rate: number, spread: number) =>
    whyOf('set-throughput', {
      besideRedis: { ...asInTheArticle.besideRedis, set: { value: beside(rate, 1, spread) } },
    })
  expect(whyOfRate(1.1, 0.01)).toBe('ahead of Redis')
  expect(whyOfRate(1, 0.01)).toBe('level with Redis')
  expect(whyOfRate(0.97, 0.01)).toBe('closer to Redis')
})

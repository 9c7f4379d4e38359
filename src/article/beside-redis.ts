/**
 * The claims of the article's table of results: how far Zedis is behind Redis, with one key, which is
 * what redis-benchmark sends. What a million keys change is the subject of stage 5.
 */
import type { Ratio } from '../measure/statistics.ts'
import type { BesideRedis, Evidence } from './evidence.ts'
import { type Claim, given, type Outcome, times } from './finding.ts'

/** The article's three figures for a test, each as Zedis over Redis. */
const behind = {
  set: { rate: -0.076, seconds: 0.082, p95: 0.063 },
  get: { rate: -0.052, seconds: 0.056, p95: 0.063 },
} as const

export const results: readonly Claim[] = (['set', 'get'] as const).flatMap(besideRedis)

function besideRedis(test: 'set' | 'get'): Claim[] {
  const name = test.toUpperCase()
  const command = 'npm run compare -- --pipeline 1'
  const figures = behind[test]
  const check =
    (
      article: number,
      what: string,
      pick: (beside: BesideRedis) => Ratio,
      better: 'more' | 'less',
    ) =>
    (evidence: Evidence): Outcome =>
      given(evidence.besideRedis[test], (beside) => {
        const ratio = pick(beside)
        return againstRedis(
          ratio,
          1 + article,
          better,
          `${what} of stage 4 is ${times(ratio)} that of Redis, with one key`,
          beside.clientBound,
        )
      })
  return [
    {
      id: `${test}-throughput`,
      claim: `${name} throughput is ${signed(figures.rate)} against Redis`,
      command,
      check: check(figures.rate, `${name} throughput`, ({ throughput }) => throughput, 'more'),
    },
    {
      id: `${test}-completion`,
      claim: `${name} completion time is ${signed(figures.seconds)}`,
      command,
      // The time for a number of requests is what throughput is over.
      check: check(
        figures.seconds,
        `${name} completion time`,
        ({ throughput }) => inverse(throughput),
        'less',
      ),
    },
    {
      id: `${test}-p95`,
      claim: `${name} p95 latency is ${signed(figures.p95)}`,
      command,
      check: check(figures.p95, `${name} p95 latency`, ({ p95 }) => p95, 'less'),
    },
  ]
}

/** An interval wider than this says nothing about differences of 5 to 8 %. */
const WIDEST = 0.2
/** How much further behind Redis than the article a stage may be and still reproduce it. */
const LEEWAY = 0.05

function againstRedis(
  ratio: Ratio,
  article: number,
  better: 'more' | 'less',
  measured: string,
  clientBound: boolean,
): Outcome {
  const said = clientBound ? `${measured}; the load generator was the bottleneck` : measured
  if (ratio.low === null || ratio.high === null) {
    return { verdict: 'inconclusive', measured: said, why: 'too few rounds for an interval' }
  }
  // More is better in what follows.
  const [low, high, theirs] =
    better === 'more'
      ? [ratio.low, ratio.high, article]
      : [1 / ratio.high, 1 / ratio.low, 1 / article]
  if (high - low > WIDEST) {
    const why = 'the rounds differ too much to tell: repeat it on a quieter machine'
    return { verdict: 'inconclusive', measured: said, why }
  }
  if (low > theirs) {
    const why = low > 1 ? 'ahead of Redis' : high >= 1 ? 'level with Redis' : 'closer to Redis'
    return { verdict: 'beyond the article', measured: said, why }
  }
  if (high < theirs - LEEWAY) {
    return { verdict: 'direction only', measured: said, why: 'further behind Redis' }
  }
  return { verdict: 'reproduced', measured: said }
}

function inverse({ ratio, low, high }: Ratio): Ratio {
  return {
    ratio: 1 / ratio,
    low: high === null ? null : 1 / high,
    high: low === null ? null : 1 / low,
  }
}

function signed(change: number): string {
  return `${change > 0 ? '+' : ''}${(100 * change).toFixed(1)} %`
}

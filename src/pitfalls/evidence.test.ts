import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ratioOfRounds } from '../measure/statistics.ts'
import { type BrokenResult, brokenLines, brokenSummary } from './broken-screen.ts'
import { judgeClientBound } from './client-bound.ts'
import { judgeCold } from './cold.ts'
import { type Evidence, pairedRuns, ratios, singleRuns } from './evidence.ts'
import { judgeOneOrder } from './one-order.ts'
import { livePitfalls } from './pitfalls.ts'
import { judgeProfiled } from './profiled.ts'
import { type RecordedRun, type Recording, readRecording } from './recording.ts'
import { judgeTooShort } from './too-short.ts'
import { judgeUnchecked } from './unchecked.ts'

const right = [100, 101, 99, 100, 102, 98]

describe('single runs', () => {
  it('an answer far outside the noise is an error of that size', () => {
    const evidence = singleRuns('requests/s', [60, 61, 59], right)
    expect(evidence).toMatchObject({ visible: true, wrong: 60, right: 100 })
    expect(evidence.size).toBeCloseTo(-0.4)
    expect(singleRuns('µs of CPU per request', [140], right).visible).toBe(true)
  })

  it('inconclusive inside the noise, and with fewer than six right runs', () => {
    expect(singleRuns('requests/s', [99, 101, 102], right).visible).toBe(false)
    const few = singleRuns('requests/s', [1], right.slice(0, 4))
    expect(few).toMatchObject({ noise: null, visible: false })
  })

  it('what a right run did say is no error, nor is one outlier among good ones', () => {
    const disturbed = [100, 101, 99, 100, 102, 60]
    expect(singleRuns('requests/s', [62], disturbed).visible).toBe(false)
    expect(singleRuns('requests/s', [55], disturbed).visible).toBe(true)
    expect(singleRuns('requests/s', [100, 101, 10], right).visible).toBe(false)
  })
})

it('a ratio is an error only outside the interval of the right one', () => {
  const twice = ratioOfRounds([200, 210, 190, 205, 195, 200], [100, 101, 99, 100, 100, 100])
  expect(ratios(1.02, twice).visible).toBe(true)
  expect(ratios(2.01, twice).visible).toBe(false)
  expect(ratios(1, { ratio: 2, low: null, high: null }).visible).toBe(false)
})

it('two equal servers on a machine that gets slower half-way are equal within their rounds', () => {
  const { ratio, low, high } = ratioOfRounds([101, 100, 99, 51, 50, 50], [100, 101, 99, 50, 51, 49])
  expect(ratio).toBeCloseTo(1, 1)
  expect(low! <= 1 && high! >= 1).toBe(true)
  expect(() => ratioOfRounds([1, 2], [1])).toThrow(RangeError)
})

it('paired runs: a small cost in every round shows, one in some rounds does not', () => {
  const plain = [100, 120, 90, 110, 105, 95]
  const costs = (share: number[]) => plain.map((figure, at) => figure * (1 + share[at]!))
  const every = pairedRuns(
    'µs of CPU per request',
    costs([0.08, 0.07, 0.09, 0.08, 0.08, 0.08]),
    plain,
  )
  expect(every.visible).toBe(true)
  expect(every.size).toBeCloseTo(0.08)
  const some = costs([0.2, -0.1, 0.2, -0.05, 0.1, 0])
  expect(pairedRuns('µs of CPU per request', some, plain).visible).toBe(false)
})

/** A run with the given figures; what is not given comes from a real recording. */
interface Made {
  target?: string
  round?: number
  rate?: number
  cpu?: number
  busy?: number
  requests?: number
  seconds?: number
}

const real = readRecording(4)

function made(targets: string[], runs: Made[]): Recording {
  const [model] = real.runs
  const { tree: _, ...rest } = real
  return {
    ...rest,
    targets: targets.map((name) => ({ ...real.targets[0]!, name })),
    runs: runs.map(
      ({ target = targets[0]!, round = 1, rate = 1000, cpu = 10, busy = 0.5, ...run }) =>
        ({
          ...model!,
          target,
          round,
          summary: {
            ...model!.summary,
            requests: run.requests ?? 1000,
            seconds: run.seconds ?? 1,
            requestsPerSecond: rate,
            client: { busy },
          },
          server: {
            ...model!.server,
            cpu: { value: cpu },
          },
          threads: [],
        }) satisfies RecordedRun,
    ),
  }
}

/** The same run of two targets in each of six rounds, with some spread. */
function sixRounds(a: Made, b: Made): Made[] {
  return [1, 1.01, 0.99, 1.02, 0.98, 1].flatMap((spread, at) =>
    [a, b].map((run) => ({
      ...run,
      round: at + 1,
      rate: (run.rate ?? 1000) * spread,
      cpu: (run.cpu ?? 10) * spread,
    })),
  )
}

describe('explanations follow the figures', () => {
  const slow = { target: 'stage2', cpu: 8 }
  const fast = { target: 'stage4', cpu: 2 }
  const stages = ['stage2', 'stage4']

  it('client-bound: the bottleneck is named only if the client was busy', () => {
    const at = (busy: number) =>
      judgeClientBound(made(stages, sixRounds({ ...slow, busy }, { ...fast, busy })))
    expect(at(0.99)).toMatchObject({ visible: true })
    expect(at(0.99).right).toBeCloseTo(4)
    expect(at(0.99).why).toContain('The load generator was the bottleneck')
    expect(at(0.15).why).not.toContain('bottleneck')
    expect(at(0.15).why).toContain('not at its limit')
  })

  it('cold: the compiler is blamed only if the cold run used more CPU', () => {
    const start = (first: number, round: number): Made[] => [
      { round, cpu: first },
      { round, cpu: 1 },
      { round, cpu: 1.01 },
    ]
    const starts = (first: number) =>
      judgeCold(
        made(
          ['stage4'],
          [1, 2, 3].flatMap((round) => start(first, round)),
        ),
      )
    expect(starts(3)).toMatchObject({ visible: true, wrong: 3 })
    expect(starts(3).why).toContain('measure the compiler')
    expect(starts(1).visible).toBe(false)
    expect(starts(1).why).toContain('no more CPU')
    expect(starts(0.2).why).toContain('no more CPU')
  })

  it('one order: the slower second half is named only if B came out slower', () => {
    const ab = ['a', 'b']
    const fair = made(ab, sixRounds({ target: 'a' }, { target: 'b' }))
    const block = (b: number) =>
      judgeOneOrder(made(ab, sixRounds({ target: 'a' }, { target: 'b', rate: b })), fair)
    expect(block(500)).toMatchObject({ visible: true })
    expect(block(500).why).toContain('became slower')
    expect(block(2000).why).toContain('became faster')
    expect(block(1000)).toMatchObject({ visible: false })
    expect(block(1000).why).toContain('made no difference')
  })

  it("profiled: the profiler's work is named only if it showed", () => {
    const names = ['stage4', 'stage4 again']
    const with_ = (cpu: number) =>
      judgeProfiled(made(names, sixRounds({ target: names[0]! }, { target: names[1]!, cpu })))
    expect(with_(13)).toMatchObject({ visible: true })
    expect(with_(13).why).toContain("counted as the server's")
    expect(with_(10).why).toContain('did not show')
    expect(with_(8).why).toContain('did not show')
  })

  it('too short: the scheduler is named only if the short run is off', () => {
    const runs = (rate: number) =>
      judgeTooShort(
        made(
          ['stage2'],
          [1, 2, 3, 4, 5, 6].flatMap((round) => [
            { round, rate, requests: 200, seconds: 0.004 },
            { round, rate: 1000 + round, requests: 5000 },
          ]),
        ),
      )
    expect(runs(300)).toMatchObject({ visible: true })
    expect(runs(300).why).toContain('scheduler')
    expect(runs(1003).why).toContain('like the long ones')
  })

  it('unchecked: shown if the faulty server was faster and the lab refused it', () => {
    const names = ['stage3', 'rewrite']
    const at = (rate: number, refusal: string | undefined) =>
      judgeUnchecked(
        made(names, sixRounds({ target: names[0]! }, { target: names[1]!, rate })),
        refusal,
      )
    const refusal = 'wrong reply to SET'
    expect(at(2000, refusal)).toMatchObject({ visible: true, right: null, refusal })
    expect(at(2000, refusal).why).toContain('does less work is faster')
    for (const rate of [1000, 500]) {
      expect(at(rate, refusal).visible).toBe(false)
      expect(at(rate, refusal).why).toContain('not certainly faster')
    }
    expect(at(2000, undefined)).toMatchObject({ visible: false })
    expect(at(2000, undefined).refusal).toContain('a fault of the lab')
  })
})

describe('the screen', () => {
  const evidence: Evidence = {
    unit: 'requests/s',
    wrong: 60_000,
    right: 100_000,
    noise: { low: 95_000, high: 105_000 },
    size: -0.4,
    visible: true,
    why: 'A sentence.',
    details: [],
  }
  const shown: BrokenResult = { ...livePitfalls[0]!.live, name: 'too-short', evidence }
  const hidden: BrokenResult = {
    ...shown,
    evidence: { ...evidence, wrong: 98_000, size: -0.02, visible: false },
  }

  it('has both answers, the noise and the size of the error', () => {
    const lines = brokenLines(shown).map(stripVTControlCharacters)
    const text = lines.join('\n')
    expect(text).toContain('60,000 requests/s')
    expect(text).toContain('100,000 requests/s (noise: 95,000 to 105,000)')
    expect(text).toContain('40 % too low')
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  it('calls a difference inside the noise inconclusive, and counts what failed', () => {
    expect(brokenLines(hidden).join('\n')).toContain('inconclusive here: 2.0 % off')
    expect(brokenSummary([shown, hidden], 0)).toContain('1 of 2 showed an error')
    expect(brokenSummary([shown], 2)).toContain('2 could not be run')
  })
})

import { expect, it } from 'vitest'
import { answerOf, verdictText } from './comparison-answer.ts'
import { type Fake, fakeComparison, jitter } from './fake-comparison.ts'

interface Side {
  rate?: number
  cpu?: number | null
  busy?: number
}

/** Redis at 100,000 requests per second and 8 µs; `sides` differ from it. */
function answer(sides: Record<string, Side>, changes = {}): string | undefined {
  const fake: Fake = (name, _workload, round) => {
    const { rate = 1, cpu = 1, busy = 0.7 } = sides[name] ?? sides[name.replace(' again', '')] ?? {}
    return {
      rate: 100_000 * rate * jitter(name, round),
      cpu: cpu === null ? null : 8 * cpu * jitter(`${name} cpu`, round),
      busy,
    }
  }
  const comparison = fakeComparison(fake, changes)
  return answerOf(comparison.tables[0]!, comparison)
}

const slow = { rate: 0.1, cpu: 10 }

it('names the target with the least CPU, its rate, and how far both can be trusted', () => {
  expect(answer({ stage1: slow, stage4: { rate: 1.5, cpu: 0.5 } })).toMatch(
    /^Of all but redis, stage4 takes the least CPU per request: it serves 1\.\d\d times redis’ requests per second \(1\.\d+–1\.\d+\) and takes 0\.\d+ times the CPU per request \(0\.\d+–0\.\d+\)\.$/,
  )
})

it('the other way round it says so with the figures, not with "slower CPU"', () => {
  const text = answer({ stage1: slow, stage4: { rate: 0.5, cpu: 2 } })!
  expect(text).toMatch(
    /^Of all but redis, stage4 .* serves 0\.\d+ times redis’ .* takes [12]\.\d+ times the CPU per request/,
  )
  expect(text).not.toContain('inconclusive')
  expect(text).not.toMatch(/slower|faster/)
})

it('what noise could explain is inconclusive', () => {
  const text = answer({ stage1: slow, stage4: {} })!
  expect(text.match(/inconclusive\)/g)).toHaveLength(2)
})

it('too few rounds have no interval, and no answer that is sure', () => {
  const text = answer({ stage1: slow, stage4: { rate: 2, cpu: 0.5 } }, { rounds: 3 })!
  expect(text).toMatch(/requests per second \(inconclusive\) and takes .*\(inconclusive\)\./)
})

it('two that are too close to decide are both named', () => {
  const text = answer({ stage1: { rate: 1.5, cpu: 0.5 }, stage4: { rate: 1.5, cpu: 0.5 } })!
  expect(text).toMatch(/Inconclusive between it and stage[14]\./)
  expect(answer({ stage1: slow, stage4: { rate: 1.5, cpu: 0.5 } })).not.toContain('between')
})

it('says what was the bottleneck, and marks the rate', () => {
  const bound = answer({
    stage1: slow,
    stage4: { rate: 1.5, cpu: 0.5, busy: 0.99 },
    redis: { busy: 0.98 },
  })!
  expect(bound).toContain('serves ≥ 1.')
  expect(bound).toContain(
    'The load generator was the bottleneck (redis and stage4): the CPU decides.',
  )
  expect(answer({ stage1: slow, stage4: { rate: 1.5, cpu: 0.5 } })).not.toContain('bottleneck')
})

it('a copy that came out different from its original leaves no answer', () => {
  const text = answer({ stage1: slow, stage4: { rate: 1.5 }, 'stage4 again': { rate: 0.8 } })
  expect(text).toMatch(/^No answer: stage4 and stage4 again are the same server/)
})

it('without CPU the rate answers, and the sentence says what is missing', () => {
  const uncounted = { redis: { cpu: null }, stage1: { ...slow, cpu: null } }
  const text = answer({ ...uncounted, stage4: { rate: 1.5, cpu: null } })!
  expect(text).toMatch(
    /^Of all but redis, stage4 answers the most requests: .*; its CPU could not be counted\.$/,
  )
})

it('a cost is more or less, a rate faster or slower', () => {
  expect(verdictText('slower', 'cpu')).toBe('more')
  expect(verdictText('faster', 'cpu')).toBe('less')
  expect(verdictText('slower', 'rate')).toBe('slower')
  expect(verdictText('inconclusive', 'cpu')).toBe('inconclusive')
})

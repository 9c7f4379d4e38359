import { expect, it } from 'vitest'
import type { ResultCard } from '../../api/index.ts'
import { resultLabels } from './result-choice.tsx'

const card = (id: string, change: Partial<ResultCard> = {}): ResultCard => ({
  ...{ id, kind: 'stage', stages: ['stage2'], at: '2026-11-28T10:00:00Z' },
  ...{ machine: '2 x CPU, 8 GiB, Debian, Linux 6.1, Node 26', load: 'SET; 50 clients' },
  ...change,
})

const labels = (...list: ResultCard[]) => [...resultLabels(list).values()]

it('results of different minutes are distinguished by when they were run', () => {
  const [one, other] = labels(card('a'), card('b', { at: '2026-11-28T10:05:00Z' }))
  expect(one).toMatch(/^run here 28 Nov 2026, \d\d:00 · SET; 50 clients$/)
  expect(other).toMatch(/:05 · SET/)
})

it('of one minute by seconds, of one second by a number', () => {
  const [one, other, third] = labels(
    card('a'),
    card('b', { at: '2026-11-28T10:00:07Z' }),
    card('c', { at: '2026-11-28T10:00:07Z' }),
  )
  expect(one).toMatch(/:00:00 · SET; 50 clients$/)
  expect(other).toMatch(/:00:07 · SET; 50 clients \(1 of 2\)$/)
  expect(third).toMatch(/\(2 of 2\)$/)
})

it('of two machines by the machine', () => {
  const machine = '4 x Other, 16 GiB, Debian, Linux 6.9, Node 26'
  const [one, other] = labels(card('a'), card('reference', { machine }))
  expect(one).toMatch(/ · 2 x CPU, Node 26$/)
  expect(other).toMatch(/^recorded .* · 4 x Other, Node 26$/)
})

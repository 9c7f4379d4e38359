import { expect, it } from 'vitest'
import { brokenCases } from '../experiment/broken/cases.ts'
import { type BrokenResult, brokenLines, brokenSummary } from './broken-report.ts'

const { run: _, ...words } = brokenCases[0]!
const shown: BrokenResult = {
  ...words,
  evidence: {
    unit: 'requests/s',
    wrong: 60_000,
    right: 100_000,
    noise: { low: 95_000, high: 105_000 },
    size: -0.4,
    visible: true,
    seen: [],
  },
}
const hidden: BrokenResult = {
  ...shown,
  evidence: { ...shown.evidence, wrong: 98_000, size: -0.02, visible: false },
}

it('says both answers, the noise and the size of the lie', () => {
  const text = brokenLines(shown).join('\n')
  expect(text).toContain('60,000 requests/s')
  expect(text).toContain('100,000 requests/s (noise here: 95,000 to 105,000)')
  expect(text).toContain('40 % too low')
  expect(brokenLines(shown).every((line) => line.length <= 80)).toBe(true)
})

it('does not claim a lie that did not show', () => {
  expect(brokenLines(hidden).join('\n')).toContain('not visible here this time: 2.0 % off')
  expect(brokenSummary([shown, hidden])).toContain('1 of 2 lies were visible')
  expect(brokenSummary([shown])).toBe('The lie was visible.')
})

it('every case has its words, and a name of its own', () => {
  const names = brokenCases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { wrong, right, why } of brokenCases) {
    for (const text of [wrong, right, why]) expect(text.length).toBeGreaterThan(20)
  }
})

import { expect, test } from 'vitest'
import type { PredictionCard } from '../../api/index.ts'
import { guessText, moved, openPredictions, readGuess, waitsFor } from './guess.ts'

const calls: PredictionCard = { id: 'a', ask: '?', kind: 'number', unit: 'calls' }
const share: PredictionCard = { id: 'b', ask: '?', kind: 'percent' }
const order: PredictionCard = { id: 'c', ask: '?', kind: 'ranking', items: ['x', 'y'] }

test('a guess is written as its reader would', () => {
  expect(guessText(calls, 46)).toBe('46 calls')
  expect(guessText(calls, 1)).toBe('1 call')
  expect(guessText({ ...calls, unit: 'as a factor' }, 6.9)).toBe('a factor of 6.9')
  expect(guessText(share, -5)).toBe('-5 %')
  expect(guessText(order, ['y', 'x'])).toBe('y, x')
  expect(guessText(order, null)).toBe('no guess')
})

test('a change may be below nothing, a count may not', () => {
  expect(readGuess(share, '~ -5 %')).toEqual({ value: -5 })
  expect(readGuess(calls, '-5')).toHaveProperty('wrong')
})

test('a run waits for guesses; one that was skipped is waited for no more', () => {
  const at = '2026-01-01T00:00:00Z'
  expect(openPredictions([calls, share], undefined)).toBe(2)
  expect(openPredictions([calls, share], { a: { guess: null, at } })).toBe(1)
  expect(waitsFor(0)).toBeUndefined()
  expect(waitsFor(1)).toMatch(/^One prediction has/)
  expect(waitsFor(2)).toMatch(/^2 predictions have/)
})

test('items move by one place, and not beyond the ends', () => {
  expect(moved(['x', 'y', 'z'], 2, -1)).toEqual(['x', 'z', 'y'])
  expect(moved(['x', 'y', 'z'], 2, 1)).toEqual(['x', 'y', 'z'])
  expect(moved(['x', 'y', 'z'], 0, -1)).toEqual(['x', 'y', 'z'])
})

import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { fold } from './fold.ts'

it('a line that fits is left alone, colours and all', () => {
  expect(fold('', 10)).toEqual([''])
  expect(fold('0123456789', 10)).toEqual(['0123456789'])
  expect(fold('\x1b[31m0123456789\x1b[39m', 10)).toEqual(['\x1b[31m0123456789\x1b[39m'])
})

it('breaks before a word, and sets in what follows', () => {
  expect(fold('36  take the line or nothing at all', 20)).toEqual([
    '36  take the line or',
    '      nothing at all',
  ])
  expect(fold('+    const a = some.thing', 20)).toEqual(['+    const a =', '       some.thing'])
})

it('a word that is longer than the line is broken', () => {
  expect(fold('x'.repeat(45), 20)).toEqual(['x'.repeat(20), `  ${'x'.repeat(18)}`, '  xxxxxxx'])
})

it('no part is wider than asked for, and nothing is lost', () => {
  const line = `\x1b[2m12    /** ${'some words of a comment '.repeat(9)}\x1b[22m*/`
  const parts = fold(line, 40).map(stripVTControlCharacters)
  for (const part of parts) expect(part.length).toBeLessThanOrEqual(40)
  const words = (text: string) => stripVTControlCharacters(text).split(/\s+/).join(' ')
  expect(words(parts.join(' '))).toBe(words(line))
})

import { expect, it } from 'vitest'
import { printable } from './printable.ts'

it.each([
  ['a colour of the terminal', '\u001b[31mred', '[31mred'],
  ['a change of direction', 'abc\u202Etxt.exe', 'abc txt.exe'],
  ['a line end', 'one\r\ntwo\u2028three', 'one two three'],
  ['half a character', 'a\ud83db', 'a b'],
  ['letters of any script, and pictures', 'Ada Ångström 艾达 🦆', 'Ada Ångström 艾达 🦆'],
])('%s', (_, text, expected) => {
  expect(printable(text)).toBe(expected)
})

it('cuts no character in its middle', () => {
  expect(printable('ab🦆', 3)).toBe('ab')
  expect(printable('ab🦆', 4)).toBe('ab🦆')
})

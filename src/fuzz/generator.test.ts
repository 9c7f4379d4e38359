import { expect, it } from 'vitest'
import { cmd } from '../conformance/bytes.ts'
import { makeCase } from './case.ts'
import { generatedCommands } from './commands.ts'
import { atEnds } from './pieces.ts'

const some = Array.from({ length: 400 }, (_, index) => makeCase(7, index))
const bytesOf = (index: number, seed = 7) => makeCase(seed, index).pieces.join('')

it('makes the same case from the same seed, and another from another', () => {
  expect(some.map(({ pieces }) => pieces)).toEqual(
    some.map((_, index) => makeCase(7, index).pieces),
  )
  expect(bytesOf(0, 8)).not.toBe(bytesOf(0))
  expect(bytesOf(1)).not.toBe(bytesOf(0))
})

it('cuts up what it made, and loses nothing', () => {
  for (const { items, pieces } of some) {
    expect(pieces.join('')).toBe(items.map(({ bytes }) => bytes).join(''))
    expect(pieces).not.toContain('')
  }
})

it('sends bytes, never characters beyond', () => {
  for (const { pieces } of some) expect(pieces.join('')).toMatch(/^[\0-\xff]*$/)
})

it('sends every command that it knows', () => {
  const sent = new Set<string>()
  for (let index = 0; index < 2000; index++) {
    for (const { words } of makeCase(1, index).items) {
      if (words?.[0] !== undefined) sent.add(words[0].toUpperCase())
    }
  }
  expect(generatedCommands.filter((name) => !sent.has(name))).toEqual([])
})

it('ends a piece where it must, whatever the cut', () => {
  const items = [{ bytes: 'ab' }, { bytes: 'cd', endsPiece: true }, { bytes: 'ef' }]
  expect(atEnds(items, () => false)).toEqual(['abcd', 'ef'])
  expect(atEnds(items, () => true)).toEqual(['ab', 'cd', 'ef'])
})

it('keeps a command as words as long as its bytes are whole', () => {
  for (const { items } of some) {
    for (const { words, bytes } of items) if (words !== undefined) expect(bytes).toBe(cmd(...words))
  }
})

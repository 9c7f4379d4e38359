import { expect, it } from 'vitest'
import { cmd } from '../conformance/bytes.ts'
import { caseAt, inPieces, shorten } from './cases.ts'
import { generatedCommands } from './commands.ts'

const some = Array.from({ length: 400 }, (_, index) => caseAt(7, index))
const bytesOf = (index: number, seed = 7) => caseAt(seed, index).pieces.join('')

it('makes the same case from the same seed, and another from another', () => {
  for (const index of [0, 1, 17, 399]) expect(caseAt(7, index)).toEqual(some[index])
  expect(bytesOf(0, 8)).not.toBe(bytesOf(0))
  expect(bytesOf(0, 8)).not.toBe(bytesOf(1))
  expect(bytesOf(1)).not.toBe(bytesOf(0))
})

it('cuts what it made without losing a byte, in pieces of all kinds', () => {
  for (const { items, pieces } of some) {
    expect(pieces.join('')).toBe(items.map(({ bytes }) => bytes).join(''))
    expect(pieces).not.toContain('')
    expect(pieces.join('')).toMatch(/^[\0-\xff]*$/)
  }
  const counts = some.map(({ items, pieces }) => pieces.length / items.length)
  expect(counts.some((count) => count < 0.5)).toBe(true)
  expect(counts.some((count) => count === 1)).toBe(true)
  expect(counts.some((count) => count > 10)).toBe(true)
})

it('sends every command that it has, inline commands, odd frames and damaged ones', () => {
  const sent = new Set<string>()
  const kinds = { inline: 0, odd: 0 }
  for (let index = 0; index < 2000; index++) {
    for (const { bytes } of caseAt(1, index).items) {
      const name = /^\*\d+\r\n\$\d+\r\n([^\r]+)\r\n/.exec(bytes)?.[1]
      if (name !== undefined) sent.add(name.toUpperCase())
      if (/^[a-z]+[ \t][^\r\n]+\r?\n$/i.test(bytes)) kinds.inline++
      if (/^\*-?\d+\r\n$/.test(bytes)) kinds.odd++
    }
  }
  expect(generatedCommands.filter((name) => !sent.has(name))).toEqual([])
  expect(kinds.inline).toBeGreaterThan(500)
  expect(kinds.odd).toBeGreaterThan(10)
})

it('ends a piece where it must, whatever the cut', () => {
  const items = [{ bytes: 'ab' }, { bytes: 'cd', endsPiece: true }, { bytes: 'ef' }]
  expect(inPieces(items, 'whole')).toEqual(['abcd', 'ef'])
  expect(inPieces(items, 'items')).toEqual(['ab', 'cd', 'ef'])
  expect(inPieces(items, 'bytes')).toEqual([...'abcdef'])
  expect(inPieces(items, [{ edge: 1 }])).toEqual(['a', 'bcd', 'ef'])
})

it('shortens a generated case to the bytes that matter', async () => {
  const fails = async (tried: readonly string[]) => /STRLEN/.test(tried.join(''))
  const failing = some.find(({ pieces }) => pieces.length > 1 && /STRLEN/.test(pieces.join('')))!
  expect(await shorten(failing, fails, 10)).toEqual(['STRLEN'])
})

it('shortens pieces, commands and bytes, and keeps a cut only if it matters', async () => {
  const items = ['PING', 'SET', 'GET'].map((name) => {
    const words = [name, 'some key', 'a value that is long']
    return { words, bytes: cmd(...words) }
  })
  const pieces = items.flatMap(({ bytes }) => [bytes.slice(0, 9), bytes.slice(9)])
  const whole = async (tried: readonly string[]) => /\$\d\r\nSET/.test(tried.join(''))
  expect(await shorten({ items, how: 'whole', pieces }, whole, 10)).toEqual(['$3\r\nSET'])
  const onlyCut = async (tried: readonly string[]) => tried.length > 1 && /SET/.test(tried.join(''))
  const cut = await shorten({ items, how: 'whole', pieces }, onlyCut, 10)
  expect(cut).toHaveLength(2)
  expect(cut.join('').length).toBeLessThan(5)
})

it('ends the search in time, with what it has', async () => {
  const failing = some.find(({ pieces }) => pieces.length > 1)!
  const pieces = await shorten(failing, async () => true, 0)
  expect(pieces.join('')).toBe(failing.pieces.join(''))
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { append, bytesOf, overwrite, sliceOf, textOf, type Value } from './value.ts'

const bytes = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array))
/** The same bytes in either form. */
const value: fc.Arbitrary<Value> = fc.tuple(bytes, fc.boolean()).map(([buffer, asText]) => {
  return asText ? buffer.toString('latin1') : buffer
})

it('append joins bytes of either form, and leaves every older value as it was', () => {
  fc.assert(
    fc.property(value, fc.array(value, { maxLength: 12 }), (first, tails) => {
      let joined = first
      let expected = bytesOf(first)
      const older: [Value, Buffer][] = []
      for (const tail of tails) {
        older.push([joined, Buffer.from(bytesOf(joined))])
        // Two values may grow from one: APPEND, then SET back by GETSET.
        append(joined, 'another branch')
        joined = append(joined, tail)
        expected = Buffer.concat([expected, bytesOf(tail)])
        expect(bytesOf(joined).equals(expected)).toBe(true)
      }
      for (const [was, copy] of older) expect(bytesOf(was).equals(copy)).toBe(true)
    }),
  )
})

it('overwrite patches a copy, and fills a gap with zeros', () => {
  fc.assert(
    fc.property(value, fc.nat(4000), value, (before, offset, patch) => {
      const copy = Buffer.from(bytesOf(before))
      const expected = Buffer.alloc(Math.max(before.length, offset + patch.length))
      copy.copy(expected)
      bytesOf(patch).copy(expected, offset)
      expect(bytesOf(overwrite(before, offset, patch)).equals(expected)).toBe(true)
      expect(bytesOf(before).equals(copy)).toBe(true)
    }),
  )
})

it('text and slices keep every byte', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  expect(bytesOf(textOf(all)).equals(all)).toBe(true)
  expect(sliceOf(textOf(all), 250, 256)).toBe('\xfa\xfb\xfc\xfd\xfe\xff')
  expect(bytesOf(sliceOf(all, 0, 2))).toEqual(Buffer.from([0, 1]))
})

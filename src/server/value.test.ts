import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  append,
  bytesOf,
  copyOf,
  lend,
  overwrite,
  roomOf,
  type StoredValue,
  sliceOf,
  takeBack,
  textOf,
} from './value.ts'

const bytes = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array))
/** The same bytes in either form. */
const value: fc.Arbitrary<StoredValue> = fc.tuple(bytes, fc.boolean()).map(([buffer, asText]) => {
  return asText ? buffer.toString('latin1') : buffer
})
const change = fc.oneof(
  fc.record({ what: fc.constant('append' as const), patch: value }),
  fc.record({ what: fc.constant('overwrite' as const), patch: value, offset: fc.nat(6000) }),
  fc.record({ what: fc.constant('lend' as const) }),
)

it('append and overwrite change one value, and none that is lent or copied', () => {
  fc.assert(
    fc.property(value, fc.array(change, { maxLength: 20 }), (first, changes) => {
      let current = first
      let expected = Buffer.from(bytesOf(first))
      const untouched: [StoredValue, Buffer][] = [[copyOf(first), expected]]
      const lent: Buffer[] = []
      for (const one of changes) {
        if (one.what === 'lend') {
          if (typeof current === 'string') continue
          lend(current)
          lent.push(current)
          untouched.push([current, Buffer.from(current)], [copyOf(current), Buffer.from(current)])
          continue
        }
        const offset = one.what === 'append' ? expected.length : one.offset
        const after = Buffer.alloc(Math.max(expected.length, offset + one.patch.length))
        expected.copy(after)
        bytesOf(one.patch).copy(after, offset)
        expected = after
        current =
          one.what === 'append' ? append(current, one.patch) : overwrite(current, offset, one.patch)
        expect(bytesOf(current).equals(expected)).toBe(true)
      }
      for (const [was, copy] of untouched) expect(bytesOf(was).equals(copy)).toBe(true)
      for (const one of lent) takeBack(one)
    }),
  )
})

it('one byte of a large value is written where it lies, unless a reply points at it', () => {
  const large = Buffer.alloc(100_000, 'a')
  expect(overwrite(large, 50_000, 'b')).toBe(large)
  expect(large[50_000]).toBe(0x62)
  lend(large)
  lend(large)
  takeBack(large)
  const copy = overwrite(large, 50_000, 'c')
  expect(copy).not.toBe(large)
  expect(large[50_000]).toBe(0x62)
  takeBack(large)
  expect(overwrite(large, 50_000, 'c')).toBe(large)
})

it('a value that grows byte by byte is moved now and then only', () => {
  let current: StoredValue = ''
  const homes = new Set<ArrayBufferLike>()
  for (let at = 0; at < 100_000; at++) {
    current = append(current, 'x')
    if (typeof current !== 'string') homes.add(current.buffer)
  }
  expect(homes.size).toBeLessThan(15)
  expect(roomOf(current as Buffer)).toBeLessThan(150_000)
})

it('text and slices keep every byte', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  expect(bytesOf(textOf(all)).equals(all)).toBe(true)
  expect(sliceOf(textOf(all), 250, 256)).toBe('\xfa\xfb\xfc\xfd\xfe\xff')
  expect(bytesOf(sliceOf(all, 0, 2))).toEqual(Buffer.from([0, 1]))
})

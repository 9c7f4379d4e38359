/** A string that is found again by its bytes is the string of these bytes, and of no others. */
import { expect, it } from 'vitest'
import { recentString, recentUpper } from './stage4/recent-strings.ts'

const START = 3

/** Bytes of length `length`, alike but for one byte, and their neighbours in the receive buffer. */
function variants(length: number): Buffer[] {
  return Array.from({ length: length + 1 }, (_, at) => {
    const bytes = Buffer.alloc(START + length + 5, 'k')
    if (at < length) bytes[START + at] = 0xe4
    return bytes
  })
}

it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 31, 32, 33, 100])('of %i bytes', (length) => {
  const all = variants(length)
  // Several times: new, seen once, saved; and in turn, so that they push each other out.
  for (let round = 0; round < 4; round++) {
    for (const bytes of all) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const expected = bytes.toString('latin1', START, START + length)
      for (let again = 0; again < 3; again++) {
        expect(recentString(bytes, view, START, START + length)).toBe(expected)
        expect(recentUpper(bytes, view, START, START + length)).toBe(expected.toUpperCase())
      }
    }
  }
})

it('keeps no string whose bytes came only once', () => {
  const bytes = Buffer.from('only-once')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let made = 0
  bytes.latin1Slice = (start, end) => {
    made++
    return Buffer.prototype.latin1Slice.call(bytes, start, end)
  }
  for (const expected of [1, 2, 2, 2]) {
    recentString(bytes, view, 0, bytes.length)
    expect(made).toBe(expected)
  }
})

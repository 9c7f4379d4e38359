import { expect, it } from 'vitest'
import { countCopies } from './copied-bytes.ts'

/** Runs something, and returns the bytes that were copied and made into strings. */
function counted(run: () => void): [copied: number, strings: number] {
  let [copied, strings] = [0, 0]
  const end = countCopies({
    copied: (bytes) => {
      copied += bytes
    },
    madeString: (bytes) => {
      strings += bytes
    },
  })
  try {
    run()
  } finally {
    end()
  }
  return [copied, strings]
}

const ten = Buffer.from('0123456789')

it.each<[string, () => void, [number, number]]>([
  ['a copy into another buffer', () => ten.copy(Buffer.alloc(20), 3, 2, 8), [6, 0]],
  ['a copy that does not fit', () => ten.copy(Buffer.alloc(4)), [4, 0]],
  ['a new buffer from one', () => Buffer.from(ten), [10, 0]],
  ['a new buffer from a string', () => Buffer.from('abc', 'latin1'), [3, 0]],
  ['buffers joined', () => Buffer.concat([ten, ten]), [20, 0]],
  ['set', () => Buffer.alloc(20).set(ten, 5), [10, 0]],
  ['a slice of a Uint8Array', () => Uint8Array.prototype.slice.call(ten, 2, 5), [3, 0]],
  ['copyWithin', () => Buffer.alloc(20).copyWithin(0, 5, 12), [7, 0]],
  ['write', () => Buffer.alloc(20).write('abc', 0, 'latin1'), [3, 0]],
  [
    'latin1Write',
    () =>
      Reflect.apply(Reflect.get(Buffer.prototype, 'latin1Write'), Buffer.alloc(9), ['abc', 0, 3]),
    [3, 0],
  ],
  ['toString', () => ten.toString('latin1', 2, 6), [0, 4]],
  ['String()', () => String(ten), [0, 10]],
  ['latin1Slice', () => ten.latin1Slice(1, 4), [0, 3]],
  ['TextDecoder', () => new TextDecoder().decode(ten), [0, 10]],
  ['a view, by subarray', () => ten.subarray(2, 6), [0, 0]],
  ['a view, by slice', () => Buffer.prototype.slice.call(ten, 2, 6), [0, 0]],
  ['a view of an ArrayBuffer', () => Buffer.from(ten.buffer, 0, 4), [0, 0]],
])('%s', (_name, run, expected) => {
  expect(counted(run)).toEqual(expected)
  let after = 0
  countCopies({ copied: () => after++ })() // and everything is in its place again
  run()
  expect(after).toBe(0)
})

it.each<[string, () => void, number]>([
  ['a view', () => ten.subarray(2, 6), 1],
  ['a view, by slice', () => Buffer.prototype.slice.call(ten, 2, 6), 1],
  ['a view of an ArrayBuffer', () => Buffer.from(ten.buffer, 0, 4), 1],
  ['a copy', () => Buffer.from(ten), 1],
  ['from a string', () => Buffer.from('abc', 'latin1'), 1],
  ['new memory', () => [Buffer.alloc(3), Buffer.allocUnsafe(3), Buffer.allocUnsafeSlow(3)], 3],
  ['buffers joined', () => Buffer.concat([ten, ten]), 1],
  ['what makes none', () => ten.toString('latin1', 2, 6), 0],
])('Buffers made: %s', (_name, run, expected) => {
  let made = 0
  const end = countCopies({ copied: () => {}, madeBuffer: () => made++ })
  try {
    run()
  } finally {
    end()
  }
  expect(made).toBe(expected)
})

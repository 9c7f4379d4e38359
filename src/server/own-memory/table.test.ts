/** What a lookup touches, whichever keys clients choose, and what one change of a table may move. */
import { expect, it, vi } from 'vitest'
import { Hash } from './hash.ts'
import { OwnStored } from './own-stored.ts'
import { Table } from './table.ts'

const KEY = 16
const LONG = process.env.LAB_LONG === '1'
// Some 400 million keys are looked through for those that collide.
if (LONG) vi.setConfig({ testTimeout: 600_000 })
const mine = new Hash(Buffer.from('8 bytes!'))
const other = new Hash(Buffer.from('another!'))

/** As many keys as are asked for, one after the other, of those that are `chosen`. */
function keys(count: number, chosen: (view: DataView, start: number) => boolean): DataView {
  const view = new DataView(new ArrayBuffer(count * KEY))
  let found = 0
  for (let n = 0; found < count; n++) {
    view.setInt32(found * KEY, n)
    if (chosen(view, found * KEY)) found++
  }
  return view
}

/** Entries whose keys are looked at per lookup, and bytes of the table. Place 1 is the first key. */
function cost(hash: Hash, view: DataView): { touched: number; bytes: number } {
  const hashOf = (place: number) => hash.of(view, (place - 1) * KEY, KEY)
  let wanted = 0
  let touched = 0
  const stored = new OwnStored()
  const isKey = (place: number) => {
    touched++
    return place === wanted
  }
  const table = new Table({ isKey, hashAt: hashOf, touch: hashOf }, stored)
  const count = view.byteLength / KEY
  for (let place = 1; place <= count; place++) table.add(hashOf(place), place)
  for (wanted = 1; wanted <= count; wanted++) expect(table.find(hashOf(wanted))).toBe(wanted)
  return { touched: touched / count, bytes: stored.bytes }
}

it('keys that collide for one seed cost no more than others for another seed', () => {
  const count = LONG ? 100_000 : 2000
  // All of them in one bucket of sixteen, and with the same tag.
  const collide = keys(count, (view, start) => {
    const hash = mine.of(view, start, KEY)
    return (hash & 0xf) === 0 && hash >>> 24 === 7
  })
  const any = keys(count, () => true)
  const usual = cost(other, any)
  expect(usual.touched).toBeLessThan(1.05)
  expect(cost(mine, collide).touched).toBeGreaterThan(20 * usual.touched)
  const foiled = cost(other, collide)
  expect(foiled.touched).toBeLessThan(1.05)
  expect(foiled.bytes).toBeLessThanOrEqual(usual.bytes)
})

it('moves, takes and frees little memory with any one change, however large it is', () => {
  const count = LONG ? 5_000_000 : 1_000_000
  const MiB = 1024 * 1024
  const transfer = ArrayBuffer.prototype.transfer
  let freed = 0
  const spy = vi.spyOn(ArrayBuffer.prototype, 'transfer').mockImplementation(function (
    this: ArrayBuffer,
    length?: number,
  ) {
    freed += this.byteLength
    return transfer.call(this, length)
  })
  try {
    const stored = new OwnStored()
    let moved = 0
    const hashOf = (place: number) => Math.imul(place, 0x9e3779b1) ^ (place >>> 3)
    const hashAt = (place: number) => {
      moved++
      return hashOf(place)
    }
    const table = new Table({ isKey: () => true, hashAt, touch: hashOf }, stored)
    /** The most that one of all changes moves, in entries, and takes and frees, in bytes. */
    const most = (change: (place: number) => void) => {
      const most = { moved: 0, taken: 0, freed: 0 }
      for (let place = 1; place <= count; place++) {
        moved = 0
        freed = 0
        const before = stored.bytes
        change(place)
        most.moved = Math.max(most.moved, moved)
        most.taken = Math.max(most.taken, stored.bytes - before)
        most.freed = Math.max(most.freed, freed)
      }
      return most
    }
    const growing = most((place) => table.add(hashOf(place), place))
    expect(table.count).toBe(count)
    expect(growing.moved).toBeLessThan(100)
    expect(growing.taken).toBeLessThanOrEqual(2.1 * MiB)
    expect(growing.freed).toBeLessThanOrEqual(MiB)
    const shrinking = most((place) => table.remove(hashOf(place), place))
    expect(table.count).toBe(0)
    expect(shrinking.moved).toBeLessThan(100)
    expect(shrinking.taken).toBeLessThanOrEqual(2.1 * MiB)
    expect(shrinking.freed).toBeLessThanOrEqual(33 * MiB)
    table.release()
    expect(stored.bytes).toBe(0)
  } finally {
    spy.mockRestore()
  }
})

it('gives each entry at random as often as others, also when it has just begun to grow', () => {
  const count = 145
  const hashOf = (place: number) => mine.of(new DataView(Int32Array.of(place).buffer), 0, 4)
  const table = new Table({ isKey: () => true, hashAt: hashOf, touch: hashOf }, new OwnStored())
  for (let place = 1; place <= count; place++) table.add(hashOf(place), place)
  const times = new Map<number, number>()
  for (let n = 0; n < 100 * count; n++) {
    const place = table.random()
    times.set(place, (times.get(place) ?? 0) + 1)
  }
  expect(times.size).toBe(count)
  // The fewer there are in a bucket, the more often each of them.
  expect(Math.max(...times.values())).toBeLessThan(500)
})

/** What a lookup touches, whichever keys clients choose. */
import { expect, it } from 'vitest'
import { Hash } from './hash.ts'
import { OwnStored } from './own-stored.ts'
import { Table } from './table.ts'

const KEY = 16
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
  const count = process.env.LAB_LONG === '1' ? 100_000 : 2000
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

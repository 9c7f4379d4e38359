/** From frame to frame with the keys. */
import { expect, it } from 'vitest'
import type { Cell } from './cells.ts'
import type { Spot } from './draw.ts'
import { stepFrom } from './keys.ts'

const cell = (label: string, parent?: Cell<string>): Cell<string> => {
  const made: Cell<string> = {
    ...{ id: 0, frame: label, label, colour: '', own: 0, total: 0, parent, children: [] },
  }
  parent?.children.push(made)
  return made
}
const all = cell('all')
const [left, right] = [cell('left', all), cell('right', all)]
const [low, high] = [cell('low', left), cell('high', left)]
const far = cell('far', right)
const spot = (cell: Cell<string>, depth: number, at: number, width: number): Spot<string> => ({
  ...{ cell, depth, left: at, top: 0, width },
})
/** From the left, as they are drawn; `right` has a child further on in the row above. */
const spots = [
  spot(all, 0, 0, 100),
  spot(left, 1, 0, 60),
  spot(low, 2, 0, 10),
  spot(high, 2, 10, 40),
  spot(right, 1, 60, 40),
  spot(far, 2, 60, 30),
]

it.each([
  ['ArrowUp', all, left],
  ['ArrowUp', left, high],
  ['ArrowUp', far, undefined],
  ['ArrowDown', high, left],
  ['ArrowDown', all, undefined],
  ['ArrowRight', low, high],
  ['ArrowRight', high, far],
  ['ArrowRight', far, undefined],
  ['ArrowLeft', far, high],
  ['ArrowLeft', low, undefined],
  ['Enter', left, undefined],
] as const)('%s', (key, from, to) => {
  expect(stepFrom(key, from, spots)?.label).toBe(to?.label)
})

it('a frame that is not drawn has no neighbours, and still a caller', () => {
  expect(stepFrom('ArrowRight', cell('narrow', low), spots)).toBeUndefined()
  expect(stepFrom('ArrowDown', cell('narrow', low), spots)).toBe(low)
})

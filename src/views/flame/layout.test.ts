/** Cells of a small graph: where they are, what a key leads to, what a search finds. */
import { expect, it } from 'vitest'
import { growTree } from '../../flame/tree.ts'
import { framesOfProfile } from './frames.ts'
import {
  cellAt,
  layOut,
  levelUp,
  matchAfter,
  readQuery,
  rowsIn,
  search,
  stepFrom,
  widestCell,
} from './layout.ts'

const frame = (name: string) => ({ name, kind: 'native', file: 'node' }) as const
const stack = (names: string, count: number) => ({ frames: names.split(' ').map(frame), count })
const widthOf = ([amount]: readonly number[]) => amount!
const layout = layOut(
  framesOfProfile({
    root: growTree([
      stack('run', 5),
      stack('run left low', 10),
      stack('run left high', 40),
      stack('run left high tiny tiny', 0.01),
      stack('run right', 20),
      stack('run right left', 25),
    ]),
  }),
  widthOf,
)
const { root } = layout
const whole = { start: 0, width: root.width }
const named = (name: string) => layout.cells.find(({ frame }) => frame.name === name)!

it('callees begin at the left, the heaviest first, and self to the right of them', () => {
  const placed = ({ start, width, depth }: typeof root) => [start, Math.round(width), depth]
  expect(placed(named('run'))).toEqual([0, 100, 1])
  expect(placed(named('left'))).toEqual([0, 50, 2])
  expect(placed(named('right'))).toEqual([50.01, 45, 2])
  expect(cellAt(layout, 3, 45)?.frame.name).toBe('low')
  expect(cellAt(layout, 3, 90)).toBeUndefined()
})

it('the height leaves out what could not be seen, until it is zoomed to', () => {
  expect(rowsIn(layout, whole)).toBe(4)
  expect(rowsIn(layout, named('tiny'))).toBe(6)
})

it.each([
  ['callee', 'run', 'left'],
  ['caller', 'low', 'left'],
  ['caller', 'all', undefined],
  ['callee', 'low', undefined],
  ['right', 'high', 'low'],
  ['right', 'low', 'left'],
  ['left', 'high', undefined],
  // Too narrow to be drawn.
  ['callee', 'high', undefined],
] as const)('%s of %s', (step, from, to) => {
  expect(stepFrom(layout, named(from), step, whole, 1)?.frame.name).toBe(to)
})

it('one level up is the next caller that is wider, and never the root', () => {
  expect(levelUp(named('low'))?.frame.name).toBe('left')
  expect(levelUp(named('left'))?.frame.name).toBe('run')
  expect(levelUp(named('run'))).toBeUndefined()
})

const found = (term: string) => {
  const query = readQuery(term)
  if (query.kind !== 'test') return query
  const { cells, self, total } = search(layout, query.test, widthOf)
  return [cells.map(({ frame }) => frame.name), Math.round(self * 100), Math.round(total * 100)]
}

it('a search counts each sample once, however many frames of a stack fit', () => {
  // All of `left` and what it called: `high` and `low` fit as well, and add nothing.
  expect(found('/^(left|high|low)/')).toEqual([['left', 'high', 'low', 'left'], 75, 75])
  expect(found('RIGHT')).toEqual([['right'], 20, 45])
  expect(found('nothing')).toEqual([[], 0, 0])
})

it('a search asks names and files, and never roles', () => {
  expect(root.children[0]!.frame.role).toBe('other')
  expect(found('other')).toEqual([[], 0, 0])
  expect(found('node')).toEqual([expect.arrayContaining(['run', 'right']), 100, 100])
})

it('what is no regular expression says so, and an empty search asks for nothing', () => {
  expect(found('/(/')).toMatchObject({ kind: 'wrong', message: expect.stringMatching(/group/i) })
  expect(found('/')).toEqual([[], 0, 0])
  expect(found('  ')).toEqual({ kind: 'none' })
})

it('the matches go round, forwards and backwards; those that are not drawn come last', () => {
  const found = search(layout, (label) => /left|right/.test(label), widthOf)
  const all = () => true
  const path = (by: 1 | -1, isDrawn = all as (cell: typeof root) => boolean) => {
    let at: number | undefined
    return found.cells.map(() => {
      const next = matchAfter(found, isDrawn, at, by)!
      at = next.id
      return `${next.depth} ${next.frame.name}`
    })
  }
  expect(path(1)).toEqual(['2 left', '2 right', '3 left'])
  expect(path(-1)).toEqual(['3 left', '2 right', '2 left'])
  expect(path(1, ({ depth }) => depth > 2)).toEqual(['3 left', '2 left', '2 right'])
  expect(matchAfter({ ...found, cells: [] }, all, undefined, -1)).toBeUndefined()
})

it('the widest cell that fits, and none if no frame does', () => {
  expect(widestCell(layout, ({ name }) => name === 'left')).toBe(named('left'))
  expect(widestCell(layout, ({ name }) => name === 'all')).toBeUndefined()
})

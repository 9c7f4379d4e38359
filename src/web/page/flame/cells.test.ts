/** Cells of a small tree: what is drawn, found, and one level up. */
import { expect, it } from 'vitest'
import { allCells, type Cell, cellsOf, findCells, levelUp, rowsOf } from './cells.ts'

interface Node {
  name: string
  kind: string
  self: number
  children: Node[]
}

const node = (name: string, self: number, children: Node[] = [], kind = 'js'): Node => ({
  ...{ name, kind, self, children },
})
const kernel = (name: string, self: number, children: Node[] = []) =>
  node(name, self, children, 'kernel')
const totalOf = ({ self, children }: Node): number =>
  children.reduce((sum, child) => sum + totalOf(child), self)

const tree = node('all', 0, [
  node('run', 1, [
    node('read', 2, [kernel('enter', 3, [kernel('vfs', 4, [kernel('socket', 5)])])]),
    node('parse', 10, [node('parse', 20)]),
  ]),
])

const draw = (kernelDepth: number) =>
  cellsOf(tree, {
    label: ({ name }) => name,
    colour: () => '#fff',
    own: ({ self }) => self,
    total: totalOf,
    kernelDepth,
  })
const named = (root: Cell<Node>, name: string) =>
  allCells(root).find(({ label }) => label === name)!

it('what is not drawn of the kernel counts for the last that is', () => {
  const [whole, folded] = [draw(9), draw(2)]
  expect(allCells(folded).map(({ label }) => label)).not.toContain('socket')
  expect(named(folded, 'vfs')).toMatchObject({ own: 9, total: 9, children: [] })
  expect(folded.total).toBe(whole.total)
  expect(named(folded, 'read').total).toBe(named(whole, 'read').total)
})

it('a frame keeps its number however much is drawn', () => {
  const [whole, folded] = [draw(9), draw(1)]
  expect(named(folded, 'parse').id).toBe(named(whole, 'parse').id)
  expect(new Set(allCells(whole).map(({ id }) => id)).size).toBe(8)
})

it('what is found below something found is counted once', () => {
  const root = draw(9)
  const { found, share } = findCells(root, ({ label }) => label === 'parse')
  expect(found.size).toBe(2)
  expect(share).toBeCloseTo(30 / 45)
  expect(findCells(root, () => false)).toMatchObject({ share: 0 })
})

it('one level up is the next caller that is wider, and never the root', () => {
  const root = draw(9)
  const socket = named(root, 'socket')
  expect(levelUp(socket)?.label).toBe('vfs')
  expect(levelUp(named(root, 'run'))).toBeUndefined()
  // A caller that does nothing itself is as wide: it is passed over.
  const chain = node('all', 0, [node('a', 1, [node('b', 0, [node('c', 5)])])])
  const drawn = cellsOf(chain, {
    ...{ label: ({ name }: Node) => name, colour: () => '', total: totalOf, kernelDepth: 9 },
    own: ({ self }: Node) => self,
  })
  expect(levelUp(named(drawn, 'c'))?.label).toBe('a')
})

it('the height is that of the highest tower', () => {
  expect(rowsOf(draw(9))).toBe(6)
  expect(rowsOf(draw(1))).toBe(4)
})

import { expect, test } from 'vitest'
import { addToRoot, type Frame, growTree, labelOf, walk } from './tree.ts'

const f = (name: string, more: Partial<Frame> = {}): Frame => ({ name, kind: 'js', ...more })

test('stacks are merged by path, with self and total', () => {
  const root = growTree([
    { frames: [f('a'), f('b')], count: 2 },
    { frames: [f('a'), f('c')], count: 5 },
    { frames: [f('a')], count: 1 },
    { frames: [f('b')], count: 1 },
  ])
  expect(root).toMatchObject({ total: 9, self: 0 })
  const [a, b] = root.children
  expect(a).toMatchObject({ name: 'a', total: 8, self: 1 })
  expect(b).toMatchObject({ name: 'b', total: 1, self: 1, children: [] })
  expect(a!.children.map(({ name, self }) => [name, self])).toEqual([
    ['c', 5],
    ['b', 2],
  ])
})

test("a function is one frame whichever of V8's compilers made it", () => {
  const root = growTree([
    { frames: [f('a', { tier: 'maglev' }), f('b')], count: 1 },
    { frames: [f('a', { tier: 'turbofan' }), f('b')], count: 1 },
    { frames: [f('a', { tier: 'turbofan' })], count: 3 },
    { frames: [f('a', { tier: 'interpreter' })], count: 1 },
  ])
  expect(root.children).toHaveLength(1)
  expect(root.children[0]!.tiers).toEqual({ turbofan: 3, interpreter: 1 })
})

test('functions of one name in two places are two frames', () => {
  const root = growTree([
    { frames: [f('get', { file: 'a.ts', line: 1 })], count: 1 },
    { frames: [f('get', { file: 'a.ts', line: 9 })], count: 1 },
    { frames: [f('get', { file: 'b.ts', line: 1 })], count: 1 },
  ])
  expect(root.children).toHaveLength(3)
  expect(labelOf(root.children[0]!)).toBe('get a.ts:1')
})

test('recursion keeps its depth', () => {
  const root = growTree([{ frames: [f('a'), f('a'), f('a')], count: 1 }])
  const depths: number[] = []
  walk(root, (_node, path) => depths.push(path.length))
  expect(depths).toEqual([1, 2, 3, 4])
})

test('time that was not seen is beside the rest and counts in the whole', () => {
  const root = growTree([{ frames: [f('a')], count: 10 }])
  addToRoot(root, { name: 'not seen', kind: 'unseen' }, 30)
  expect(root.total).toBe(40)
  expect(root.children.map(({ name, role }) => [name, role])).toEqual([
    ['not seen', 'unseen'],
    ['a', 'other'],
  ])
})

test('a tree survives JSON', () => {
  const root = growTree([{ frames: [f('a', { file: 'x.ts', line: 3, tier: 'maglev' })], count: 1 }])
  expect(JSON.parse(JSON.stringify(root))).toEqual(root)
})

test('the lines of a function, with their self and what they called', () => {
  const root = growTree([
    { frames: [f('a', { at: 4 }), f('b')], count: 2 },
    { frames: [f('a', { at: 4 })], count: 1 },
    { frames: [f('a', { at: 5 })], count: 3 },
    { frames: [f('a')], count: 7 },
  ])
  expect(root.children[0]!.lines).toEqual({ 4: [1, 3], 5: [3, 3] })
  expect(root.children[0]!.children[0]!.lines).toBeUndefined()
})

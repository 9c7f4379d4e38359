/** The trees that are made of a profile or a difference, and the addresses of their stacks. */
import { expect, it } from 'vitest'
import { subtract } from '../../flame/difference.ts'
import {
  type FrameTree,
  foldKernel,
  growTree,
  type Frame as ProfileFrame,
} from '../../flame/tree.ts'
import {
  type Frame,
  framesOfDifference,
  framesOfProfile,
  functionKey,
  invertCalls,
  mergeRecursion,
  readStack,
  sandwich,
  stackAddress,
  stackIds,
} from './frames.ts'

const js = (name: string, line = 1, stage = 'stage1'): ProfileFrame => ({
  ...({ kind: 'js', name } as const),
  ...{ file: `stages/${stage}/parser.ts`, line },
})
const kernel = (name: string): ProfileFrame => ({ name, kind: 'kernel', file: 'kernel' })
const frames = (...stacks: [ProfileFrame[], number][]) =>
  framesOfProfile({ root: growTree(stacks.map(([frames, count]) => ({ frames, count }))) })

/** `name total/self`, set in by depth. */
function outline(frame: Frame, depth = 0): string[] {
  const line = `${' '.repeat(depth)}${frame.name} ${frame.total.join(':')}/${frame.self.join(':')}`
  return [line, ...frame.children.flatMap((child) => outline(child, depth + 1))]
}

it('kernel frames beyond the depth count for the last one that is left', () => {
  const root = frames([[js('read'), kernel('enter'), kernel('vfs'), kernel('copy')], 5])
  expect(outline(foldKernel(root, 2))).toEqual([
    'all 5/0',
    ' read 5/0',
    '  enter 5/0',
    '   vfs 5/5',
  ])
  expect(outline(foldKernel(root, 9))).toEqual(outline(root))
})

it('a function that calls itself becomes one frame, and what its calls did is merged', () => {
  const [walk, leaf] = [js('walk'), js('leaf', 9)]
  const root = frames([[walk], 1], [[walk, walk, leaf], 2], [[walk, leaf], 4], [[leaf, walk], 8])
  expect(outline(mergeRecursion(root))).toEqual([
    'all 15/0',
    ...[' leaf 8/0', '  walk 8/8'],
    ...[' walk 7/1', '  leaf 6/6'],
  ])
})

it('inverted: frames with self time, and their callers', () => {
  const [a, b, copy] = [js('a'), js('b', 2), js('copy', 3)]
  const root = frames([[a, copy], 3], [[b, copy], 2], [[a], 1])
  expect(outline(invertCalls(root))).toEqual([
    'all 6/0',
    ...[' copy 5/0', '  a 3/3', '  b 2/2'],
    ' a 1/1',
  ])
})

it('callers and callees are summed over the graph, each sample once', () => {
  const [a, b, walk, leaf] = [js('a'), js('b', 2), js('walk', 3), js('leaf', 4)]
  const root = frames([[a, walk, walk, leaf], 2], [[b, walk, leaf], 4], [[b, walk], 8], [[leaf], 1])
  const found = sandwich(
    root,
    functionKey({ kind: 'js', label: 'walk stages/stage1/parser.ts:3' }),
  )!
  expect([found.total, found.self]).toEqual([[14], [8]])
  expect(outline(found.callers)).toEqual(['walk 14/0', ' b 12/12', ' a 2/2'])
  expect(outline(found.callees)).toEqual(['walk 14/8', ' leaf 4/4', ' walk 2/0', '  leaf 2/2'])
  expect(sandwich(root, 'js nothing')).toBeUndefined()
})

it('a difference has two amounts, and its transformations add up both', () => {
  const tree = (stage: string, count: number, line: number): FrameTree => {
    const root = growTree([{ frames: [js('run', 1, stage), js('parse', line, stage)], count }])
    return {
      ...{ format: 1, source: 'perf', method: '', windowSeconds: 1, blind: [], requests: 10 },
      ...{ unit: { counts: 'samples', worth: 10, of: 'µs' }, samples: count, root },
      quality: { broken: 0, unnamed: 0, lost: 0, restored: 0 },
    }
  }
  const difference = subtract(
    { name: 'stage1', tree: tree('stage1', 9, 12) },
    { name: 'stage2', tree: tree('stage2', 3, 20) },
  )
  const inverted = invertCalls(framesOfDifference(difference))
  expect(outline(inverted)).toEqual(['all 9:3/0:0', ' parse 9:3/0:0', '  run 9:3/9:3'])
  // The line differs: the label leaves it out, a link to the source takes the later one.
  expect(inverted.children[0]).toMatchObject({ label: 'parse stages/…/parser.ts', line: 20 })
})

it('the address of a stack holds for another run, another stage and moved lines', () => {
  const stack = (stage: string, by: number) => [js('run', 1, stage), js('parse', 5 + by, stage)]
  const addresses = (root: Frame) =>
    [...stackIds(root)].map(([frame, id]) => stackAddress(frame, id))
  const one = addresses(frames([stack('stage1', 0), 5]))
  const other = addresses(frames([[js('first')], 9], [stack('stage2', 30), 1]))
  expect(one).toHaveLength(2)
  expect(other).toEqual(expect.arrayContaining(one))
  expect(readStack(one[1]!)).toEqual({
    name: 'parse',
    id: [...stackIds(frames([stack('stage1', 0), 5])).values()][1],
  })
})

it('two stacks have two numbers, also if their functions differ in the line alone', () => {
  const [outer, inner] = [js('outer', 1), (line: number) => js('(anonymous)', line)]
  const root = frames([[outer, inner(3)], 1], [[outer, inner(8)], 2], [[inner(3)], 4])
  const ids = stackIds(root)
  expect(new Set(ids.values()).size).toBe(4)
  // By line, not by weight: that changes from run to run.
  const later = frames([[outer, inner(4)], 5], [[outer, inner(9)], 1])
  const of = (top: Frame, all: Map<Frame, number>, line: number) =>
    all.get(
      top.children.find(({ name }) => name === 'outer')!.children.find((one) => one.line === line)!,
    )
  expect(of(later, stackIds(later), 4)).toBe(of(root, ids, 3))
})

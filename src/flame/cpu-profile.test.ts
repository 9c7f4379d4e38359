import { expect, test } from 'vitest'
import { type CpuProfile, cpuTree } from './cpu-profile.ts'
import { shares } from './roles.ts'
import { walk } from './tree.ts'

const node = (
  id: number,
  functionName: string,
  url: string,
  lineNumber: number,
  children: number[] = [],
) => ({ id, callFrame: { functionName, url, lineNumber, columnNumber: 0 }, children })

/** Cut out of a recording of stage 1: 0.3 s, a sample a millisecond, as far as it kept time. */
const recorded: CpuProfile = {
  nodes: [
    node(1, '(root)', '', -1, [2, 6, 7]),
    node(2, 'onStreamRead', 'node:internal/stream_base_commons', 170, [3]),
    node(3, 'parseCommand', 'file:///checkout/stages/stage1/parser.ts', 39, [4]),
    node(4, 'send', 'file:///checkout/stages/stage1/replies.ts', 24, [5]),
    node(5, 'writeBuffer', '', -1),
    node(6, '(idle)', '', -1),
    node(7, '(garbage collector)', '', -1),
  ],
  startTime: 1000,
  endTime: 60_000,
  samples: [3, 6, 6, 5, 7],
  timeDeltas: [44_000, 1000, 5000, 4000, 2000],
}

test('each sample stands for the time until the next, whatever the sampler meant to keep', () => {
  const tree = cpuTree(recorded, '/checkout')
  expect(tree.windowSeconds).toBeCloseTo(0.015, 9)
  expect(tree.samples).toBe(5)
  expect(tree.root.total).toBeCloseTo(5, 9)
  expect(tree.unit.worth * tree.root.total).toBeCloseTo(15_000, 6)
  const { byRole } = shares(tree)
  expect(byRole.parse).toBeCloseTo(1 / 15, 9)
  expect(byRole.unseen).toBeCloseTo(9 / 15, 9)
  expect(byRole.reply).toBeCloseTo(2 / 15, 9)
  expect(byRole.GC).toBeCloseTo(3 / 15, 9)
})

test('what it calls idle is called what it is', () => {
  const names: string[] = []
  walk(cpuTree(recorded, '/checkout').root, ({ name }) => names.push(name))
  expect(names).toContainEqual(expect.stringMatching(/^not seen by this profiler: called idle/))
  expect(names).toContain('garbage collection')
  expect(names).not.toContain('(root)')
})

test('an empty profile is an empty tree', () => {
  const empty = { ...recorded, samples: [], timeDeltas: [] }
  expect(cpuTree(empty, '/checkout').root.total).toBe(0)
})

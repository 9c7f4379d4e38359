import { expect, test } from 'vitest'
import { amountOf, besideArticle, blindness, provenance } from './caption.ts'
import { type Capture, mergeCaptures } from './capture.ts'
import { crossCheck } from './cross-check.ts'
import { relativeTo } from './relative-to.ts'
import { shares } from './roles.ts'
import { flameSvg } from './svg.ts'
import { walk } from './tree.ts'
import {
  accountedCpuTree,
  builtinsOfCallers,
  type CpuProfile,
  cpuTree,
  type HeapNode,
  type HeapProfile,
  heapTree,
  inspectorFrame,
} from './v8-profiles.ts'

const files = {
  place: relativeTo('/checkout'),
  roles: new Map([
    ['stage1', { 'parser.ts': 'parse', 'replies.ts': 'reply' } as const],
    ['stage3', { 'parser.ts': 'parse', 'replies.ts': 'reply' } as const],
  ]),
}

const at = (functionName: string, url: string, lineNumber: number) => ({
  callFrame: { functionName, url, lineNumber, columnNumber: 6 },
})
const node = (
  frame: Pick<HeapNode, 'callFrame'>,
  selfSize: number,
  children: HeapNode[] = [],
): HeapNode => ({ ...frame, selfSize, children })

/** Cut out of a recording of stage 3: half a second, 10 clients, SET and GET. */
const recorded: HeapProfile = {
  samples: Array.from({ length: 815 }),
  head: node(at('(root)', '', -1), 0, [
    node(at('onStreamRead', 'node:internal/stream_base_commons', 170), 16_640, [
      node(at('onRead', 'file:///checkout/stages/stage3/connection.ts', 32), 0, [
        node(at('executeAll', 'file:///checkout/stages/stage3/connection.ts', 45), 0, [
          node(at('parseCommand', 'file:///checkout/stages/stage3/parser.ts', 55), 344_416),
          node(at('bulk', 'file:///checkout/stages/stage3/replies.ts', 20), 98_376, [
            node(at('push', '', -1), 444_752),
          ]),
        ]),
      ]),
    ]),
    node(at('(V8 API)', '', -1), 4096),
  ]),
}

const tree = {
  ...heapTree(recorded, { windowSeconds: 0.5, ...files }),
  requests: 1000,
}

test('bytes by function: relative paths, lines from 1, builtins by their name', () => {
  expect(tree.unit).toEqual({ counts: 'bytes', worth: 1, of: 'bytes' })
  expect(tree.samples).toBe(815)
  expect(tree.root.total).toBe(16_640 + 344_416 + 98_376 + 444_752 + 4096)
  const found: [string, string | undefined, number | undefined, number][] = []
  walk(tree.root, ({ name, file, line, self }) => {
    if (self > 0) found.push([name, file, line, self])
  })
  expect(found).toEqual([
    ['onStreamRead', 'node:internal/stream_base_commons', 171, 16_640],
    ['bulk', 'stages/stage3/replies.ts', 21, 98_376],
    ['push', 'v8', undefined, 444_752],
    ['parseCommand', 'stages/stage3/parser.ts', 56, 344_416],
    ["Node's C++, by V8's API", 'node', undefined, 4096],
  ])
})

test('shares by role are shares of bytes', () => {
  const { byRole } = shares(tree)
  expect(byRole.reply).toBeCloseTo((98_376 + 444_752) / tree.root.total, 9)
  expect(byRole.parse).toBeCloseTo(344_416 / tree.root.total, 9)
  expect(Object.values(byRole).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
})

test('is shown in bytes per request, and not beside the article’s times', () => {
  expect(amountOf(tree, 344_416)).toBe('344 bytes per request')
  expect(amountOf(tree, 1200)).toBe('1.2 bytes per request')
  const caption = { title: 'stage3', workload: 'SET' }
  expect(provenance(tree, caption)).toBe(
    'heap-prof: 815 samples, 908 bytes per request allocated in 0.5 s · SET',
  )
  expect(besideArticle(tree)).toBe('')
  expect(flameSvg(tree, caption)).toContain('908 bytes per request')
})

test('a function without a name, and one that is no function', () => {
  const place = (path: string) => path.replace('file:///checkout/', '')
  const { callFrame } = at('', 'file:///checkout/stages/stage1/main.ts', 4)
  expect(inspectorFrame(callFrame, place)).toMatchObject({
    name: '(anonymous)',
    kind: 'js',
    file: 'stages/stage1/main.ts',
    line: 5,
  })
  expect(inspectorFrame(at('(idle)', '', -1).callFrame, place).kind).toBe('unseen')
  expect(inspectorFrame(at('(garbage collector)', '', -1).callFrame, place).kind).toBe('gc')
})

const cpuNode = (
  id: number,
  functionName: string,
  url: string,
  lineNumber: number,
  children: number[] = [],
) => ({ id, callFrame: { functionName, url, lineNumber, columnNumber: 0 }, children })

/** Cut out of a recording of stage 1: 0.3 s, a sample a millisecond, as far as the sampler kept time. */
const recordedCpu: CpuProfile = {
  nodes: [
    cpuNode(1, '(root)', '', -1, [2, 6, 7]),
    cpuNode(2, 'onStreamRead', 'node:internal/stream_base_commons', 170, [3]),
    cpuNode(3, 'parseCommand', 'file:///checkout/stages/stage1/parser.ts', 39, [4]),
    cpuNode(4, 'send', 'file:///checkout/stages/stage1/replies.ts', 24, [5]),
    cpuNode(5, 'writeBuffer', '', -1),
    cpuNode(6, '(idle)', '', -1),
    cpuNode(7, '(garbage collector)', '', -1),
  ],
  startTime: 1000,
  endTime: 60_000,
  samples: [3, 6, 6, 5, 7],
  timeDeltas: [44_000, 1000, 5000, 4000, 2000],
}

test('each sample stands for the time until the next, also if the sampler was late', () => {
  const tree = cpuTree(recordedCpu, files)
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

test('the lines that were on top have their part of the time of their function', () => {
  const nodes = recordedCpu.nodes.map((node) =>
    node.id === 3
      ? {
          ...node,
          positionTicks: [
            { line: 41, ticks: 1 },
            { line: 44, ticks: 3 },
          ],
        }
      : node,
  )
  const tree = cpuTree({ ...recordedCpu, nodes }, files)
  const plain = cpuTree(recordedCpu, files)
  expect(tree.root.total).toBeCloseTo(plain.root.total, 9)
  let lines: Record<number, [number, number]> | undefined
  walk(tree.root, (node) => {
    if (node.name === 'parseCommand') lines = node.lines
  })
  // parseCommand was on top for 1 ms of 15, which 5 samples stand for.
  expect(lines![41]![0]).toBeCloseTo((5 / 15) * 0.25, 9)
  expect(lines![44]![0]).toBeCloseTo((5 / 15) * 0.75, 9)
})

test('what V8 calls idle has its true name', () => {
  const names: string[] = []
  walk(cpuTree(recordedCpu, files).root, ({ name }) => names.push(name))
  expect(names).toContainEqual(expect.stringMatching(/^not seen by this profiler: called idle/))
  expect(names).toContain('garbage collection')
  expect(names).not.toContain('(root)')
})

test('an empty profile is an empty tree', () => {
  const empty = { ...recordedCpu, samples: [], timeDeltas: [] }
  expect(cpuTree(empty, files).root.total).toBe(0)
})

test('beside the accounting: JavaScript as sampled, the rest as one frame that says so', () => {
  const cpu = { user: 20_000, system: 30_000 }
  const tree = accountedCpuTree(recordedCpu, { cpu, windowSeconds: 0.06, coreShare: 1, ...files })
  // Of five samples one is in the parser (1 ms) and one in the collector (3 ms); two are called
  // idle, and one is in a function that writes.
  expect(tree.samples).toBe(2)
  expect(tree.unit.worth * tree.root.total).toBeCloseTo(50_000, 6)
  const { byRole } = shares(tree)
  expect(byRole.parse).toBeCloseTo(1 / 50, 9)
  expect(byRole.GC).toBeCloseTo(3 / 50, 9)
  expect(byRole.unseen).toBeCloseTo(46 / 50, 9)
  expect(tree.root.children[0]!.name).toBe(
    'not seen by this profiler (92 % of the CPU time): the kernel in read(2), write(2), epoll: ' +
      '60 % of the CPU time; libuv and C++ around JavaScript: 32 %',
  )
  expect(blindness(tree)).toContain('2 samples are too few to compare functions')
})

test('samples that stand for more than all of the user time count waiting, too', () => {
  const cpu = { user: 2000, system: 30_000 }
  const tree = accountedCpuTree(recordedCpu, { cpu, windowSeconds: 0.06, coreShare: 1, ...files })
  expect(tree.unit.worth * tree.root.total).toBeCloseTo(32_000, 6)
  expect(shares(tree).byRole.unseen).toBeCloseTo(30 / 32, 9)
})

test('a sample of a thread that waited for a core is worth less', () => {
  const cpu = { user: 20_000, system: 30_000 }
  const window = { cpu, windowSeconds: 0.06, coreShare: 0.25, ...files }
  const { byRole } = shares(accountedCpuTree(recordedCpu, window))
  expect(byRole.GC).toBeCloseTo((0.25 * 3) / 50, 9)
  expect(byRole.unseen).toBeCloseTo(49 / 50, 9)
})

test('two runs as one: what was not seen is said of the sum', () => {
  const runs = [
    { user: 20_000, system: 30_000 },
    { user: 20_000, system: 10_000 },
  ]
  const captures = runs.map((cpu): Capture => {
    const tree = accountedCpuTree(recordedCpu, { cpu, windowSeconds: 1, coreShare: 1, ...files })
    const route = { source: 'cpu-prof', why: 'no perf', remedy: undefined } as const
    const reduced = shares(tree)
    return {
      program: 'stage1',
      tree,
      shares: reduced,
      cpu,
      route,
      check: crossCheck(tree, reduced, cpu, false),
    }
  })
  const { tree, shares: merged } = mergeCaptures(captures)
  // 80 ms in all: 40 in the kernel, 8 seen.
  expect(merged.byRole.unseen).toBeCloseTo(72 / 80, 9)
  const figures = /90 %.*epoll: 50 % of the CPU time; libuv and C\+\+ around JavaScript: 40 %/
  expect(tree.root.children.find(({ kind }) => kind === 'unseen')?.name).toMatch(figures)
  expect(tree.blind).toEqual([
    'the kernel in read(2), write(2), epoll: 50 % of the CPU time; libuv and C++ around JavaScript: 40 %; one frame stands for both',
    builtinsOfCallers,
  ])
})

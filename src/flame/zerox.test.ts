import { describe, expect, test } from 'vitest'
import { type FrameTree, walk } from './tree.ts'
import { type PreprocessedLog, type ZeroxWindow, zeroxTree } from './zerox.ts'

// The shape that V8's own tool writes, as of Node 26.
const log: PreprocessedLog = {
  code: [
    { name: '__write@@GLIBC_2.2.5', type: 'CPP' },
    { name: 'writeGeneric node:internal/stream_base_commons:93:22', type: 'JS', kind: 'Maglev' },
    {
      name: 'onRead file:///lab/stages/stage1/connection.ts:33:3',
      type: 'JS',
      kind: 'Opt',
      source: { positions: 'C0O1C50O20I0', inlined: 'F0O2', fns: [0] },
    },
    { name: '/home/ada/bin/node', type: 'SHARED_LIB' },
    { name: 'CreateTypedArray', type: 'CODE', kind: 'Builtin' },
  ],
  functions: [{ name: 'take file:///lab/stages/stage1/reader.ts:48:3', codes: [] }],
  ticks: [],
}

/** A tick a millisecond: 10 before the window, then 60 in write(2), 30 parsing, 10 collecting. */
function ticks(): PreprocessedLog['ticks'] {
  const stacks = [
    ...Array(70).fill({ vm: 0, s: [0, 79, 1, 20, 2, 10] }),
    ...Array(30).fill({ vm: 0, s: [4, 8, 2, 61] }),
    ...Array(10).fill({ vm: 1, s: [3, 8, 2, 10] }),
  ]
  return stacks.map((stack, index) => ({ ...stack, tm: 1_000_000 + index * 1000 }))
}

const window: ZeroxWindow = {
  from: 1.01,
  windowSeconds: 1,
  cpu: { user: 100_000, system: 300_000 },
  checkout: '/lab',
}

function totals(tree: FrameTree): Map<string, number> {
  const found = new Map<string, number>()
  walk(tree.root, ({ name, total }) => found.set(name, (found.get(name) ?? 0) + total))
  return found
}

describe("V8's log as a tree", () => {
  const tree = zeroxTree({ ...log, ticks: ticks() }, window)
  const found = totals(tree)

  test('the window, the functions, those copied into others, the collector', () => {
    expect(tree.samples).toBe(40)
    expect(found.get('onRead')).toBe(40)
    expect(found.get('take')).toBe(30)
    expect(found.get('garbage collection')).toBe(10)
    expect(tree.unit.worth).toBe(1000)
  })

  test('what was not seen is one frame of the right size, the kernel by the accounting', () => {
    const unseen = tree.root.children[0]!
    expect(unseen).toMatchObject({ kind: 'unseen', role: 'unseen' })
    expect(unseen.name).toBe(
      'not seen by this profiler (90 % of the CPU time): the kernel in read(2), write(2), epoll: ' +
        '75 % of the CPU time; libuv and C++ around JavaScript: 15 %',
    )
    expect(unseen.self).toBeCloseTo(360)
    expect(tree.root.total).toBeCloseTo(400)
  })

  test('ticks in a system call, which count waiting too, are not used', () => {
    expect(found.has('write')).toBe(false)
  })

  test('nothing of the machine is left', () => {
    expect(JSON.stringify(tree)).not.toMatch(/ada|file:|\/lab/)
  })
})

test('on a busy machine, more ticks than time: the kernel is still not seen', () => {
  const cpu = { user: 20_000, system: 80_000 }
  const tree = zeroxTree({ ...log, ticks: ticks() }, { ...window, cpu })
  expect(tree.unit.worth).toBe(500)
  expect(tree.root.children[0]!.total / tree.root.total).toBeCloseTo(0.8)
})

test('as sampled: what 0x would draw', () => {
  const tree = zeroxTree({ ...log, ticks: ticks() }, { ...window, asSampled: true })
  expect(tree.root.total).toBe(100)
  expect(totals(tree).get('write')).toBe(60)
})

test('where nothing accounts for the time, no frame is made up, and it says so', () => {
  const tree = zeroxTree({ ...log, ticks: ticks() }, { ...window, cpu: undefined })
  expect(tree.root.total).toBe(100)
  expect(tree.blind.join()).toContain('how much time they take')
})

test('too few ticks are an error', () => {
  expect(() => zeroxTree({ ...log, ticks: ticks() }, { ...window, from: 9 })).toThrow(
    /only 0 samples/,
  )
})

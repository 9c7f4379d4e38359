/** What the lab saves for other tools and reads again is the same tree of names, with the same sums. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeScratch, type Scratch } from '../../run/scratch.ts'
import { labRoot } from '../../run/server.ts'
import { type Frame, type FrameTree, growTree, noFaults, walk } from '../tree.ts'
import { readProfileFile, saveProfile } from './profile-file.ts'

let scratch: Scratch
beforeAll(async () => {
  scratch = await makeScratch()
})
afterAll(() => scratch.remove())

const js = (name: string, file?: string, line?: number): Frame => ({
  name,
  kind: 'js',
  ...(file && { file }),
  ...(line && { line }),
})

/** A frame of each kind, and the names that break formats. */
const awkward: [Frame[], number][] = [
  [[js('handle', 'src/my app/server.ts', 12), js('get size', 'src/my app/server.ts', 3)], 4],
  [[js('(anonymous)', 'node_modules/@hono/node-server/dist/index.mjs', 1)], 2.5],
  [[js('constructor', 'a;b.js', 7), js('__proto__', 'a;b.js', 9)], 3],
  [[js('(module)', 'main.js', 1), { name: 'toString', kind: 'builtin', file: 'v8' }], 1],
  [[js('evaluated'), { name: 'garbage collection', kind: 'gc', file: 'v8' }], 2],
  [[{ name: 'uv__io_poll', kind: 'native', file: 'libuv' }], 5],
  [
    [
      { name: 'write', kind: 'native', file: 'libc' },
      { name: 'tcp_sendmsg', kind: 'kernel', file: 'kernel' },
    ],
    6,
  ],
  [[{ name: 'v8::internal::Heap::Scavenge', kind: 'gc', file: 'v8' }], 1],
  [[{ name: 'not seen by this profiler (84 %)', kind: 'unseen' }], 7],
  [[{ name: '(unknown)', kind: 'unknown' }], 1],
  [[{ name: "Node's C++ and V8, outside JavaScript", kind: 'native', file: 'node' }], 2],
]

function treeOf(unit: FrameTree['unit']): FrameTree {
  const root = growTree(awkward.map(([frames, count]) => ({ frames, count })))
  return {
    ...{ format: 1, source: 'perf', method: '', unit, windowSeconds: 1, samples: 34 },
    ...{ blind: [], quality: noFaults(), root },
  }
}

/** Each frame by its path, with its total in the unit of the tree. */
function sums({ root, unit }: FrameTree): Map<string, number> {
  const found = new Map<string, number>()
  walk(root, (node, path) => {
    const key = path
      .slice(1)
      .map(({ kind, name, file = '', line = 0 }) => `${kind} ${name} ${file}:${line}`)
      .join(' > ')
    found.set(key, (found.get(key) ?? 0) + node.total * unit.worth)
  })
  return found
}

async function roundTrip(tree: FrameTree, name: string): Promise<FrameTree> {
  const file = join(scratch.dir, name)
  saveProfile(file, tree, 'a title')
  return await readProfileFile(file)
}

function expectSame(read: FrameTree, saved: FrameTree, tolerance: number): void {
  const [found, wanted] = [sums(read), sums(saved)]
  // A few, not thousands of lines.
  const missing = (of: Map<string, number>, from: Map<string, number>) =>
    [...of.keys()].filter((key) => !from.has(key)).slice(0, 3)
  expect({ lost: missing(wanted, found), new: missing(found, wanted) }).toEqual({
    lost: [],
    new: [],
  })
  for (const [key, total] of wanted) {
    expect(Math.abs(found.get(key)! - total), key).toBeLessThanOrEqual(tolerance)
  }
}

const time = { counts: 'samples', worth: 2004, of: 'µs' } as const
const bytes = { counts: 'bytes', worth: 1, of: 'bytes' } as const
const samples = { counts: 'samples', worth: 1, of: 'samples' } as const

describe('frames of each kind', () => {
  it.each(['x.cpuprofile', 'x.speedscope.json'])('time in %s', async (name) => {
    const read = await roundTrip(treeOf(time), name)
    expectSame(read, treeOf(time), 1)
    expect(read.unit.of).toBe('µs')
  })
  it.each(['x.heapprofile', 'x.speedscope.json', 'x.folded'])('bytes in %s', async (name) => {
    expectSame(await roundTrip(treeOf(bytes), name), treeOf(bytes), 0.001)
  })
  it.each(['x.folded', 'x.txt', 'x.collapsed', 'x.speedscope.json'])(
    'samples in %s',
    async (name) => {
      expectSame(await roundTrip(treeOf(samples), name), treeOf(samples), 0.001)
    },
  )
})

it.each(['stage1', 'stage4'])('the recording of %s goes through every format', async (stage) => {
  const recorded = await readProfileFile(join(labRoot, 'profiles', stage, 'profile.json'))
  expect(recorded.requests).toBeGreaterThan(0)
  for (const name of ['r.cpuprofile', 'r.speedscope.json']) {
    const read = await roundTrip(recorded, name)
    expectSame(read, recorded, 1)
    expect(read.file).toEqual({ name, format: expect.any(String) })
    expect(Math.abs(read.samples / recorded.samples - 1)).toBeLessThan(0.02)
  }
  // Collapsed stacks have samples only.
  const read = await roundTrip(recorded, 'r.folded')
  expectSame(read, { ...recorded, unit: samples }, 0.01)
})

it('the ending says the format, and a format that has no such unit names one that has', () => {
  const save = (name: string, tree: FrameTree) => () =>
    saveProfile(join(scratch.dir, name), tree, '')
  expect(save('x.pdf', treeOf(time))).toThrow(/x\.pdf has none of the endings/)
  expect(save('x.cpuprofile', treeOf(bytes))).toThrow(
    expect.objectContaining({ next: '--save x.heapprofile' }),
  )
  expect(save('x.cpuprofile', treeOf(samples))).toThrow(
    expect.objectContaining({ next: '--save x.folded' }),
  )
  expect(save('x.heapprofile', treeOf(time))).toThrow(
    expect.objectContaining({ next: '--save x.cpuprofile' }),
  )
  expect(save('no/such/x.folded', treeOf(time))).toThrow(/could not be written/)
})

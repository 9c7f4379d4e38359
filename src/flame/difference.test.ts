import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labRoot } from '../run/server.ts'
import { rolesOfStages } from '../stages.ts'
import {
  changes,
  type DifferenceNode,
  doubtText,
  haveNothingInCommon,
  shareNote,
  subtract,
} from './difference.ts'
import { mergeRuns } from './runs.ts'
import { type Frame, type FrameTree, growTree, type Stack } from './tree.ts'

const js = (stage: string, file: string, name: string, line: number): Frame => ({
  name,
  kind: 'js',
  file: `stages/${stage}/${file}`,
  line,
})
const read: Frame = { name: 'read', kind: 'native', file: 'libc' }
const kernel = (name: string): Frame => ({ name, kind: 'kernel', file: 'kernel' })

function treeOf(stacks: Stack[], more: Partial<FrameTree> = {}): FrameTree {
  const root = growTree(stacks, rolesOfStages)
  return {
    format: 1,
    source: 'perf',
    method: 'made up',
    unit: { counts: 'samples', worth: 2000, of: 'µs' },
    windowSeconds: 2,
    samples: root.total,
    requests: 1000,
    blind: [],
    quality: { broken: 0, unnamed: 0, lost: 0, restored: 0 },
    root,
    ...more,
  }
}

// Before: 500 samples of 2 ms over 1000 requests. After: 400 samples over 8000 requests.
const before = treeOf([
  { frames: [read, kernel('tcp_recvmsg')], count: 300 },
  { frames: [read], count: 100 },
  { frames: [js('stage1', 'parser.ts', 'parse', 40)], count: 80 },
  { frames: [js('stage1', 'reader.ts', 'readByte', 60)], count: 20 },
])
const after = treeOf(
  [
    { frames: [read, kernel('sock_read_iter')], count: 40 },
    { frames: [js('stage2', 'parser.ts', 'parse', 47)], count: 320 },
    { frames: [js('stage2', 'reader.ts', 'fill', 30)], count: 40 },
  ],
  { requests: 8000 },
)
const difference = subtract({ name: 'stage1', tree: before }, { name: 'stage2', tree: after })

const child = (node: DifferenceNode, name: string) =>
  node.children.find((one) => one.name === name)!

test('two trees are one, in µs per request, also if the windows differ', () => {
  expect(difference.unit).toBe('µs')
  expect(difference.before.total).toBeCloseTo(1000, 9)
  expect(difference.after.total).toBeCloseTo(100, 9)
  expect(difference.root.total).toEqual({ before: 1000, after: 100 })
  // The kernel's functions differ; read is one frame.
  const node = child(difference.root, 'read')
  expect(node.total).toEqual({ before: 800, after: 10 })
  expect(node.children.map(({ name, total }) => [name, total.before, total.after])).toEqual([
    ['tcp_recvmsg', 600, 0],
    ['sock_read_iter', 0, 10],
  ])
})

test('the same file of two stages is one file, and the line does not matter', () => {
  const parse = child(difference.root, 'parse')
  expect(parse.file).toBe('stages/…/parser.ts')
  expect(parse.lines).toEqual({ before: 40, after: 47 })
  expect(parse.self).toEqual({ before: 160, after: 80 })
  // One that went and one that came.
  expect(child(difference.root, 'readByte').total).toEqual({ before: 40, after: 0 })
  expect(child(difference.root, 'fill').total).toEqual({ before: 0, after: 10 })
})

test('what changed most: self over all callers, the kernel with its caller', () => {
  const list = changes(difference)
  expect(list.map(({ name, before, after, change }) => [name, before, after, change])).toEqual([
    ['read', 800, 10, -790],
    ['parse', 160, 80, -80],
    ['readByte', 40, 0, -40],
    ['fill', 0, 10, 10],
  ])
  expect(list[0]!.kernel).toEqual({ before: 600, after: 10 })
  expect(list.every(({ certain }) => certain)).toBe(true)
  expect(changes(difference, 2)).toHaveLength(2)
})

test('a function that serves two roles is counted for each', () => {
  const array: Frame = { name: 'Uint8Array', kind: 'builtin', file: 'v8' }
  const both = (parsing: number) =>
    treeOf([
      { frames: [js('stage1', 'parser.ts', 'parse', 40), array], count: parsing },
      { frames: [js('stage1', 'replies.ts', 'send', 25), array], count: 100 },
      { frames: [js('stage1', 'replies.ts', 'text', 17), array], count: 50 },
    ])
  const list = changes(subtract({ name: 'a', tree: both(400) }, { name: 'b', tree: both(100) }))
  expect(list.map(({ name, role, change }) => [name, role, change])).toEqual([
    ['Uint8Array', 'parse', -600],
  ])
})

test('a few samples are no change', () => {
  const few = (count: number) =>
    treeOf([
      { frames: [read], count: 100 },
      { frames: [js('stage1', 'parser.ts', 'parse', 40)], count },
    ])
  const same = subtract({ name: 'stage1', tree: few(4) }, { name: 'stage1', tree: few(6) })
  expect(changes(same)).toMatchObject([{ name: 'parse', certain: false }])
})

test('what two runs of one side differ by is no change between the sides', () => {
  // 4000 samples each: sampling alone would make a tenth of a big function certain.
  const run = (reading: number) =>
    treeOf([
      { frames: [read], count: reading },
      { frames: [js('stage1', 'parser.ts', 'parse', 40)], count: 2000 },
    ])
  const side = (name: string, runs: readonly number[]) => ({ name, tree: mergeRuns(runs.map(run)) })
  const noisy = subtract(side('a', [1900, 2300]), side('b', [2150, 2500]))
  expect(noisy.before.runs).toMatchObject({ count: 2 })
  expect(changes(noisy)).toMatchObject([{ name: 'read', certain: false }])
  expect(doubtText(noisy)).toMatch(/^within two standard errors of sampling and of the runs, which/)
  const calm = subtract(side('a', [2000, 2010]), side('b', [2600, 2590]))
  expect(changes(calm)).toMatchObject([{ name: 'read', certain: true }])
  // Recorded once, the spread of runs is unknown, and must be assumed.
  const once = subtract({ name: 'a', tree: run(2000) }, { name: 'b', tree: run(2250) })
  expect(changes(once)).toMatchObject([{ name: 'read', certain: false }])
  expect(doubtText(once)).toContain('of 5 % between runs, which is assumed')
})

test('runs are merged by path, with what they served, and their noise without that of sampling', () => {
  const tree = (count: number) => treeOf([{ frames: [read, kernel('tcp_recvmsg')], count }])
  const merged = mergeRuns([tree(1000), tree(1000)])
  expect(merged).toMatchObject({ samples: 2000, requests: 2000, windowSeconds: 4 })
  expect(merged.runs).toEqual({ count: 2, noise: 0 })
  expect(merged.root.children[0]!.children[0]).toMatchObject({ self: 2000, total: 2000 })
  // One sentence of what was not seen, whatever its figures.
  const blind = (share: string) => ({
    ...tree(10),
    blind: [`other threads: 0.1 s, ${share} of all`],
  })
  expect(mergeRuns([blind('11 %'), blind('8.6 %')]).blind).toHaveLength(1)
  // Half of them apart: 1000 and 3000 are 1414 apart of 2000, in standard deviations.
  expect(mergeRuns([tree(1000), tree(3000)]).runs!.noise).toBeCloseTo(Math.SQRT1_2, 2)
  expect(mergeRuns([tree(7)])).toEqual(tree(7))
})

test('recorded stages: unchanged code is marked', () => {
  const recorded = (id: string): { name: string; tree: FrameTree } => ({
    name: id,
    tree: JSON.parse(readFileSync(join(labRoot, 'profiles', id, 'profile.json'), 'utf8')),
  })
  const list = changes(subtract(recorded('stage2'), recorded('stage3')))
  expect(list.find(({ name }) => name === 'write')?.certain ?? false).toBe(false)
  expect(list.some(({ certain }) => certain)).toBe(true)
})

test('bytes are compared with bytes, and by share if the requests of one were not counted', () => {
  const bytes = { ...before, unit: { counts: 'bytes', worth: 1, of: 'bytes' } as const }
  expect(() => subtract({ name: 'a', tree: before }, { name: 'b', tree: bytes })).toThrow(/bytes/)
  const { requests: _, ...uncounted } = after
  const byShare = subtract({ name: 'stage1', tree: before }, { name: 'stage2', tree: uncounted })
  expect(byShare.unit).toBe('% of the time')
  expect(byShare.before.total).toBeCloseTo(100, 9)
  expect(byShare.after.total).toBeCloseTo(100, 9)
  expect(byShare.root.children.length).toBeGreaterThan(0)
  for (const { total } of byShare.root.children) {
    expect(Math.max(total.before, total.after)).toBeLessThanOrEqual(100)
  }
  expect(shareNote(byShare)).toMatch(/^By share: the requests of stage2 were not counted, so /)
  expect(shareNote(difference)).toBeUndefined()
})

test('time that was not seen is one frame, whatever its name', () => {
  const unseen = (name: string) => treeOf([{ frames: [{ name, kind: 'unseen' }], count: 10 }])
  const both = subtract(
    { name: 'a', tree: unseen('not seen (50 %)') },
    { name: 'b', tree: unseen('not seen (70 %)') },
  )
  expect(both.root.children).toHaveLength(1)
})

test('two profiles of different programs have nothing in common, and stages have', () => {
  const of = (...frames: Frame[]) => treeOf([{ frames: [read, ...frames], count: 10 }])
  const own = (file: string): Frame => ({ name: 'handle', kind: 'js', file, line: 1 })
  expect(haveNothingInCommon(of(own('server.ts')), of(own('other.ts')))).toBe(true)
  expect(haveNothingInCommon(of(own('server.ts')), of(own('server.ts')))).toBe(false)
  const [one, two] = [js('stage1', 'parser.ts', 'parse', 4), js('stage2', 'parser.ts', 'parse', 9)]
  expect(haveNothingInCommon(of(one), of(two))).toBe(false)
  expect(haveNothingInCommon(of(), of(one))).toBe(false)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { subtract } from '../flame/difference.ts'
import { shares } from '../flame/roles.ts'
import { type FrameTree, noFaults } from '../flame/tree.ts'
import { labRoot } from '../run/server.ts'
import { differenceLines, graphLines } from './flame-graph.ts'
import { recordedStages } from './reference.ts'

const treeOf = (stage: string) =>
  JSON.parse(readFileSync(join(labRoot, 'profiles', stage, 'profile.json'), 'utf8')) as FrameTree

test.each(recordedStages.slice(1))(
  'what changed up to $id, in 80 columns, each with its role',
  ({ id }) => {
    const before = recordedStages[recordedStages.findIndex((stage) => stage.id === id) - 1]!.id
    const difference = subtract(
      { name: before, tree: treeOf(before) },
      { name: id, tree: treeOf(id) },
    )
    const lines = differenceLines(difference, {
      source: 'cpu-prof',
      why: 'a reason in more words than there is room for in a line of 80 columns',
      remedy: 'sudo sysctl kernel.perf_event_paranoid=1',
    }).map((line) => stripVTControlCharacters(line))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    const frames = lines.filter((line) => /^ +[\d.,]+ +[\d.,]+ +[-+\d.,]+[ ~] /.test(line))
    expect(frames).toHaveLength(10)
    expect(frames.filter((line) => !/ \[[\w ]+\]$/.test(line))).toEqual([])
  },
)

test('without counted requests the difference is by share, and says so', () => {
  const [before, after] = recordedStages.map(({ id }) => {
    const { requests: _, ...tree } = treeOf(id)
    return { name: id, tree }
  }) as [{ name: string; tree: FrameTree }, { name: string; tree: FrameTree }]
  const lines = differenceLines(subtract(before, after)).map((line) =>
    stripVTControlCharacters(line),
  )
  const said = lines.join(' ')
  expect(said).toContain(
    'By share: the requests of stage1 and stage2 were not counted, so this shows how the whole is',
  )
  expect(said).toContain('by self: % of the time')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
})

test('two with the same stacks: no frame changed, and no table without a line', () => {
  const { requests: _, ...tree } = treeOf('stage1')
  const lines = differenceLines(subtract({ name: 'a', tree }, { name: 'b', tree })).map((line) =>
    stripVTControlCharacters(line),
  )
  expect(lines.join('\n')).toMatch(/^No frame changed: the two have the same stacks\.$/m)
  expect(lines.join('\n')).not.toContain('before    after')
})

test('a file of many samples, of a short time, of few bytes: every figure can be read', () => {
  const linesOf = (of: 'µs' | 'samples' | 'bytes', total: number, windowSeconds = 0) => {
    const counts = of === 'bytes' ? 'bytes' : 'samples'
    const node = { name: 'f', kind: 'js', role: 'your code', self: total, total, children: [] }
    const tree = {
      ...{ format: 1, source: 'collapsed', file: { name: 'x', format: 'file' }, method: 'one' },
      ...{ unit: { counts, worth: 1, of }, windowSeconds, samples: total, blind: [] },
      ...{ quality: noFaults(), grouping: 'layers' },
      root: { ...node, name: 'all', self: 0, children: [node] },
    } as FrameTree
    const program = { name: 'x', title: 'x' }
    const shown = { ...{ program, tree, of: 'time' as const, shares: shares(tree) } }
    const lines = graphLines({ ...shown, capture: undefined, check: undefined, isFromFile: true })
    return lines.map((line) => stripVTControlCharacters(line))
  }
  expect(linesOf('samples', 16_799_370)[1]).toMatch(/100 % {2}16,799,370 samples {2}█/)
  expect(linesOf('µs', 46_000, 0.046)[0]).toBe('x, file: 46,000 samples, 46 ms in 46 ms')
  expect(linesOf('samples', 500, 20_000)[0]).toBe('x, file: 500 samples in 20,000 s')
  expect(linesOf('bytes', 32_000)[1]).toMatch(/100 %\s+32 kB {2}█/)
})

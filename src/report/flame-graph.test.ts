import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { subtract } from '../flame/difference.ts'
import type { FrameTree } from '../flame/tree.ts'
import { labRoot } from '../run/server.ts'
import { differenceLines } from './flame-graph.ts'
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

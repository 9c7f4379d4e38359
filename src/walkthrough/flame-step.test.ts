import { expect, it } from 'vitest'
import { lessonOf } from '../course/lessons.ts'
import { percent } from '../flame/caption.ts'
import { shares } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import { recordedStages } from '../report/reference.ts'
import { flameStep, graphLines, shortGraph, withoutPlumbing } from './flame-step.ts'
import { type LessonRun, recordedRun, recordedRuns } from './lesson-run.ts'
import { lessonState, newState } from './progress-store.ts'
import { scriptedOutput } from './scripted-output.ts'
import { newSession } from './session.ts'

it.each(recordedStages)(
  'the graph of $id fits on a small screen, and holds the stage’s own frames',
  async ({ id }) => {
    const { tree } = await recordedRun({ id })
    for (const columns of [80, 60]) {
      const lines = shortGraph(tree, id, columns)
      expect(lines.length).toBeLessThanOrEqual(20)
      expect(lines.length).toBeGreaterThan(8)
      expect(lines.join('\n')).toContain(columns === 80 ? `stages/${id}/` : 'stages/')
    }
  },
)

it('sums up what lies between two roles, and nothing else', () => {
  const lines = [
    '  99 %   0.2 %     8.50  > uv__stream_io libuv [read]',
    '  90 %     0 %     8.00  > one node',
    '  90 %     0 %     8.00  > two node',
    '  90 %     0 %     8.00  > three node',
    '  78 %   0.2 %     6.95  > onRead stages/stage2/connection.ts:30 [parse]',
    '  61 %     0 %     5.00    > four node',
    '  61 %     0 %     5.00    > five node',
    '  56 %     0 %     4.99    > six v8',
    '  55 %     0 %     4.98    > entry kernel',
    '  17 %   0.3 %     1.52    executeAll stages/stage2/connection.ts:50',
  ]
  expect(withoutPlumbing(lines)).toEqual([
    lines[0],
    `${' '.repeat(25)}… 3 frames in between`,
    lines[4],
    `${' '.repeat(27)}… 3 frames in between`,
    lines[8],
    lines[9],
  ])
})

it('the words below the graph call its groups what its head calls them', async () => {
  const { tree } = await recordedRun({ id: 'stage1' })
  const below = (one: FrameTree) => graphLines(one, 'stage1', 80).join(' ')
  expect(below(tree)).toContain('Its [role] is')
  const layered = below({ ...tree, grouping: 'layers' })
  expect(layered).toMatch(/frame \[layer\].* Its \[layer\] is/)
})

/** As if it was measured here. */
async function ownRun(id: string): Promise<LessonRun> {
  const run = await recordedRun({ id })
  return { ...run, record: { ...run.record, recorded: false } }
}

it.each([
  ['the recording of another machine', false],
  ["the reader's own run", true],
])('the shares of the stage before are beside the new ones: %s', async (_, isOwn) => {
  const output = scriptedOutput(() => undefined)
  const store = { state: newState(''), save: () => {} }
  const session = newSession(output, recordedRuns, store, () => '')
  const run = await ownRun('stage2')
  // Another stage stands in for a run of stage 1 whose shares differ from the recording's.
  const earlier = isOwn ? await ownRun('stage3') : await recordedRun({ id: 'stage1' })
  if (isOwn) {
    lessonState(session.state, 'stage1').run = earlier.record
    session.remember(lessonOf('stage1'), earlier)
  }
  await flameStep(lessonOf('stage2'), async () => run)(session)
  const text = output.said.join('\n')
  const [was, is] = [earlier, run].map(({ tree }) => percent(shares(tree).byRole.parse))
  expect(text).toMatch(new RegExp(`Shares, stage1 → stage2: .*parse ${was} → ${is}`, 's'))
  expect(text.includes('Those of stage1 are recorded, on another machine.')).toBe(!isOwn)
  expect(Object.keys(session.state.lessons)).toEqual(isOwn ? ['stage1'] : [])
})

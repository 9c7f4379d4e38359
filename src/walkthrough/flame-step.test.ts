import { expect, it } from 'vitest'
import { recordedStages } from '../report/reference.ts'
import { shortGraph, withoutPlumbing } from './flame-step.ts'
import { recordedRun } from './lesson-run.ts'

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

/** What is said of frames, of a profile and of a difference. */
import { expect, it } from 'vitest'
import { subtract } from '../../flame/difference.ts'
import { type FrameTree, growTree } from '../../flame/tree.ts'
import { flameViewData } from './flame-view-data.ts'
import { changeText, frameLine, modelOf, widestFrames } from './model.ts'

const parser = (stage: string) => ({
  ...({ name: 'parse', kind: 'js' } as const),
  ...{ file: `stages/${stage}/parser.ts`, line: 12, tier: 'turbofan' },
})
const read = { name: 'read', kind: 'native', file: 'libc' } as const
const kernel = (name: string) => ({ name, kind: 'kernel', file: 'kernel' }) as const
const caption = { title: '', workload: '' }

function tree(stage: string, reads: number, parses: number): FrameTree {
  const root = growTree(
    [
      { frames: [read, kernel('enter'), kernel('copy')], count: reads },
      { frames: [read], count: 1 },
      { frames: [parser(stage)], count: parses },
    ],
    new Map([[stage, { 'parser.ts': 'parse' } as const]]),
  )
  return {
    ...{ format: 1, source: 'perf', method: '', windowSeconds: 1, blind: [], requests: 10 },
    ...{ unit: { counts: 'samples', worth: 10, of: 'µs' }, samples: root.total, root },
    quality: { broken: 0, unnamed: 0, lost: 0, restored: 0 },
  }
}
const profile = modelOf(flameViewData(tree('stage1', 5, 4), caption))
const difference = modelOf(
  flameViewData(
    subtract(
      { name: 'stage1', tree: tree('stage1', 99, 10) },
      { name: 'stage2', tree: tree('stage2', 33, 20) },
    ),
    caption,
  ),
)

it('a line says name, place, total, self, role and compiler', () => {
  const lines = profile.root.children.map((frame) => frameLine(profile, frame))
  expect(lines).toEqual([
    'read libc · total 60 % (6 samples) · self 10 % (1 sample) · read',
    'parse stages/stage1/parser.ts:12 · total 40 % (4 samples) · self 40 % (4 samples) · parse · code by turbofan',
  ])
  expect(frameLine(profile, profile.root)).toBe(
    'all · total 100 % (10 samples) · self 0 % (0 samples)',
  )
})

it('a difference says before and after, its sign in words, and what may be chance', () => {
  const [read, parse] = difference.root.children
  expect(frameLine(difference, read!)).toBe(
    'read libc · total 100 → 34.0 µs of CPU per request (▼ -66.0) · self 1.00 → 1.00 µs of CPU per request (=) · read',
  )
  // 10 samples and 20: two standard errors are 11.0; 11.2 with an assumed noise of 5 % between runs.
  expect(frameLine(difference, parse!)).toMatch(/total 10.0 → 20.0 .* \(~ ▲ \+10.0\)/)
  expect(difference.margin(parse!)).toBe('a change of less than 11.2 may be chance')
  expect(changeText(1, 1.001)).toBe('=')
})

it('a frame of a difference is as wide as the larger of both, or as one of them', () => {
  const widths = (width: 'larger' | 'before' | 'after') =>
    difference.root.children.map(({ total }) => difference.widthOf(width)(total))
  expect([widths('larger'), widths('before'), widths('after')]).toEqual([
    [100, 20],
    [100, 10],
    [34, 20],
  ])
})

it('the roles have their shares; in a difference, before and after', () => {
  expect(profile.roles).toContainEqual({ role: 'read', text: '60 %' })
  expect(difference.roles).toContainEqual({ role: 'read', text: '100 → 34.0' })
})

it('too few samples are said, and what they are good for', () => {
  expect(profile.cautions.join()).toMatch(/^10 samples are too few/)
  expect(profile.margin(profile.root.children[0]!)).toMatch(/^total ± 2\d points/)
  expect(difference.cautions.join()).toMatch(
    /^stage1: 110 samples are too few.*,stage2: 54 samples/,
  )
  expect(modelOf(flameViewData(tree('stage1', 500, 400), caption)).cautions).toEqual([])
})

it('what the kernel did counts for the function that called it', () => {
  const [first, second] = widestFrames(tree('stage1', 5, 4).root)
  expect([first?.label, first?.self, first?.kernel]).toEqual(['read libc', 6, 5])
  expect([second?.frame.name, second?.self, second?.kernel]).toEqual(['parse', 4, 0])
})

/** What is said of frames, of a profile and of a difference; the widest of them. */
import { expect, it } from 'vitest'
import { subtract } from '../../../flame/difference.ts'
import { type FrameTree, growTree } from '../../../flame/tree.ts'
import { changeText, differenceCells, differenceLine } from './difference-words.ts'
import { frameLine, frameWords } from './frame-words.ts'
import { widestFrames } from './widest.ts'

const parser = (stage: string) => ({
  ...({ name: 'parse', kind: 'js' } as const),
  ...{ file: `stages/${stage}/parser.ts`, line: 12 },
})
const read = { name: 'read', kind: 'native', file: 'libc' } as const
const kernel = (name: string) => ({ name, kind: 'kernel', file: 'kernel' }) as const

function tree(stage: string, reads: number, parses: number): FrameTree {
  const root = growTree([
    { frames: [read, kernel('enter'), kernel('copy')], count: reads },
    { frames: [read], count: 1 },
    { frames: [parser(stage)], count: parses },
  ])
  return {
    ...{ format: 1, source: 'perf', method: '', windowSeconds: 1, blind: [], requests: 10 },
    ...{ unit: { counts: 'samples', worth: 10, of: 'µs' }, samples: root.total, root },
    quality: { broken: 0, unnamed: 0, lost: 0, repaired: 0 },
  }
}

it('a line says name, place, shares, samples and role', () => {
  const one = tree('stage1', 5, 4)
  const frame = one.root.children.find(({ name }) => name === 'parse')!
  expect(frameLine(one, frame)).toBe(
    'parse stages/stage1/parser.ts:12 · 40 % of all · itself 40 % · 4 samples · parse',
  )
  expect(frameLine(one, one.root)).toBe('all: 10 samples')
  expect(frameWords(frame)).toBe('parse stages/stage1/parser.ts:12 parse')
})

it('what the kernel did counts for whoever called it', () => {
  const [first, second] = widestFrames(tree('stage1', 5, 4).root)
  expect([first?.frame.name, first?.own, first?.kernel]).toEqual(['read', 6, 5])
  expect([second?.frame.name, second?.own, second?.kernel]).toEqual(['parse', 4, 0])
})

it('a difference has its sign in words, and the larger of both as its width', () => {
  const difference = subtract(
    { name: 'stage1', tree: tree('stage1', 9, 1) },
    { name: 'stage2', tree: tree('stage2', 3, 2) },
  )
  const widthOf = (width: 'larger' | 'before' | 'after') =>
    differenceCells(difference, width).children.map(({ label, total }) => [label, total])
  expect(widthOf('before')).toEqual([
    ['▼ -6.00 read libc', 10],
    ['▲ +1.00 parse stages/…/parser.ts:12', 1],
  ])
  expect(widthOf('after').map(([, total]) => total)).toEqual([4, 2])
  expect(widthOf('larger').map(([, total]) => total)).toEqual([10, 2])
  expect(differenceLine(difference, difference.root.children[0]!)).toBe(
    'read libc · 10.0 → 4.00 µs of CPU a request (▼ -6.00) · itself 1.00 → 1.00 · read',
  )
  expect(changeText({ before: 1, after: 1.001 })).toBe('=')
})

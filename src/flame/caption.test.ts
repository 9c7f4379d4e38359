import { expect, test } from 'vitest'
import { blindness, cautions, percent, points, shareMargin } from './caption.ts'
import { growTree, noFaults } from './tree.ts'

test('a share is rounded to what its samples bear', () => {
  expect(percent(0.473)).toBe('47 %')
  expect(percent(0.0312)).toBe('3.1 %')
  expect(percent(0.0312, 20_000)).toBe('3.1 %')
  expect(percent(0.0312, 700)).toBe('3 %')
  expect(percent(0.002, 35)).toBe('<1 %')
  expect(percent(0, 35)).toBe('0 %')
  expect(percent(1, 35)).toBe('100 %')
})

test('the interval is that of a binomial share, also for none and all', () => {
  // Textbook: 50 of 100 is 40.4 to 59.6 %; none of 100 is up to 3.7 %.
  expect(points(shareMargin(0.5, 100))).toBe('10')
  expect(shareMargin(0, 100)).toBeCloseTo(0.0185, 3)
  expect(shareMargin(1, 100)).toBeCloseTo(0.0185, 3)
  expect(points(shareMargin(0.5, 10_000))).toBe('1')
  expect(shareMargin(0.5, 0)).toBe(1)
})

const quality = (broken: number) => ({ ...noFaults(), broken })

test('few samples and stacks that do not reach the event loop are mentioned', () => {
  expect(cautions({ samples: 200, quality: quality(2) })).toEqual([])
  expect(cautions({ samples: 35 })).toEqual([
    '35 samples are too few to compare functions: a share may be off by up to 16 points',
  ])
  expect(cautions({ samples: 1000, quality: quality(120) })).toEqual([
    '120 of 1000 stacks do not reach the event loop, so their frames stand apart',
  ])
  const tree = {
    ...({ format: 1, source: 'perf', method: '', windowSeconds: 1, samples: 100 } as const),
    ...{ unit: { counts: 'samples', worth: 1, of: 'µs' } as const, root: growTree([]) },
  }
  expect(blindness({ ...tree, blind: ['waiting'], quality: quality(50) })).toMatch(
    /^Not seen: waiting\. Caution: 100 samples .* points\. Caution: 50 of 100 stacks .* apart\.$/,
  )
})

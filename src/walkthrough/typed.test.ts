import { expect, it } from 'vitest'
import { readNumber, readPercent, readRanking } from './typed.ts'

it.each([
  ['46', 46],
  [' 46 ', 46],
  ['~40', 40],
  ['about 40', 40],
  ['1,000', 1000],
  ['1 000', 1000],
  ['12,345.5', 12345.5],
  ['.5', 0.5],
  ['6.5x', 6.5],
  ['7 times', 7],
  ['46 system calls', undefined],
  ['46 calls', 46],
  ['0', 0],
])('the number in %j is %s', (typed, value) => {
  expect(readNumber(typed)).toEqual(value === undefined ? { wrong: expect.anything() } : { value })
})

it.each(['', '.', 'many', '-3', '4 6', '1,00', '1e400', '12..5', '50%'])(
  '%j is no number, and it says what is taken',
  (typed) => {
    expect(readNumber(typed)).toEqual({
      wrong: expect.stringMatching(typed === '' ? /such as 12.*2\.5$/ : /such as 12.*; not '/),
    })
  },
)

it.each([
  ['40', 40],
  ['40%', 40],
  ['40 %', 40],
  ['~40 per cent', 40],
  ['-5', -5],
  ['+12.5 %', 12.5],
  ['250', 250],
])('%j is %d percent', (typed, value) => {
  expect(readPercent(typed)).toEqual({ value })
})

it('what is no percentage gets an error, cut to a line', () => {
  expect(readPercent('%')).toEqual({ wrong: expect.stringContaining("not '%'") })
  const { wrong } = readPercent('x'.repeat(500)) as { wrong: string }
  expect(wrong.length).toBeLessThan(100)
})

it.each(['3 1 2', '3,1,2', '312', ' 3 > 1 > 2 '])('a ranking is typed as %j', (typed) => {
  expect(readRanking(typed, ['a', 'b', 'c'])).toEqual({ value: ['c', 'a', 'b'] })
})

it.each(['', '1 2', '1 1 2', '1 2 4', '1 2 3 1', 'c a b'])('%j is no ranking of three', (typed) => {
  expect(readRanking(typed, ['a', 'b', 'c'])).toEqual({ wrong: expect.stringContaining('3 1 2') })
})

/** Places of the page, as addresses. */
import { expect, it } from 'vitest'
import { readPlace, stageAddress } from './router.ts'

const place = (hash: string) => {
  const { query, ...rest } = readPlace(hash)
  return { ...rest, ...Object.fromEntries(query) }
}

it.each([
  ['', { page: 'start' }],
  ['#/', { page: 'start' }],
  ['#/compare', { page: 'compare' }],
  ['#/file', { page: 'file' }],
  ['#/stage/2', { page: 'stage', number: 2, view: 'chapter' }],
  ['#/stage/2/flame?run=x&at=7', { page: 'stage', number: 2, view: 'flame', run: 'x', at: '7' }],
  ['#/chapter/measuring?at=noise', { page: 'chapter', name: 'measuring', at: 'noise' }],
  ['#/chapter/workshop/one', { page: 'chapter', name: 'workshop/one' }],
  ['#/chapter/stage3', { page: 'stage', number: 3, view: 'chapter' }],
  [
    '#/source/stages/stage2/reader.ts?line=3',
    { page: 'source', file: 'stages/stage2/reader.ts', line: '3' },
  ],
  ['#/task/stage1', { page: 'task', id: 'stage1' }],
  ['#/lies', { page: 'lies' }],
  ['#/lies/3', { page: 'lies', number: 3 }],
  ['#/lies/three', { page: 'unknown' }],
  ['#/pitfalls', { page: 'pitfalls' }],
  ['#/stage/2/nothing', { page: 'unknown' }],
  ['#/stage/x', { page: 'unknown' }],
  ['#/%E0%A4%A', { page: 'unknown' }],
])('%s', (hash, expected) => {
  expect(place(hash)).toEqual(expected)
})

it('an address leads back to its place', () => {
  const address = stageAddress(4, 'chapter', { hunk: 'reader.ts:2', run: undefined })
  expect(place(address)).toEqual({
    ...{ page: 'stage', number: 4, view: 'chapter', hunk: 'reader.ts:2' },
  })
})

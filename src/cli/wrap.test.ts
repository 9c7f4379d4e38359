import { expect, test } from 'vitest'
import { wrap, wrapAroundCommands, wrapHelp } from './wrap.ts'

test('text is broken between words; a word that is too long stays whole', () => {
  expect(wrap('one two three', '  ', 9)).toEqual(['  one two', '  three'])
  expect(wrap('a very-long-word b', '', 8)).toEqual(['a', 'very-long-word', 'b'])
})

test('a command to copy is never broken, and the words around it are', () => {
  const text = 'type npm run try -- 1 --again, which keeps it; or look (npx tsc -p mine) first'
  expect(wrapAroundCommands(text, '', 26)).toEqual([
    'type',
    'npm run try -- 1 --again,',
    'which keeps it; or look',
    '(npx tsc -p mine) first',
  ])
  const long = 'npm run serve -- mine/stage1'
  expect(wrapAroundCommands(long, '  ', 12)).toEqual([`  ${long}`])
})

test('what stands behind a name is broken below itself; what fits stays as it was', () => {
  const lines = [
    'A paragraph that is too wide',
    'and goes on.',
    '',
    'Short',
    'lines.',
    '  --name N  what it is, in words',
    '            and more',
    '  --short   fits',
    '            here',
  ]
  expect(wrapHelp(lines, 24)).toEqual([
    'A paragraph that is too',
    'wide and goes on.',
    '',
    'Short',
    'lines.',
    '  --name N  what it is,',
    '            in words and',
    '            more',
    '  --short   fits',
    '            here',
  ])
})

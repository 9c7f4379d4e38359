import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { fold, wrap, wrapAroundCommands, wrapExample, wrapHelp, wrapOptions } from './wrap.ts'

test('text is broken between words; a word that is too long stays whole', () => {
  expect(wrap('one two three', '  ', 9)).toEqual(['  one two', '  three'])
  expect(wrap('a very-long-word b', '', 8)).toEqual(['a', 'very-long-word', 'b'])
})

test('a percentage is never broken', () => {
  expect(wrap('it differs by 26 % here', '', 16)).toEqual(['it differs by', '26 % here'])
})

test('prose around a command of the lab is broken, and the command is not', () => {
  const text = 'Look (npm run flame -- stage3 --alloc): npm run stage prints it.'
  expect(wrap(text, '', 24)).toEqual([
    'Look',
    '(npm run flame -- stage3 --alloc):',
    'npm run stage prints it.',
  ])
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

test('what follows a name is broken below itself; what fits stays as it was', () => {
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

test('options have one column, and go on below their text', () => {
  const lines = ['--name N  what it is', '    and more', '--longer-name  one two three four']
  expect(wrapOptions(lines, 34)).toEqual([
    '  --name N        what it is and',
    '                  more',
    '  --longer-name   one two three',
    '                  four',
  ])
  expect(() => wrapOptions(['--name what'])).toThrow('two blanks are to follow')
})

test('an example that is too wide goes on after a backslash, and can be copied', () => {
  expect(wrapExample('npm run x -- 1', 20)).toEqual(['  npm run x -- 1'])
  expect(wrapExample('npm run x -- --a 1 --b "two words"   a note', 22)).toEqual([
    '  # a note',
    '  npm run x -- \\',
    '      --a 1 \\',
    '      --b "two words"',
  ])
})

test('a line that fits is left alone, colours and all', () => {
  expect(fold('', 10)).toEqual([''])
  expect(fold('0123456789', 10)).toEqual(['0123456789'])
  expect(fold('\x1b[31m0123456789\x1b[39m', 10)).toEqual(['\x1b[31m0123456789\x1b[39m'])
})

test('breaks before a word, and sets in what follows', () => {
  expect(fold('36  take the line or nothing at all', 20)).toEqual([
    '36  take the line or',
    '      nothing at all',
  ])
  expect(fold('+    const a = some.thing', 20)).toEqual(['+    const a =', '       some.thing'])
})

test('a word that is longer than the line is broken', () => {
  expect(fold('x'.repeat(45), 20)).toEqual(['x'.repeat(20), `  ${'x'.repeat(18)}`, '  xxxxxxx'])
})

test('no part is wider than asked for, and nothing is lost', () => {
  const line = `\x1b[2m12    /** ${'some words of a comment '.repeat(9)}\x1b[22m*/`
  const parts = fold(line, 40).map(stripVTControlCharacters)
  for (const part of parts) expect(part.length).toBeLessThanOrEqual(40)
  const words = (text: string) => stripVTControlCharacters(text).split(/\s+/).join(' ')
  expect(words(parts.join(' '))).toBe(words(line))
})

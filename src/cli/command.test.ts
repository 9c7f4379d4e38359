import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { LabError } from '../run/lab-error.ts'
import { asTyped, type CommandLine, errorText, helpText } from './command.ts'

const plain = (failure: LabError, width: number) =>
  stripVTControlCharacters(errorText(failure, width))

test('an error is broken between words, and the command to type is not', () => {
  const failure = new LabError('there is no stage 9 here; there are stage1, stage2', {
    means: 'stages have numbers from 1 to 2',
    next: 'npm run stage 1 -- --quick --tests set,get, or leave it',
  })
  expect(plain(failure, 40)).toBe(
    [
      '✗ there is no stage 9 here; there are',
      '  stage1, stage2',
      '  stages have numbers from 1 to 2',
      '  → npm run stage 1 -- --quick --tests set,get,',
      '    or leave it',
    ].join('\n'),
  )
  // In a file a message is one line, to be searched for.
  expect(plain(failure, Number.POSITIVE_INFINITY).split('\n')).toHaveLength(3)
})

test('a help text fits its width, its options set in below themselves', () => {
  const line: CommandLine = {
    command: 'npm run x',
    usage: '-- N',
    about: 'What it does, in more words than one line of a narrow terminal has room for.',
    options: {},
    help: ['--long NAME    what it is, in words that need', '               a second line'],
    examples: ['npm run x -- 1', 'npm run x -- --servers stage3,stage4 --html a.html', 'npm run x'],
  }
  const text = helpText(line, 40)
  expect(text.split('\n').filter((one) => one.length > 40)).toEqual([])
  expect(text).toContain(
    '  --long NAME   what it is, in words\n                that need a second line\n  --help        this text\n',
  )
  expect(text).toMatch(/^Usage: npm run x -- N\n\nWhat it does, /)
  expect(text).toContain(
    '  npm run x -- 1\n  npm run x -- \\\n      --servers stage3,stage4 \\\n      --html a.html\n  npm run x',
  )
})

test.each([
  ['npm run stage', ['2'], 'npm run stage 2'],
  ['npm run stage', ['2', '--quick', '--json'], 'npm run stage 2 -- --quick'],
  ['npm start', [], 'npm start'],
])('%s with %j is typed as %s', (command, words, typed) => {
  expect(asTyped(command, words)).toBe(typed)
})

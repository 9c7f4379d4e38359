import { expect, test } from 'vitest'
import { crashSummary } from './crash-summary.ts'

test('a crash of Node is its error and the place in the lab', () => {
  const text = `/home/ada/my lab/stages/stage2/parser.ts:12
    throw new RangeError('too long')
          ^

RangeError: too long
    at parse (/home/ada/my lab/stages/stage2/parser.ts:12:11)

Node.js v26.10.0
`
  expect(crashSummary(text)).toBe('RangeError: too long (stages/stage2/parser.ts:12)')
})

test('what is none is left as it is, and the chatter of the inspector is nothing', () => {
  expect(crashSummary('port 6379 is taken\n')).toBe('port 6379 is taken')
  const chatter = `Debugger listening on ws://127.0.0.1:1/x
For help, see: https://nodejs.org/learn
Debugger attached.
`
  expect(crashSummary(chatter)).toBe(undefined)
  expect(crashSummary(`${chatter}port 6379 is taken`)).toBe('port 6379 is taken')
  expect(crashSummary('')).toBe(undefined)
})

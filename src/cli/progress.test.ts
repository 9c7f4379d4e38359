import { afterEach, expect, test, vi } from 'vitest'
import { progressLine } from './progress.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What a run of a few steps writes to a terminal, or a pipe. */
function shown(isTTY: boolean, columns: number, term = 'xterm'): string {
  vi.stubEnv('TERM', term)
  let text = ''
  const write = (piece: string) => {
    text += piece
    return true
  }
  const stream = { isTTY, columns, write }
  const line = progressLine(stream as unknown as NodeJS.WriteStream)
  line.step('stage1: warming up')
  line.update(0.5, 'x'.repeat(200))
  line.step('stage1: measuring')
  line.clear()
  return text
}

test('one line on a terminal, never wider than it', () => {
  const text = shown(true, 60)
  expect(text).not.toContain('\n')
  expect(text).toContain('\r\x1b[K')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  for (const part of text.split(/\r\x1b\[K/)) expect(part.length).toBeLessThan(60)
})

test.each([
  ['a pipe', false, 'xterm'],
  ['a terminal that cannot write over a line', true, 'dumb'],
])('%s gets a line for each step, and no control sequence', (_, isTTY, term) => {
  const text = shown(isTTY, 60, term)
  expect(text).not.toContain('\x1b[K')
  expect(text.trim().split('\n')).toHaveLength(2)
})

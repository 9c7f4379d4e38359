import { expect, test, vi } from 'vitest'
import { flushed, outputLost, tooNarrow, watchWidth } from './finish.ts'

const failure = (code: string) => Object.assign(new Error(code), { code })

function stream(error?: Error) {
  const write = (_text: string, done: (error?: Error) => void) => {
    done(error)
    return true
  }
  return { write } as unknown as NodeJS.WriteStream
}

test('what was printed is out: the exit status stays', async () => {
  expect(await flushed(0, stream())).toBe(0)
  expect(await flushed(2, stream())).toBe(2)
})

test('a closed pipe shows in the exit status alone, a full disk in one line, once', async () => {
  expect(await flushed(0, stream(failure('EPIPE')))).toBe(141)
  const say = vi.fn()
  expect(outputLost(failure('EPIPE'), say)).toBe(141)
  expect(say).not.toHaveBeenCalled()
  expect(outputLost(failure('ENOSPC'), say)).toBe(1)
  expect(outputLost(failure('ENOSPC'), say)).toBe(1)
  expect(say.mock.calls).toEqual([['the output could not be written: the disk is full']])
})

test('on a terminal that breaks lines, the width that would be enough is printed', () => {
  const written: string[] = []
  const terminal = { isTTY: true, write: (text: string) => written.push(text) > 0 }
  const width = watchWidth(terminal as unknown as NodeJS.WriteStream)
  terminal.write(`\x1b[31m${'x'.repeat(70)}\x1b[0m\nshort\n`)
  expect(width()).toBe(70)
  expect(written.length).toBe(1)
  expect(tooNarrow(width(), 60, 'npm run compare')).toBe(
    'this terminal has 60 columns and the widest line 70: widen it,\nor npm run compare … | less -S',
  )
  expect(tooNarrow(70, 70, 'x')).toBe(undefined)
  expect(tooNarrow(70, 0, 'x')).toBe(undefined)
})

test('a pipe has no width', () => {
  const pipe = { isTTY: false, write: () => true }
  const width = watchWidth(pipe as unknown as NodeJS.WriteStream)
  pipe.write()
  expect(width()).toBe(0)
})

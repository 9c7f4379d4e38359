import { afterEach, expect, test, vi } from 'vitest'
import { type RunEvent, type Running, step } from '../run/events.ts'
import { runEvents, showEvents } from './progress.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  // Also if the test that has them fails: the next file runs in the same process.
  vi.useRealTimers()
})

/** What events write to a terminal, or a pipe. */
function shown(events: RunEvent[], isTTY: boolean, columns = 70, term = 'xterm'): string {
  vi.stubEnv('TERM', term)
  let text = ''
  const write = (piece: string) => {
    text += piece
    return true
  }
  const show = showEvents({ isTTY, columns, write } as NodeJS.WriteStream)
  for (const event of events) show(event)
  return text
}

const figures = {
  ...{ of: 'stage1: measuring SET', requestsPerSecond: 81_234.5 },
  ...{ latency: null, serverBusy: null, clientBusy: null },
}

const run: RunEvent[] = [
  step('stage1: warming up'),
  { type: 'progress', share: 0.5, text: 'x'.repeat(200) },
  step('stage1: measuring'),
  { type: 'figures', share: 0.5, figures },
  { type: 'result', directory: null },
]

test('one line on a terminal, never wider than it', () => {
  const text = shown(run, true)
  expect(text).not.toContain('\n')
  expect(text.endsWith('stage1: measuring: 81,235 requests/s\r\x1b[K')).toBe(true)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  for (const part of text.split(/\r\x1b\[K/)) expect(part.length).toBeLessThan(70)
})

test.each([
  ['a pipe', false, 'xterm'],
  ['a terminal that cannot write over a line', true, 'dumb'],
])('%s gets a line for each step, and no control sequence', (_, isTTY, term) => {
  expect(shown(run, isTTY, 70, term)).toBe('stage1: warming up\nstage1: measuring\n')
})

test('a step that takes long shows its seconds, until the next event', () => {
  vi.useFakeTimers()
  vi.stubEnv('TERM', 'xterm')
  const pieces: string[] = []
  const write = (piece: string) => pieces.push(piece) > 0
  const show = showEvents({ isTTY: true, columns: 70, write } as NodeJS.WriteStream)
  show(step('counting system calls'))
  vi.advanceTimersByTime(4000)
  expect(pieces.join('')).not.toContain('4 s')
  vi.advanceTimersByTime(3000)
  expect(pieces.join('')).toContain('counting system calls: 7 s')
  show({ type: 'end' })
  pieces.length = 0
  vi.advanceTimersByTime(10_000)
  expect(pieces).toEqual([])
})

test('a whole experiment says what it does, and for how long still', () => {
  const progress = { type: 'progress', share: 0.5, text: 'stage4 SET', secondsLeft: 29.2 } as const
  expect(shown([step('round 2 of 7'), progress], true)).toContain(
    'round 2 of 7: stage4 SET, 30 s left',
  )
})

test('a run warns of others once, is shown, and is recorded from its first step to its end', () => {
  const seen: RunEvent[] = []
  const recorded: RunEvent[] = []
  const emit = runEvents(
    'npm run stage 1',
    (event) => seen.push(event),
    (event) => recorded.push(event),
    () => [{ command: 'npm run compare', pid: 7 } as Running],
  )
  emit({ type: 'end' })
  expect(recorded).toEqual([])
  const steps = [step('warming up', 12), step('measuring'), { type: 'end' } as const]
  for (const event of steps) emit(event)
  expect(recorded).toEqual(steps)
  expect(seen.slice(1)).toEqual([
    {
      type: 'note',
      text: 'another run is under way (npm run compare, pid 7): both will be disturbed',
    },
    ...steps,
  ])
  // The next run of the same command: it was said.
  for (const event of steps) emit(event)
  expect(seen.slice(1 + 1 + steps.length)).toEqual(steps)
})

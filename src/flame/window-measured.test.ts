import { expect, test } from 'vitest'
import { wasIdle } from './window-measured.ts'

const of = (requests: number | undefined, cpuSeconds: number) => ({
  ...{ windowSeconds: 10, requests, beside: undefined },
  cpu: { user: cpuSeconds * 1e6, system: 0 },
})

test('idle by the requests if they are counted, unless all the time was computed', () => {
  expect(wasIdle(of(1, 0), null)).toBe(false)
  expect(wasIdle(of(0, 0.3), null)).toBe(true)
  // One request may take longer than the recording.
  expect(wasIdle(of(0, 9.9), null)).toBe(false)
  expect(wasIdle(of(undefined, 0.1), null)).toBe(true)
  expect(wasIdle(of(undefined, 0.3), null)).toBe(false)
})

test('not idle if it wanted a core for longer than it had one', () => {
  expect(wasIdle(of(undefined, 0.1), 0.9)).toBe(true)
  expect(wasIdle(of(undefined, 0.1), 0.2)).toBe(false)
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Keyspace } from './keyspace.ts'
import { STUCK_CLIENT_BYTES } from './limits.ts'
import { mapStore } from './map-database.ts'
import { isStuck } from './output-limit.ts'

const complaints: string[] = []

beforeEach(() => {
  complaints.length = 0
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation((text) => void complaints.push(text))
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A client for which `queued` bytes wait. */
function client(queued: number) {
  const keyspace = new Keyspace('test', mapStore)
  const session = keyspace.open('10.0.0.1:5', '10.0.0.2:6')
  const state = { keyspace, session, queued, hungUp: false }
  session.queued = () => state.queued
  session.hangUp = () => {
    state.hungUp = true
  }
  return state
}

it('more than the hard limit: the client is dropped before its next command', () => {
  const { session, ...state } = client(STUCK_CLIENT_BYTES)
  expect(isStuck(session)).toBe(false)
  session.queued = () => state.queued + 1
  expect(isStuck(session)).toBe(true)
  expect(session.after).toBe('drop')
  expect(complaints).toEqual([
    'client 10.0.0.1:5 closed: 268435457 bytes of replies wait that it does not read',
  ])
})

it('more than a quarter of it: only after more than a minute without a break', () => {
  const slow = client(STUCK_CLIENT_BYTES / 4 + 1)
  slow.keyspace.tidyUp()
  vi.advanceTimersByTime(60_000)
  slow.keyspace.tidyUp()
  expect(slow.hungUp).toBe(false)
  vi.advanceTimersByTime(1)
  slow.keyspace.tidyUp()
  expect(slow.hungUp).toBe(true)
  expect(slow.session.after).toBe('drop')
  expect(complaints).toHaveLength(1)
})

it('a client that catches up in between begins a new minute', () => {
  const slow = client(STUCK_CLIENT_BYTES / 4 + 1)
  slow.keyspace.tidyUp()
  vi.advanceTimersByTime(59_000)
  slow.queued = STUCK_CLIENT_BYTES / 4
  slow.keyspace.tidyUp()
  slow.queued++
  slow.keyspace.tidyUp()
  vi.advanceTimersByTime(59_000)
  slow.keyspace.tidyUp()
  expect(slow.hungUp).toBe(false)
  vi.advanceTimersByTime(2000)
  slow.keyspace.tidyUp()
  expect(slow.hungUp).toBe(true)
})

it('both limits follow the option', () => {
  const slow = client(1001)
  slow.keyspace.outputLimit = 1000
  expect(isStuck(slow.session)).toBe(true)
  const other = client(251)
  other.keyspace.outputLimit = 1000
  other.keyspace.tidyUp()
  vi.advanceTimersByTime(60_001)
  other.keyspace.tidyUp()
  expect(other.hungUp).toBe(true)
})

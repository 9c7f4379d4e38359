import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Arguments, SavedValues } from './arguments.ts'
import { execute } from './execute.ts'
import { Keyspace } from './keyspace.ts'
import { mapStore } from './map-database.ts'
import type { Replies } from './replies.ts'
import { bytesOf, textOf, type Value } from './value.ts'

// What a client cannot see of transactions: memory, and what ends with the connection.

let keyspace = new Keyspace('test', mapStore)
let session = keyspace.open('client', 'server')
let sent = ''

beforeEach(() => {
  keyspace = new Keyspace('test', mapStore)
  session = keyspace.open('client', 'server')
  sent = ''
})

afterEach(() => vi.useRealTimers())

const replies: Replies = {
  protocol: 2,
  text: (text) => {
    sent += text
  },
  bulk: (value: Value) => {
    sent += `$${value.length}\r\n${textOf(value)}\r\n`
  },
  rewind: () => true,
  send: () => {},
}

/** Runs a command whose arguments lie in memory that is used again afterwards, as in stages 3 to 5. */
function run(...words: string[]): string {
  sent = ''
  const buffers = words.map(bytesOf)
  const args: Arguments = {
    count: words.length,
    word: (at) => textOf(buffers[at]!).toUpperCase(),
    text: (at) => textOf(buffers[at]!),
    key: (at) => textOf(buffers[at]!),
    value: (at) => Buffer.from(buffers[at]!),
    saved: () => new SavedValues(args),
  }
  execute(args, replies, session)
  for (const buffer of buffers) buffer.fill('?')
  return sent
}

it('counts what is queued as memory, until it has run or is given up', () => {
  const megabyte = 'x'.repeat(1 << 20)
  const before = keyspace.memory.used()
  run('MULTI')
  expect(run('SET', 'k', megabyte)).toBe('+QUEUED\r\n')
  expect(keyspace.memory.used() - before).toBeGreaterThan(megabyte.length)
  run('DISCARD')
  expect(keyspace.memory.used()).toBe(before)
  run('MULTI')
  run('SET', 'k', megabyte)
  expect(run('EXEC')).toBe('*1\r\n+OK\r\n')
  expect(keyspace.memory.queued).toBe(0)
  expect(run('GET', 'k')).toContain(megabyte)
})

it('keeps nothing of a connection that has closed', () => {
  run('WATCH', 'k')
  run('MULTI')
  run('SET', 'k', 'x'.repeat(1000))
  const { watch } = session
  keyspace.close(session)
  expect(keyspace.memory.queued).toBe(0)
  keyspace.databases[0]!.set('k', 'v')
  expect(watch?.isChanged).toBe(false)
})

it('queues nothing that could not run anyway', () => {
  run('MULTI')
  run('GET')
  run('SET', 'k', 'x'.repeat(1000))
  expect(keyspace.memory.queued).toBe(0)
})

it('keeps no more of the replies to one EXEC than may wait for a client', () => {
  run('SET', 'k', 'x'.repeat(1000))
  keyspace.outputLimit = 10_000
  run('MULTI')
  for (let nth = 0; nth < 100; nth++) run('GET', 'k')
  run('SET', 'done', '1')
  const answer = run('EXEC')
  expect(answer.length).toBeLessThan(12_000)
  expect(session.after).toBe('drop')
  expect(keyspace.databases[0]!.has('done')).toBe(true)
})

it('ends the transaction even if a command in it throws', () => {
  run('MULTI')
  run('PING')
  session.transaction!.commands[0]!.args = {
    ...session.transaction!.commands[0]!.args,
    get count(): number {
      throw new Error('on purpose')
    },
  }
  expect(run('EXEC')).toContain('-ERR internal error\r\n')
  expect(session.transaction).toBeUndefined()
})

it('closes a connection that has sent nothing for as long as `timeout` says', () => {
  const closed: number[] = []
  vi.useFakeTimers({ toFake: ['Date'] }) // a second that this process had no core would count
  session.hangUp = () => closed.push(session.id)
  const second = () => {
    for (let tick = 0; tick < 10; tick++) keyspace.tidyUp()
  }
  expect(run('CONFIG', 'SET', 'timeout', '60')).toBe('+OK\r\n')
  second()
  session.activeAt -= 60_000
  second()
  expect(closed).toEqual([])
  // Part of a command that is still on its way counts.
  session.activeAt -= 2000
  session.received = () => 5
  second()
  expect(closed).toEqual([])
  session.activeAt -= 62_000
  second()
  expect(closed).toEqual([session.id])
  expect(session.after).toBe('drop')
})

it('runs what follows CLIENT KILL of oneself, and gives it no reply, as Redis does', () => {
  const kill = ['CLIENT', 'KILL', 'ID', String(session.id), 'SKIPME', 'no']
  for (const words of [['MULTI'], ['SET', 'k', 'before'], kill, ['SET', 'k', 'after']])
    run(...words)
  expect(run('EXEC')).toBe('*3\r\n+OK\r\n:1\r\n')
  expect(session.after).toBe('close')
  expect(keyspace.databases[0]!.get('k')).toEqual(bytesOf('after'))
})

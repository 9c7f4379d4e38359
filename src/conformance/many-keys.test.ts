import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isInstalled } from '../run/installed.ts'
import { type RunningServer, startRedis } from '../run/server.ts'
import { cmd, readable, toWire } from './bytes.ts'
import { openConnection } from './connection.ts'
import { readReply, texts } from './replies.ts'
import { candidates, hasAll, needing } from './servers.ts'

// Batches of random commands over so many keys that every table grows, beside a real redis-server: the
// replies to a batch must be the same bytes, and so must what is stored in the end. It is the store that
// grows: `npm test` asks one stage with each, `npm run test:conformance` all.

// A connection has a deadline of its own.
vi.setConfig({ testTimeout: 0, hookTimeout: 0 })

const KEYS = 10_000
const BATCHES = 40
const COMMANDS = 400
const DEADLINE_MS = 60_000
const SEED = 20_261_128

/** Numbers below `limit`; the same for the same seed (Mulberry32). */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

const nameOf = (key: number) => `key:${key}`

/** One command; the deadlines are as far as those of the fuzzer, so that none of them passes. */
function randomCommand(random: (limit: number) => number): string[] {
  const key = () => nameOf(random(KEYS))
  const value = () => {
    const kind = random(200)
    if (kind < 60) return String(random(2 ** 31) - 2 ** 30)
    return 'v'.repeat(kind === 60 ? 1000 + random(20_000) : random(200))
  }
  const offset = () => String(random(300))
  const makers: readonly (() => string[])[] = [
    () => ['SET', key(), value()],
    () => ['SET', key(), value()],
    () => ['SET', key(), value(), 'KEEPTTL', 'GET'],
    () => ['SET', key(), value(), 'EXAT', '4102444800'],
    () => ['GET', key()],
    () => ['GET', key()],
    () => ['DEL', key(), key(), key()],
    () => ['APPEND', key(), value()],
    () => ['SETRANGE', key(), offset(), value()],
    () => ['GETRANGE', key(), offset(), '-1'],
    () => ['SETBIT', key(), offset(), String(random(2))],
    () => ['GETBIT', key(), offset()],
    () => ['INCR', key()],
    () => ['INCRBYFLOAT', key(), '0.5'],
    () => ['STRLEN', key()],
    () => ['RENAME', key(), key()],
    () => ['RENAMENX', key(), key()],
    () => ['COPY', key(), key(), 'REPLACE'],
    () => ['GETDEL', key()],
    () => ['MSET', key(), value(), key(), value(), key(), value()],
    () => ['MSETNX', key(), value(), key(), value()],
    () => ['MGET', key(), key(), key(), key()],
    () => ['EXPIREAT', key(), '4200000000'],
    () => ['PEXPIRETIME', key()],
    () => ['PERSIST', key()],
    () => ['EXISTS', key(), key()],
    () => ['DBSIZE'],
  ]
  return makers[random(makers.length)]!()
}

/** Sends requests on a connection of their own; returns all replies to them. */
async function ask({ host, port }: RunningServer, requests: string): Promise<string> {
  const end = '$9\r\nthat was \r\n'
  const connection = await openConnection(host, port, DEADLINE_MS)
  try {
    await connection.send(toWire(`${requests}${cmd('ECHO', 'that was ')}`))
    while (!connection.received().endsWith(end)) {
      if (connection.closed() || connection.expired()) throw new Error('the replies do not end')
      await connection.changed()
    }
    return connection.received().slice(0, -end.length)
  } finally {
    connection.destroy()
  }
}

/** The names of all keys, by SCAN; a key may come twice. */
async function scanAll(server: RunningServer): Promise<string[]> {
  const found = new Set<string>()
  let cursor = '0'
  do {
    const [next, names] = readReply(await ask(server, cmd('SCAN', cursor, 'COUNT', '777')), 0)!
      .items!
    for (const name of texts(names!.items)) found.add(name)
    cursor = next!.text
  } while (cursor !== '0')
  return [...found].sort()
}

const asked = candidates.slice(0, -1).filter(([title]) => hasAll(title))

describe.skipIf(!isInstalled('redis-server')).each(asked)(
  needing('redis-server', '%s, random batches over 10,000 keys'),
  (_, { missing, start }) => {
    let servers: RunningServer[] = []
    if (!missing) {
      beforeAll(async () => {
        servers = await Promise.all([startRedis(), start()])
      })
      afterAll(async () => {
        await Promise.all(servers.map((server) => server.stop()))
      })
    }

    it.skipIf(missing)('answers and stores as Redis does', async () => {
      const both = (requests: string) => Promise.all(servers.map((server) => ask(server, requests)))
      const random = randomFrom(SEED)
      for (let batch = 0; batch < BATCHES; batch++) {
        const commands = Array.from({ length: COMMANDS }, () => randomCommand(random))
        const [theirs, ours] = await both(commands.map((words) => cmd(...words)).join(''))
        if (ours !== theirs) throw new Error(firstDifference(commands, theirs!, ours!, batch))
      }
      const names = Array.from({ length: KEYS }, (_, key) => nameOf(key))
      const [theirs, ours] = await both(
        [
          cmd('DBSIZE'),
          cmd('MGET', ...names),
          ...names.map((name) => cmd('PEXPIRETIME', name)),
        ].join(''),
      )
      expect(ours === theirs, 'the values and deadlines in the end are the same').toBe(true)
      const [theirNames, ourNames] = await Promise.all(servers.map(scanAll))
      expect(ourNames).toEqual(theirNames)
      expect(ourNames!.length).toBeGreaterThan(KEYS / 4)
    })
  },
)

/** The first command of a batch whose reply differs, and both replies. */
function firstDifference(
  commands: readonly string[][],
  theirs: string,
  ours: string,
  batch: number,
): string {
  let [a, b] = [0, 0]
  for (const [at, words] of commands.entries()) {
    const [one, other] = [readReply(theirs, a), readReply(ours, b)]
    const [theirReply, ourReply] = [theirs.slice(a, one?.end), ours.slice(b, other?.end)]
    if (theirReply !== ourReply || one === undefined || other === undefined) {
      return `batch ${batch}, command ${at}, ${readable(words.join(' '))}: Redis answers ${readable(theirReply)}, not ${readable(ourReply)}`
    }
    ;[a, b] = [one.end, other.end]
  }
  return `batch ${batch}: other bytes after the last reply`
}

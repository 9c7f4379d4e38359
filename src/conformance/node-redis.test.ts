import { createClient, ErrorReply, MultiErrorReply, RESP_TYPES, WatchError } from 'redis'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { RunningServer } from '../run/server.ts'
import { candidates } from './servers.ts'

// The node-redis client, as people use it, with both protocols.
// The replies may be right byte by byte, and a client still fail to connect.

vi.setConfig({ testTimeout: 0, hookTimeout: 0 })

const binary = Buffer.from('\r\n\0\xff\x80$5\r\n', 'latin1')
const mebibyte = Buffer.alloc(1 << 20, 'profile the lab ')
const keys = Array.from({ length: 250 }, (_, i) => `key:${i}`)

/** Keeps asking until the answer is there: the clock decides when, not the test. */
async function until<T>(ask: () => Promise<T>, wanted: T): Promise<void> {
  while ((await ask()) !== wanted);
}

describe.each(candidates)('node-redis on %s', (_, { missing, readsBytes, start }) => {
  // Stage 1 would read a mebibyte for seconds.
  const long = readsBytes ? mebibyte.subarray(0, 1 << 16) : mebibyte
  let server: RunningServer
  beforeAll(async () => {
    if (!missing) server = await start()
  })
  afterAll(async () => {
    if (!missing) await server.stop()
  })

  describe.each([2, 3] as const)('with RESP%d', (RESP) => {
    const connect = async () =>
      await createClient({ RESP, socket: { host: server.host, port: server.port } })
        .on('error', () => {})
        .connect()
    /** It ends with the test, also one that fails: later its port may be another server's. */
    const another = async () => {
      const other = await connect()
      onTestFinished(() => {
        if (other.isOpen) other.destroy()
      })
      return other
    }
    let client: Awaited<ReturnType<typeof connect>>
    beforeAll(async () => {
      if (!missing) client = await connect()
    })
    beforeEach(async () => {
      if (!missing) await client.flushAll()
    })
    afterAll(async () => {
      if (!missing) await client.close()
    })

    it.skipIf(missing)('sets and gets', async () => {
      expect(await client.set('k', 'v')).toBe('OK')
      expect(await client.get('k')).toBe('v')
      expect(await client.get('absent')).toBeNull()
      expect(await client.set('k', 'w', { condition: 'NX' })).toBeNull()
      expect(await client.getEx('k', { type: 'EX', value: 100 })).toBe('v')
      expect(await client.ttl('k')).toBeGreaterThan(50)
      expect(await client.getDel('k')).toBe('v')
      expect(await client.exists('k')).toBe(0)
    })

    it.skipIf(missing)('keeps bytes as they are', async () => {
      const buffers = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
      await client.set('k', binary)
      expect(await buffers.get('k')).toEqual(binary)
      await client.set(binary, long)
      expect(long.equals((await buffers.get(binary)) as Buffer)).toBe(true)
    })

    it.skipIf(missing)('expires', async () => {
      await client.set('k', 'v', { expiration: { type: 'PX', value: 5 } })
      await until(() => client.get('k'), null)
      expect(await client.pTTL('k')).toBe(-2)
    })

    it.skipIf(missing)('reads and writes many at once', async () => {
      await client.mSet(keys.map((key, i): [string, string] => [key, String(i)]))
      expect(await client.mGet(['key:1', 'absent', 'key:249'])).toEqual(['1', null, '249'])
      expect(await client.dbSize()).toBe(250)
      expect(await client.mSetNX({ 'key:1': 'a', new: 'b' })).toBe(0)
    })

    it.skipIf(missing)('pipelines what is sent at the same time', async () => {
      const sums = await Promise.all(keys.map(() => client.incr('n')))
      expect(sums).toEqual(keys.map((_, i) => i + 1))
    })

    it.skipIf(missing)('runs a transaction', async () => {
      expect(await client.multi().set('k', '1').incr('k').get('k').exec()).toEqual(['OK', 2, '2'])
      await expect(client.multi().set('k', 'x').incr('k').exec()).rejects.toThrow(MultiErrorReply)
      await expect(client.multi().addCommand(['NOSUCH']).set('k', 'new').exec()).rejects.toThrow(
        'unknown command',
      )
      expect(await client.get('k')).toBe('x')
    })

    it.skipIf(missing)('gives up a transaction if a key has changed', async () => {
      const other = await another()
      await client.watch('k')
      await other.set('k', 'theirs')
      await expect(client.multi().set('k', 'ours').exec()).rejects.toThrow(WatchError)
      expect(await client.get('k')).toBe('theirs')
      await client.watch('k')
      expect(await client.multi().set('k', 'ours').exec()).toEqual(['OK'])
      await other.close()
    })

    it.skipIf(missing)('reports the keys of a command and what it does with them', async () => {
      const [get, ping] = await client.commandInfo(['get', 'ping'])
      expect(get).toMatchObject({ name: 'get', arity: 2, firstKeyIndex: 1, step: 1 })
      expect(ping).toMatchObject({ name: 'ping', firstKeyIndex: 0 })
      expect(await client.commandGetKeysAndFlags(['SET', 'k', 'v'])).toEqual([
        { key: 'k', flags: expect.toSatisfy((flags) => [...flags].join() === 'OW,update') },
      ])
      expect(await client.clientInfo()).toMatchObject({ flags: 'N', idle: 0, multi: -1 })
    })

    it.skipIf(missing)('iterates over the keys', async () => {
      await client.mSet(keys.map((key): [string, string] => [key, 'v']))
      const found: string[] = []
      for await (const page of client.scanIterator({ MATCH: 'key:*', COUNT: 20 })) {
        found.push(...page)
      }
      expect(found.toSorted()).toEqual(keys.toSorted())
    })

    it.skipIf(missing)('throws errors', async () => {
      await expect(client.sendCommand(['NOSUCH', 'a'])).rejects.toThrow(ErrorReply)
      await expect(client.select(99)).rejects.toThrow('ERR DB index is out of range')
      expect(await client.ping()).toBe('PONG')
    })

    it.skipIf(missing)('reads settings and the state of the server', async () => {
      expect(await client.configGet('databases')).toEqual({ databases: '16' })
      expect(await client.info('server')).toContain('redis_version:')
      expect(await client.clientId()).toBeGreaterThan(0)
    })

    it.skipIf(missing)('closes and leaves no connection', async () => {
      const other = await another()
      await other.set('k', 'v')
      await other.close()
      expect(other.isOpen).toBe(false)
      const abrupt = await another()
      abrupt.destroy()
      expect(abrupt.isOpen).toBe(false)
      expect(await client.get('k')).toBe('v')
    })
  })
})

import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { RunningServer } from '../run/server.ts'
import { candidates } from './servers.ts'

// The ioredis client, as people use it.
// The replies may be right byte by byte, and a client still fail to connect.

vi.setConfig({ testTimeout: 0, hookTimeout: 0 })

const binary = Buffer.from('\r\n\0\xff\x80$5\r\n', 'latin1')
const mebibyte = Buffer.alloc(1 << 20, 'profile the lab ')
const keys = Array.from({ length: 250 }, (_, i) => `key:${i}`)

/** Keeps asking until the answer is there: the clock decides when, not the test. */
async function until<T>(ask: () => Promise<T>, wanted: T): Promise<void> {
  while ((await ask()) !== wanted);
}

describe.each(candidates)('ioredis on %s', (_, { missing, readsBytes, start }) => {
  // Stage 1 would read a mebibyte for seconds.
  const long = readsBytes ? mebibyte.subarray(0, 1 << 16) : mebibyte
  let server: RunningServer
  let client: Redis
  beforeAll(async () => {
    if (missing) return
    server = await start()
    client = new Redis(server.port, server.host)
  })
  beforeEach(async () => {
    if (missing) return
    await client.flushall()
  })
  afterAll(async () => {
    if (missing) return
    expect(await client.quit()).toBe('OK')
    await server.stop()
  })

  /** It ends with the test, also one that fails: later its port may be another server's. */
  const another = (other: Redis) => {
    onTestFinished(() => other.disconnect())
    return other
  }

  it.skipIf(missing)('sets and gets', async () => {
    expect(await client.set('k', 'v')).toBe('OK')
    expect(await client.get('k')).toBe('v')
    expect(await client.get('absent')).toBeNull()
    expect(await client.set('k', 'w', 'NX')).toBeNull()
    expect(await client.set('k', 'w', 'EX', 100, 'GET')).toBe('v')
    expect(await client.del('k', 'absent')).toBe(1)
  })

  it.skipIf(missing)('keeps bytes as they are', async () => {
    await client.set('k', binary)
    expect(await client.getBuffer('k')).toEqual(binary)
    await client.set(binary, long)
    expect(long.equals((await client.getBuffer(binary))!)).toBe(true)
  })

  it.skipIf(missing)('counts', async () => {
    expect(await client.incr('n')).toBe(1)
    expect(await client.incrby('n', 41)).toBe(42)
    expect(await client.incrbyfloat('n', 0.5)).toBe('42.5')
  })

  it.skipIf(missing)('expires', async () => {
    await client.set('k', 'v', 'PX', 5)
    await until(() => client.get('k'), null)
    expect(await client.ttl('k')).toBe(-2)
  })

  it.skipIf(missing)('reads and writes many at once', async () => {
    await client.mset(new Map(keys.map((key, i) => [key, String(i)])))
    expect(await client.mget('key:1', 'absent', 'key:249')).toEqual(['1', null, '249'])
    expect((await client.keys('key:24?')).length).toBe(10)
    expect(await client.dbsize()).toBe(250)
  })

  it.skipIf(missing)('sends a pipeline, errors in their place', async () => {
    const replies = await client.pipeline().set('k', 'abc').incr('k').get('k').exec()
    expect(replies![0]).toEqual([null, 'OK'])
    expect(replies![1]![0]!.message).toBe('ERR value is not an integer or out of range')
    expect(replies![2]).toEqual([null, 'abc'])
  })

  it.skipIf(missing)('runs a transaction', async () => {
    const replies = await client.multi().set('k', 'abc').incr('k').get('k').exec()
    expect(replies![0]).toEqual([null, 'OK'])
    expect(replies![1]![0]!.message).toBe('ERR value is not an integer or out of range')
    expect(replies![2]).toEqual([null, 'abc'])
    await expect(client.multi().call('NOSUCH').set('k', 'new').exec()).rejects.toThrow('EXECABORT')
    expect(await client.get('k')).toBe('abc')
    await client.multi({ pipeline: false })
    expect(await client.set('k', 'new')).toBe('QUEUED')
    expect(await client.discard()).toBe('OK')
    expect(await client.get('k')).toBe('abc')
  })

  it.skipIf(missing)('gives up a transaction if a key has changed', async () => {
    const other = another(new Redis(server.port, server.host))
    await client.watch('k')
    await other.set('k', 'theirs')
    expect(await client.multi().set('k', 'ours').exec()).toBeNull()
    expect(await client.get('k')).toBe('theirs')
    await client.watch('k')
    expect(await client.multi().set('k', 'ours').exec()).toEqual([[null, 'OK']])
    await other.quit()
  })

  it.skipIf(missing)('sends what comes in one turn as a pipeline of its own', async () => {
    const automatic = another(new Redis(server.port, server.host, { enableAutoPipelining: true }))
    await Promise.all(keys.map((key, i) => automatic.set(key, i)))
    const values = await Promise.all(keys.map((key) => automatic.get(key)))
    expect(values).toEqual(keys.map((_, i) => String(i)))
    await automatic.quit()
  })

  it.skipIf(missing)('streams the keys', async () => {
    await client.mset(new Map(keys.map((key) => [key, 'v'])))
    const found: string[] = []
    for await (const page of client.scanStream({ match: 'key:*', count: 20 })) found.push(...page)
    expect(found.toSorted()).toEqual(keys.toSorted())
  })

  it.skipIf(missing)('throws errors', async () => {
    await expect(client.call('NOSUCH', 'a')).rejects.toThrow("ERR unknown command 'NOSUCH'")
    await expect(client.call('GET')).rejects.toThrow('wrong number of arguments for')
    await expect(client.select(99)).rejects.toThrow('ERR DB index is out of range')
    expect(await client.ping()).toBe('PONG')
  })

  it.skipIf(missing)('takes a database and a name', async () => {
    const other = another(new Redis(server.port, server.host, { db: 3, connectionName: 'lab' }))
    await other.set('k', 'three')
    expect(await client.get('k')).toBeNull()
    expect(await other.client('GETNAME')).toBe('lab')
    const ended = once(other, 'end')
    other.disconnect()
    await ended
  })

  it.skipIf(missing)('connects again after the server has closed', async () => {
    const other = another(
      new Redis(server.port, server.host, {
        retryStrategy: () => 0,
        autoResendUnfulfilledCommands: false,
      }),
    )
    await once(other, 'ready')
    const again = once(other, 'ready')
    // To which the server says nothing, but closes; ioredis then neither repeats nor rejects it.
    void other.call('POST', '/').catch(() => {})
    await again
    expect(await other.ping()).toBe('PONG')
    await other.quit()
  })
})

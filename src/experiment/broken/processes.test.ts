import { expect, it } from 'vitest'
import { startStage } from '../../run/server.ts'
import { startClient, startLyingServer } from './processes.ts'
import { refusalOf } from './unchecked.ts'
import { withServer } from './with.ts'

it('the server that lies is found out by the lab, whatever is asked', async () => {
  await withServer(startLyingServer, async (liar) => {
    expect(await refusalOf(liar, 'set', 0.1)).toMatch(/^wrong reply to READ BACK .*got "\$-1/)
    expect(await refusalOf(liar, 'get', 0.1)).toMatch(/^wrong reply to GET .*got "\$-1/)
    expect(await refusalOf(liar, 'mset', 0.1)).toMatch(/^wrong reply to /)
    expect(await refusalOf(liar, 'incr', 0.1)).toMatch(/^wrong reply to INCR .*got "\+OK/)
  })
}, 60_000)

it('an honest server is not, and one that is not there was not found lying', async () => {
  const gone = await withServer(
    () => startStage({ id: 'stage3' }),
    async (server) => {
      expect(await refusalOf(server, 'set', 0.1)).toBeUndefined()
      return server
    },
  )
  await expect(refusalOf(gone, 'set', 0.1)).rejects.toThrow('nothing listens')
}, 60_000)

it('a client that does not look believes it, and counts its replies as it counts honest ones', async () => {
  await withServer(startLyingServer, async (liar) => {
    const client = startClient(liar, false)
    const { requests, seconds } = await client.run(0.1)
    expect(requests).toBeGreaterThan(0)
    expect(seconds).toBeGreaterThan(0)
    await client.stop()
  })
}, 60_000)

it('the client that works parses the whole document, over several runs', async () => {
  await withServer(
    () => startStage({ id: 'stage2' }),
    async (server) => {
      const client = startClient(server, true)
      for (let run = 0; run < 2; run++) {
        expect((await client.run(0.1)).requests % 16).toBe(0)
      }
      await client.stop()
    },
  )
}, 60_000)

it('a client that works does not find its document in a server that lies', async () => {
  await withServer(startLyingServer, async (liar) => {
    const client = startClient(liar, true)
    await expect(client.run(0.1)).rejects.toThrow(/client\.ts ended/)
    await client.stop()
  })
}, 60_000)

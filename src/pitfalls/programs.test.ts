import { expect, it } from 'vitest'
import { type RunningServer, startStage } from '../run/server.ts'
import { applicationClient, startFaultyServer } from './programs.ts'
import { refusalOf } from './unchecked.ts'

const workload = { clients: 10, pipeline: 16, payload: 3101, keyspace: 1 }

async function withServer(
  start: () => Promise<RunningServer>,
  act: (server: RunningServer) => Promise<void>,
): Promise<void> {
  const server = await start()
  try {
    await act(server)
  } finally {
    await server.stop()
  }
}

it('the load generator refuses the faulty server; a client that does not look accepts it', async () => {
  await withServer(startFaultyServer, async (faulty) => {
    expect(await refusalOf(faulty, 'set', 0.1)).toMatch(/^wrong reply to READ BACK .*got "\$-1/)
    expect(await refusalOf(faulty, 'get', 0.1)).toMatch(/^wrong reply to GET .*got "\$-1/)
    expect(await refusalOf(faulty, 'mset', 0.1)).toMatch(/^wrong reply to /)
    expect(await refusalOf(faulty, 'incr', 0.1)).toMatch(/^wrong reply to INCR .*got "\+OK/)
    const client = await applicationClient(false)(faulty, workload)
    const { requests, repliesChecked } = await client.run({ test: 'get', seconds: 0.1 })
    expect(requests).toBeGreaterThan(0)
    expect(repliesChecked).toBe(false)
    await client.stop()
    const working = await applicationClient(true)(faulty, workload)
    await expect(working.run({ test: 'get', seconds: 0.1 })).rejects.toThrow(/client\.ts ended/)
    await working.stop()
  })
}, 60_000)

it('an honest server is not refused; one that has ended is an error of another kind', async () => {
  let ended: RunningServer | undefined
  await withServer(
    () => startStage({ id: 'stage3' }),
    async (server) => {
      expect(await refusalOf(server, 'set', 0.1)).toBeUndefined()
      const client = await applicationClient(true)(server, workload)
      for (let run = 0; run < 2; run++) {
        expect((await client.run({ test: 'get', seconds: 0.1 })).requests % 16).toBe(0)
      }
      await client.stop()
      ended = server
    },
  )
  await expect(refusalOf(ended!, 'set', 0.1)).rejects.toThrow('nothing listens')
}, 60_000)

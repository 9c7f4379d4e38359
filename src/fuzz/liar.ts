/** A server for tests that stands before a stage, and changes what it says. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { startStage } from '../run/server.ts'
import type { FuzzedServer } from './side.ts'

/**
 * What it does with something that the stage said.
 * @param sent all that the client sent on this connection so far
 * @returns the bytes to pass on; undefined: it never says anything again
 */
export type Lie = (said: string, sent: string, client: Socket) => string | undefined

/** Stage 4, with a liar before it. */
export async function startLiar(lie: Lie): Promise<FuzzedServer> {
  const stage = await startStage({ id: 'stage4' })
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...stage, noDelay: true, allowHalfOpen: true })
    let sent = ''
    let silent = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          client.destroy()
          upstream.destroy()
        })
    }
    client.on('data', (bytes) => {
      sent += bytes.toString('latin1')
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      const said = silent ? '' : lie(bytes.toString('latin1'), sent, client)
      if (said === undefined) silent = true
      else client.write(said, 'latin1')
    })
    client.on('end', () => upstream.end())
    upstream.on('end', () => client.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...stage,
    port,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await stage.stop()
    },
  }
}

/** For tests: a proxy in front of a stage that changes its replies. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { startStage } from '../run/server.ts'
import type { FuzzedServer } from './side.ts'

/**
 * What it makes of a reply.
 * @param sent all bytes from the client on this connection so far
 * @returns the bytes to pass on; undefined: it never replies again
 */
export type Fault = (reply: string, sent: string, client: Socket) => string | undefined

/** Starts stage 4 behind a faulty proxy. */
export async function startFaultyProxy(fault: Fault): Promise<FuzzedServer> {
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
      const reply = silent ? '' : fault(bytes.toString('latin1'), sent, client)
      if (reply === undefined) silent = true
      else client.write(reply, 'latin1')
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

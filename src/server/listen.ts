/** Listening with `node:net`, as stages 1 to 4 do. */
import { once } from 'node:events'
import net from 'node:net'
import type { Keyspace } from './keyspace.ts'
import type { Output } from './output.ts'
import type { Listen } from './start.ts'

/**
 * Takes over a connection that was just accepted; each stage brings its own. Gives what it sends its
 * replies through, or undefined if the client is gone already.
 */
export type Serve = (
  server: net.Server,
  accepted: net.Socket,
  keyspace: Keyspace,
) => Output | undefined

/** A `node:net` server whose connections `serve` takes over. */
export function listenWith(serve: Serve): Listen {
  return async ({ host, port }, keyspace) => {
    const outputs = new Set<Output>()
    // Paused: the stage decides where the first byte goes. No delay: a reply is not held back to be
    // sent together with the next one (Nagle's algorithm), which Redis turns off as well.
    const server = net.createServer({ pauseOnConnect: true, noDelay: true }, (accepted) => {
      if (keyspace.sessions.size >= keyspace.maxClients) {
        keyspace.statistics.connectionsRejected++
        accepted.on('error', () => {}).write('-ERR max number of clients reached\r\n')
        accepted.destroySoon() // it is paused, so it would never see that the client has gone
        return
      }
      const output = serve(server, accepted, keyspace)
      if (output === undefined) return
      outputs.add(output)
      output.socket.once('close', () => outputs.delete(output))
    })
    server.listen({ port, host, backlog: 511 })
    await once(server, 'listening')
    // Not the end of the server: those who are connected are served on.
    server.on('error', ({ message }) => console.error(`a connection was lost: ${message}`))
    const bound = server.address() as net.AddressInfo
    return {
      address: bound.address,
      port: bound.port,
      close: async () => {
        server.close()
        // No further command is executed; what was executed was answered, into the kernel or the
        // output's queue. That goes out, and then only our end is closed: closing both while bytes
        // of the client's are unread would be a reset, which may overtake the replies.
        for (const session of keyspace.sessions.values()) session.after = 'close'
        for (const output of outputs) output.end('our side')
        await once(server, 'close')
      },
    }
  }
}

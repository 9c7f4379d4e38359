import net from 'node:net'
import { ingredients } from './ingredients.ts'
import { Keyspace } from './keyspace.ts'
import { MAX_CLIENTS } from './limits.ts'
import { parseServerOptions, SERVER_USAGE, type ServerOptions } from './options.ts'

/**
 * Takes over a connection that was just accepted; each stage brings its own. Gives the socket that
 * it goes on with, or undefined where the client is gone already.
 */
export type Serve = (
  server: net.Server,
  accepted: net.Socket,
  keyspace: Keyspace,
) => net.Socket | undefined

/** How long a connection may take to send its last replies when the server is told to end, in ms. */
const FAREWELL = 1000

/**
 * The whole of a stage's process: reads the command line, listens, says so in one line
 * (`listening on 127.0.0.1:6379`), and ends with exit status 0 on SIGINT or SIGTERM.
 * @param stage what it calls itself, e.g. `stage1`
 */
export function start(stage: string, serve: Serve): void {
  let options: ServerOptions
  try {
    options = parseServerOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${stage}: ${(error as Error).message}\n\n${SERVER_USAGE}`)
    process.exit(2)
  }
  if (options.listIngredients) {
    for (const [name, what] of ingredients) console.log(`${name}: ${what}`)
    return
  }
  listen(stage, serve, options)
}

function listen(stage: string, serve: Serve, options: ServerOptions): void {
  const keyspace = new Keyspace(stage)
  const sockets = new Set<net.Socket>()
  // Paused: the stage decides where the first byte goes. No delay: a reply is not held back to be
  // sent together with the next one (Nagle's algorithm), which Redis turns off as well.
  const server = net.createServer({ pauseOnConnect: true, noDelay: true }, (accepted) => {
    if (keyspace.sessions.size >= MAX_CLIENTS) {
      accepted.on('error', () => {}).write('-ERR max number of clients reached\r\n')
      accepted.destroySoon() // it is paused, so it would never see that the client has gone
      return
    }
    const socket = serve(server, accepted, keyspace)
    if (socket === undefined) return
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  server.on('error', (error: NodeJS.ErrnoException) => {
    console.error(`${stage}: ${explain(error, options)}`)
    process.exit(1)
  })
  server.listen({ port: options.port, host: options.host, backlog: 511 }, () => {
    const { address, port } = server.address() as net.AddressInfo
    keyspace.port = port
    keyspace.host = options.host
    console.log(`listening on ${address}:${port}`)
  })

  setInterval(() => keyspace.removeExpired(), 100).unref()

  const end = () => {
    server.close(() => process.exit(0))
    // What was executed was answered, into the kernel or into the socket's queue: let that go out.
    for (const socket of sockets) socket.destroySoon()
    setTimeout(() => process.exit(0), FAREWELL).unref()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  if (options.untilStdinEnds) process.stdin.once('close', end).resume()
}

function explain(error: NodeJS.ErrnoException, { host, port }: ServerOptions): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken by another program; try --port 0 for a free one`
  }
  if (error.code === 'EACCES') return `port ${port} needs privileges; try one above 1024`
  if (error.code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine`
  return error.message
}

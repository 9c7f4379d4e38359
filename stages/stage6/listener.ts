/** Listening, and accepting connections: `node:net`'s server, without `node:net`. */
import { lookup } from 'node:dns/promises'
import type { Keyspace } from '../../src/server/keyspace.ts'
import type { Listen } from '../../src/server/start.ts'
import { AF_INET, AF_INET6, MAX_ADDRESS, readAddress, writeAddress } from './address.ts'
import { Connection } from './connection.ts'
import * as kernel from './kernel.ts'
import { Loop } from './loop.ts'
import type { CompletionHandler } from './ring.ts'

const SOCK_STREAM = 1
/** Nothing is left open to a program that we start. */
const SOCK_CLOEXEC = 0x80000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const IPPROTO_TCP = 6
const TCP_NODELAY = 1
/** Connections that may wait to be accepted. */
const BACKLOG = 511
/** How long to leave those that connect alone if none can be accepted, in ms. */
const REST = 100

export const listen: Listen = async ({ host, port }, keyspace) => {
  const { address, family } = await lookup(host)
  const fd = open(family as 4 | 6, address, port)
  const acceptor = new Acceptor(fd, new Loop(), keyspace)
  return { ...addressOf(kernel.getsockname, fd), close: () => acceptor.close() }
}

/** @throws Error with a `code`, e.g. `EADDRINUSE` */
function open(family: 4 | 6, address: string, port: number): number {
  const domain = family === 4 ? AF_INET : AF_INET6
  const fd = kernel.check(kernel.socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0), 'socket')
  // Or the port stays taken for a minute after a server has ended.
  turnOn(fd, SOL_SOCKET, SO_REUSEADDR)
  const bytes = Buffer.alloc(MAX_ADDRESS)
  kernel.check(kernel.bind(fd, bytes, writeAddress(bytes, family, address, port)), 'bind')
  kernel.check(kernel.listen(fd, BACKLOG), 'listen')
  return fd
}

function turnOn(fd: number, level: number, option: number): void {
  const one = Buffer.alloc(4)
  one.writeInt32LE(1)
  kernel.setsockopt(fd, level, option, one, 4)
}

/** The address of one end of a socket; port 0 if the client has gone already. */
function addressOf(ask: typeof kernel.getsockname, fd: number): { address: string; port: number } {
  const bytes = Buffer.alloc(MAX_ADDRESS)
  const length = Buffer.alloc(4)
  length.writeInt32LE(MAX_ADDRESS)
  return ask(fd, bytes, length) === -1 ? { address: '?', port: 0 } : readAddress(bytes)
}

/** Accepts connections. */
class Acceptor implements CompletionHandler {
  private readonly fd: number
  private readonly loop: Loop
  private readonly keyspace: Keyspace
  private readonly connections = new Set<Connection>()

  constructor(fd: number, loop: Loop, keyspace: Keyspace) {
    this.fd = fd
    this.loop = loop
    this.keyspace = keyspace
    loop.ring.setHandler(fd, this)
    loop.ring.accept(fd)
    loop.run()
  }

  complete(_what: number, result: number, more: boolean): void {
    if (result >= 0) this.serve(result)
    if (more) return
    // It has come to an end, since there are too many open files for one: try again in a while.
    if (result < 0) setTimeout(() => this.loop.ring.accept(this.fd), REST)
    else this.loop.ring.accept(this.fd)
  }

  /** Resolves when every client has its last replies, and has closed. */
  async close(): Promise<void> {
    this.loop.ring.setHandler(this.fd, undefined)
    this.loop.ring.cancel(this.fd)
    for (const connection of this.connections) connection.shutDown()
    while (this.connections.size > 0) await new Promise(setImmediate)
    kernel.close(this.fd)
  }

  private serve(fd: number): void {
    if (this.keyspace.sessions.size >= this.keyspace.maxClients) {
      this.keyspace.statistics.connectionsRejected++
      const refusal = Buffer.from('-ERR max number of clients reached\r\n')
      kernel.send(fd, refusal, refusal.length, kernel.MSG_DONTWAIT)
      kernel.close(fd)
      return
    }
    // A reply is not held back to be sent together with the next one (Nagle's algorithm).
    turnOn(fd, IPPROTO_TCP, TCP_NODELAY)
    const client = addressOf(kernel.getpeername, fd)
    const here = addressOf(kernel.getsockname, fd)
    const session = this.keyspace.open(
      `${client.address}:${client.port}`,
      `${here.address}:${here.port}`,
    )
    const forget = (connection: Connection) => this.connections.delete(connection)
    this.connections.add(new Connection(fd, this.loop, session, forget))
  }
}

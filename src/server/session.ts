/** What the server knows of one connection; how one begins and ends, the same in every stage. */
import type net from 'node:net'
import type { Database } from './database.ts'
import type { Keyspace } from './keyspace.ts'
import { isMuted } from './muted-replies.ts'
import { Output } from './output.ts'
import type { Postponed } from './pause.ts'
import { ProtocolError } from './protocol-error.ts'
import { error, type Replies } from './replies.ts'
import type { Transaction, Watch } from './transaction.ts'

/** What the server knows of one connection, beside its socket. */
export interface Session {
  readonly id: number
  readonly keyspace: Keyspace
  /** The database that SELECT chose. */
  database: Database
  databaseIndex: number
  /** Set by CLIENT SETNAME. */
  name: string
  /** Set by CLIENT SETINFO. */
  library: { name: string; version: string }
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  /** When it was last seen to have sent something, in ms since 1970, and how much it had sent then. */
  activeAt: number
  receivedBefore: number
  /** `host:port` of the client's end and of ours. */
  readonly address: string
  readonly localAddress: string
  /** The command that runs, or ran last, in lower case. */
  lastCommand: string
  /**
   * What the connection does after the command that runs: go on; send the replies and close (QUIT);
   * or close at once, unsent replies and all (POST: a browser is being used against us).
   */
  after: 'go on' | 'close' | 'drop'
  /** CLIENT REPLY: whether replies are sent; `skip` for one command, `skip next` for the one after. */
  replying: 'on' | 'off' | 'skip next' | 'skip'
  /** Since MULTI, until EXEC. */
  transaction: Transaction | undefined
  /** Since WATCH. */
  watch: Watch | undefined
  /** What waits until CLIENT PAUSE is over. */
  postponed: Postponed | undefined
  /** How many bytes of commands have come that did not run, and how many there is memory for. */
  unread: () => { used: number; size: number }
  /** How many bytes of replies wait for the client to read. */
  queued: () => number
  /** How many bytes came from the client, and went to it. */
  received: () => number
  sent: () => number
  /** The file descriptor; -1 if it is not known. */
  descriptor: () => number
  /** To be called after replies were sent that no read brought about: sends what is left of them. */
  flush: () => void
  /** Closes the connection as `after` says: with its replies, or at once. */
  hangUp: () => void
  /** Since when more than the soft limit waits for it, in ms since 1970; 0: it does not. */
  slowSince: number
}

/** For how many whole seconds it has sent nothing. To look once a second is enough to know. */
export function idleSeconds(session: Session): number {
  const received = session.received()
  const now = Date.now()
  if (received !== session.receivedBefore) {
    session.receivedBefore = received
    session.activeAt = now
  }
  return Math.floor((now - session.activeAt) / 1000)
}

/** Counts a connection in; `accepted` is still the socket that the kernel gave. */
export function openSession(keyspace: Keyspace, accepted: net.Socket): Session {
  return keyspace.open(
    `${accepted.remoteAddress}:${accepted.remotePort}`,
    `${accepted.localAddress}:${accepted.localPort}`,
  )
}

/** Ties a session to its socket, and counts the connection out when that closes. */
export function tieSession(session: Session, socket: net.Socket): Output {
  const output = new Output(socket)
  session.queued = () => output.queued
  session.received = () => socket.bytesRead
  session.sent = () => socket.bytesWritten
  session.descriptor = () => fileDescriptor(socket)
  session.hangUp = () => {
    if (session.after === 'drop') socket.destroy()
    // A full close once the replies are out. A half close would leave clients waiting for the rest.
    else output.end('both')
  }
  // A client that resets the connection is no news; `close` follows.
  socket.on('error', () => {})
  socket.once('close', () => session.keyspace.close(session))
  return output
}

/** Only the handle knows it, which Node keeps private. */
function fileDescriptor(socket: net.Socket): number {
  return (socket as { _handle?: { fd: number } | null })._handle?.fd ?? -1
}

/**
 * Answers a client that broke the protocol; the connection closes after it. Whatever else went wrong
 * with what it sent, such as that there was no memory for it, costs it its connection and no other client
 * anything.
 */
export function answerProtocolError(failure: unknown, replies: Replies, session: Session): void {
  if (!(failure instanceof ProtocolError)) {
    console.error(`client ${session.address} closed:`, failure)
    session.after = 'drop'
    return
  }
  if (session.postponed !== undefined) {
    session.postponed.failure ??= { error: failure, replies }
    return
  }
  if (!isMuted(session)) error(replies, `ERR Protocol error: ${failure.message}`)
  session.after = 'close'
}

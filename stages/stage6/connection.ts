import { execute } from '../../src/server/execute.ts'
import { optimization } from '../../src/server/optimizations.ts'
import { isStuck } from '../../src/server/output-limit.ts'
import type { OwnDatabase } from '../../src/server/own-memory/own-database.ts'
import { answerProtocolError, type Session } from '../../src/server/session.ts'
import { close, ENOBUFS, shutdown } from './kernel.ts'
import { LookAhead } from './look-ahead.ts'
import type { Loop } from './loop.ts'
import { Parser } from './parser.ts'
import { Reader } from './reader.ts'
import { Replies } from './replies.ts'
import { type CompletionHandler, RECEIVED, SENT } from './ring.ts'
import { Socket } from './socket.ts'

const BATCH = optimization('one-write', 'sends every reply with a request of its own')

/** We send no more; the client may. */
const SHUT_WR = 1

/** Serves one connection: bytes to the reader, commands from the parser, replies sent together. */
export class Connection implements CompletionHandler {
  private readonly fd: number
  private readonly loop: Loop
  private readonly session: Session
  private readonly onClose: (connection: Connection) => void
  private readonly socket: Socket
  private readonly reader: Reader
  private readonly parser: Parser
  private readonly lookAhead: LookAhead
  private readonly replies: Replies
  private bytesReceived = 0
  private isReceiving = true
  private isLeaving = false
  private isCancelled = false
  private isClosed = false

  constructor(fd: number, loop: Loop, session: Session, onClose: (connection: Connection) => void) {
    this.fd = fd
    this.loop = loop
    this.session = session
    this.onClose = onClose
    this.socket = new Socket(fd, loop.ring)
    this.reader = new Reader(loop.buffers)
    this.parser = new Parser(this.reader)
    this.lookAhead = new LookAhead(this.reader)
    this.replies = new Replies(this.socket)
    session.unread = () => this.reader.unread
    session.queued = () => this.socket.queued
    session.received = () => this.bytesReceived
    session.sent = () => this.socket.bytesSent
    session.descriptor = () => this.fd
    session.flush = () => this.settle()
    session.hangUp = () => this.settle()
    loop.ring.setHandler(fd, this)
    loop.ring.receive(fd)
  }

  complete(what: number, result: number, more: boolean, buffer: number): void {
    if (what === RECEIVED) this.received(result, more, buffer)
    else if (what === SENT) this.socket.sent(result)
    else this.socket.sentAtOnce(result)
    if (this.socket.queued > 0 || this.session.after !== 'go on') this.settle()
  }

  /**
   * Executes nothing more, sends what waits, and closes our end: the server ends. To close both while
   * bytes of the client's are unread would be a reset, which may overtake the replies.
   */
  shutDown(): void {
    if (this.session.after === 'go on') this.session.after = 'close'
    this.isLeaving = this.isReceiving && !this.isCancelled
    this.settle()
  }

  /**
   * To be called when something waits, or the connection is to be closed: does what can be done now.
   * Is called again after each step, until all is done.
   */
  settle(): void {
    const { socket, loop, session } = this
    if (this.isClosed) return
    // The file descriptor may be closed only when the kernel has no request for it any more.
    if (socket.isUncertain) return loop.settleNextTurn(this)
    if (session.after !== 'drop') socket.flush()
    if (session.after === 'go on' || (session.after === 'close' && socket.queued > 0)) return
    if (this.isLeaving && session.after === 'close') shutdown(this.fd, SHUT_WR)
    else if (this.isReceiving || socket.isSending) this.cancel()
    else this.close()
  }

  private received(result: number, more: boolean, buffer: number): void {
    if (buffer !== -1) {
      this.bytesReceived += result
      if (result > 0 && this.session.after === 'go on') this.serve(buffer, result)
      this.loop.buffers.giveBack(buffer)
    }
    // The client sends no more, but may still read; an error means that it has gone.
    else if (result !== -ENOBUFS) this.endStream(result === 0 ? 'close' : 'drop')
    this.isReceiving = more
    // All buffers were in use, or the kernel lets others have a turn: it must go on.
    if (!more && (this.session.after === 'go on' || this.isLeaving)) {
      this.isReceiving = true
      this.loop.ring.receive(this.fd)
    }
  }

  private endStream(after: 'close' | 'drop'): void {
    if (this.session.after !== 'drop') this.session.after = after
    this.isLeaving = false // it has waited for that
  }

  /** Runs every command that has arrived whole, and sends the replies together. */
  private serve(buffer: number, length: number): void {
    const { reader, replies, session } = this
    reader.received(buffer, length)
    this.lookAhead.begin()
    try {
      this.executeAll()
    } catch (failure) {
      answerProtocolError(failure, replies, session)
    }
    if (this.socket.isGone) session.after = 'drop'
    if (session.after === 'drop') replies.discard()
    else replies.send()
    reader.release()
  }

  private executeAll(): void {
    const { parser, replies, session, socket } = this
    for (;;) {
      const args = parser.parseCommand()
      if (args === undefined || (socket.queued > 0 && isStuck(session))) return
      if (socket.isGone) return
      replies.begin()
      execute(args, replies, session)
      if (!BATCH) replies.send()
      if (session.after !== 'go on') return
      this.lookAhead.touch(session.database as OwnDatabase)
    }
  }

  private cancel(): void {
    if (this.isCancelled) return
    this.isCancelled = true
    this.loop.ring.cancel(this.fd)
  }

  private close(): void {
    this.isClosed = true
    this.socket.forget()
    this.loop.ring.setHandler(this.fd, undefined)
    close(this.fd)
    this.session.keyspace.close(this.session)
    this.onClose(this)
  }
}

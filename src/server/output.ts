import type net from 'node:net'
import { Backlog, release } from './backlog.ts'
import { BLOCK } from './blocks.ts'
import { lend } from './value.ts'

/** Notified when all that came before it has gone. */
const NOTHING = Buffer.alloc(0)

/**
 * Sends to one client, in order. Nearly always the kernel takes all of it at once. What it does not
 * take waits here, joined: Node's own queue has an object of 150 bytes for each piece.
 */
export class Output {
  readonly socket: net.Socket
  /** Something waits. Cheaper to ask than `queued`, which goes through Node. */
  isBehind = false
  private readonly backlog = new Backlog()
  /** What Node is at work on. */
  private sending: Buffer[] = []
  private isEnding = false

  constructor(socket: net.Socket) {
    this.socket = socket
    socket.once('close', () => this.forget()).prependOnceListener('end', () => this.end('our side'))
  }

  /** How many bytes wait for the client to read. */
  get queued(): number {
    return this.socket.writableLength + this.backlog.length
  }

  /**
   * @param bytes if they are more than a block, nothing may write to them while they wait
   * @returns true if the caller may write to them again; if not, they are released when they have gone
   */
  write(bytes: Buffer): boolean {
    if (this.isBehind) {
      this.backlog.push(bytes)
      return true
    }
    this.socket.write(bytes)
    if (this.socket.writableLength === 0) return true
    this.isBehind = true
    if (bytes.length > BLOCK) lend(bytes)
    this.sending.push(bytes)
    this.socket.write(NOTHING, this.sendMore)
    return false
  }

  /** Sends all that waits, closes our side or both. After the client's end Node sends no more. */
  end(how: 'our side' | 'both'): void {
    this.isEnding = true
    this.handOver()
    if (how === 'both') this.socket.destroySoon()
    else this.socket.end()
  }

  /** What Node had has gone. */
  private readonly sendMore = (): void => {
    if (this.isEnding || this.socket.destroyed) return
    for (const piece of this.sending) release(piece)
    this.sending = []
    this.handOver()
    this.isBehind = this.sending.length > 0
    if (this.isBehind) this.socket.write(NOTHING, this.sendMore)
  }

  private handOver(): void {
    for (let piece = this.backlog.shift(); piece !== undefined; piece = this.backlog.shift()) {
      this.sending.push(piece)
      this.socket.write(piece)
    }
  }

  private forget(): void {
    for (const piece of this.sending) release(piece)
    this.sending = []
    this.backlog.clear()
  }
}

import { Backlog, release } from '../../src/server/backlog.ts'
import { addressOf, EAGAIN, errno, MSG_DONTWAIT, MSG_NOSIGNAL, send } from './kernel.ts'
import type { Ring } from './ring.ts'
import type { Slab } from './slab.ts'

/**
 * Sends, in order, and keeps what the kernel does not take at once. Nearly always it takes all; that
 * is known in the next turn of the ring, and until then nothing else is sent.
 */
export class Socket {
  readonly fd: number
  /** The client has gone, as far as we know. */
  isGone = false
  /** How many bytes it was given to send. */
  bytesSent = 0
  private readonly ring: Ring
  private readonly backlog = new Backlog()
  /** What the kernel sends now; it must not be freed or written to. */
  private sending: Buffer | undefined
  /** Where the last replies lie that were sent at once, and in which turn. */
  private slab: Slab | undefined
  private start = 0
  private length = 0
  private turn = -1

  constructor(fd: number, ring: Ring) {
    this.fd = fd
    this.ring = ring
  }

  /** How many bytes wait for the client to read. */
  get queued(): number {
    return this.backlog.length + (this.sending?.length ?? 0)
  }

  /** Whether the kernel is at work on a request that will complete. */
  get isSending(): boolean {
    return this.sending !== undefined
  }

  /** Whether something was sent of which we will know in the next turn. */
  get isUncertain(): boolean {
    return this.turn === this.ring.turn
  }

  /**
   * Sends a part of a slab.
   * @returns whether it may be written to at once, since the bytes wait in a copy
   */
  send(slab: Slab, start: number, length: number): boolean {
    this.bytesSent += length
    if (this.queued > 0 || this.isUncertain) {
      this.backlog.push(slab.bytes.subarray(start, start + length))
      return true
    }
    this.slab = slab
    this.start = start
    this.length = length
    this.turn = this.ring.turn
    this.ring.sendAtOnce(this.fd, slab.address + start, length)
    return false
  }

  /**
   * Sends a part of a slab by a system call of its own, as far as the kernel takes it; the slab may be
   * written to again. For large replies: they need no copy, and a client that has gone is noticed.
   */
  sendNow(slab: Slab, start: number, length: number): void {
    this.bytesSent += length
    const bytes = slab.bytes.subarray(start, start + length)
    if (this.queued > 0 || this.isUncertain) return this.backlog.push(bytes)
    const sent = send(this.fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL)
    if (sent === -1 && errno() !== EAGAIN) this.isGone = true
    else if (sent < length) this.backlog.push(bytes.subarray(Math.max(0, sent)))
  }

  /** Sends more than fits a slab's batch; nothing may write to these bytes while they wait. */
  sendLarge(bytes: Buffer): void {
    this.bytesSent += bytes.length
    this.backlog.push(bytes)
  }

  /** Goes on with what waits. */
  flush(): void {
    if (this.sending !== undefined || this.isUncertain) return
    this.sending = this.backlog.shift()
    if (this.sending === undefined) return
    this.ring.send(this.fd, addressOf(this.sending), this.sending.length)
  }

  /** What was sent at once was not taken, or only a part of it. */
  sentAtOnce(result: number): void {
    if (result < 0 && result !== -EAGAIN) return this.giveUp()
    const rest = this.start + Math.max(0, result)
    this.backlog.putFirst(Buffer.from(this.slab!.bytes.subarray(rest, this.start + this.length)))
  }

  sent(result: number): void {
    const bytes = this.sending!
    this.sending = undefined
    if (result >= 0 && result < bytes.length) {
      this.backlog.putFirst(bytes.subarray(result))
      return
    }
    release(bytes)
    if (result < 0) this.giveUp()
  }

  /** Nothing needs to be saved. The connection learns of the end when it receives. */
  private giveUp(): void {
    this.isGone = true
    this.backlog.clear()
  }

  /** The connection is closed. */
  forget(): void {
    this.backlog.clear()
  }
}

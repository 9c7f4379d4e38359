import { addressOf, EAGAIN } from './kernel.ts'
import type { Ring } from './ring.ts'
import type { Slab } from './slab.ts'

/** Small pieces that wait are sent together, up to this many bytes. */
const TOGETHER = 256 * 1024

/**
 * Sends, in order, and keeps what the kernel does not take at once. Nearly always it takes all; that
 * is known in the next turn of the ring, and until then nothing else is sent.
 */
export class Socket {
  readonly fd: number
  /** How many bytes wait for the client to read. */
  queued = 0
  /** How many bytes it was given to send. */
  bytesSent = 0
  private readonly ring: Ring
  private queue: Buffer[] = []
  /** What the kernel sends now; nobody may free it or write to it. */
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

  /** Whether the kernel is at work on a request that will complete. */
  get isSending(): boolean {
    return this.sending !== undefined
  }

  /** Whether something was sent of which we will know in the next turn. */
  get isUncertain(): boolean {
    return this.turn === this.ring.turn
  }

  /** Sends a part of a slab. */
  send(slab: Slab, start: number, length: number): void {
    this.bytesSent += length
    if (this.queued > 0 || this.isUncertain) {
      this.wait(Buffer.from(slab.bytes.subarray(start, start + length)))
      return
    }
    this.slab = slab
    this.start = start
    this.length = length
    this.turn = this.ring.turn
    this.ring.sendAtOnce(this.fd, slab.address + start, length)
  }

  /** Sends bytes that nobody will write to any more. */
  sendKept(bytes: Buffer): void {
    this.bytesSent += bytes.length
    this.wait(bytes)
  }

  /** Goes on with what waits. */
  flush(): void {
    if (this.queue.length === 0 || this.sending !== undefined || this.isUncertain) return
    this.sending = this.takeTogether()
    this.ring.send(this.fd, addressOf(this.sending), this.sending.length)
  }

  /** What was sent at once was not taken, or only a part of it. */
  sentAtOnce(result: number): void {
    if (result < 0 && result !== -EAGAIN) return this.giveUp()
    const rest = this.start + Math.max(0, result)
    this.wait(Buffer.from(this.slab!.bytes.subarray(rest, this.start + this.length)), true)
  }

  sent(result: number): void {
    const bytes = this.sending!
    this.sending = undefined
    if (result < 0) return this.giveUp()
    this.queued -= result
    if (result < bytes.length) this.queue.unshift(bytes.subarray(result))
  }

  private wait(bytes: Buffer, first = false): void {
    this.queued += bytes.length
    if (first) this.queue.unshift(bytes)
    else this.queue.push(bytes)
  }

  /** The client has gone: nothing needs to be kept. Whoever receives is told of it. */
  private giveUp(): void {
    this.queue = []
    this.queued = 0
  }

  private takeTogether(): Buffer {
    let length = 0
    let count = 0
    for (const piece of this.queue) {
      length += piece.length
      if (length > TOGETHER) break
      count++
    }
    if (count <= 1) return this.queue.shift()!
    return Buffer.concat(this.queue.splice(0, count))
  }
}

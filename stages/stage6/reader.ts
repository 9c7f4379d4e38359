import { HEADROOM, type ReceiveBuffers } from './receive-buffers.ts'

/**
 * Holds what has arrived and is not executed yet, in one piece: `bytes` from `position` to `end`.
 * The parser walks it by index.
 *
 * What arrives lies in a buffer that goes back to the kernel when the last whole command in it was
 * executed. Only a command that is not finished moves to memory of its own.
 */
export class Reader {
  bytes: Buffer
  /** The same bytes, four at a time. */
  view: DataView
  /** Where the first command that is not executed yet begins. */
  position = 0
  /** Where the bytes that have arrived end. */
  end = 0
  private readonly buffers: ReceiveBuffers
  /** The beginning of an unfinished command, if that is short. */
  private tail: Buffer | undefined

  constructor(buffers: ReceiveBuffers) {
    this.buffers = buffers
    this.bytes = buffers.bytes
    this.view = buffers.view
  }

  /**
   * Goes on with what lies in a receive buffer.
   * @param length bytes
   */
  received(buffer: number, length: number): void {
    const start = this.buffers.startOf(buffer)
    if (this.bytes !== this.buffers.bytes) {
      this.append(start, length)
      return
    }
    this.position = start
    this.end = start + length
    if (this.tail !== undefined) this.putBack(this.tail)
  }

  /** How many bytes wait for the rest of their command, and how many there is memory for. */
  get unread(): { used: number; size: number } {
    const used = this.end - this.position
    return { used, size: this.bytes === this.buffers.bytes ? used : this.bytes.length }
  }

  /** To be called when the buffer is given back. */
  release(): void {
    const unfinished = this.end - this.position
    if (unfinished === 0) this.startAgain()
    else if (unfinished <= HEADROOM) this.putAside()
    else if (this.bytes === this.buffers.bytes) this.moveToLarger(unfinished * 2)
  }

  private startAgain(): void {
    this.bytes = this.buffers.bytes
    this.view = this.buffers.view
  }

  /** A few bytes wait in a copy for the rest of their command. */
  private putAside(): void {
    this.tail = Buffer.from(this.bytes.subarray(this.position, this.end))
    this.startAgain()
  }

  /** And go before it when that has arrived. */
  private putBack(tail: Buffer): void {
    this.position -= tail.length
    tail.copy(this.bytes, this.position)
    this.tail = undefined
  }

  private append(start: number, length: number): void {
    const needed = this.end + length
    if (needed > this.bytes.length) this.moveToLarger((needed - this.position) * 2)
    this.buffers.bytes.copy(this.bytes, this.end, start, start + length)
    this.end += length
  }

  /**
   * A command that does not end here goes on in a buffer twice its size: a byte of it is moved twice
   * at most on average, however large it is and however small the pieces in which it arrives.
   */
  private moveToLarger(size: number): void {
    // Not from Buffer's pool, of which a small piece would keep all 64 KiB alive; not zeroed either.
    const larger = Buffer.allocUnsafeSlow(Math.max(LARGE, size))
    this.bytes.copy(larger, 0, this.position, this.end)
    this.bytes = larger
    this.view = viewOf(larger)
    this.end -= this.position
    this.position = 0
  }
}

/** The least memory that an unfinished command gets for itself, in bytes. */
const LARGE = 64 * 1024

/** To read four bytes with one load. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

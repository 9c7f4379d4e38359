import { optimization } from '../../src/server/optimizations.ts'

const SHARE = optimization('shared-buffer', 'gives every connection a receive buffer of its own')

/**
 * Holds what has arrived and is not executed yet, in one piece: `bytes` from `position` to `end`.
 * The parser walks it by index.
 *
 * All connections read into one buffer. That is safe because nothing else runs between the read and
 * the last command in it; and it stays in the processor's cache, where a buffer for each of a
 * thousand connections would not. Only a command that is not finished moves to memory of its own,
 * where the kernel then writes the rest of it.
 */
export class Reader {
  /** Where to read while nothing is unfinished. */
  private readonly home = SHARE ? shared : Buffer.allocUnsafeSlow(SHARED)
  bytes: Buffer = this.home
  /** The same bytes, four at a time. */
  view = viewOf(this.bytes)
  /** Where the first command that is not executed yet begins. */
  position = 0
  /** Where the bytes that have arrived end. */
  end = 0
  /** The part of `bytes` that the kernel was given to write to; none at first. */
  private target: Buffer | undefined
  /** The beginning of an unfinished command, if that is short. */
  private tail: Buffer | undefined

  received(bytesRead: number): void {
    if (this.tail !== undefined) {
      this.tail.copy(this.home)
      this.tail = undefined
    }
    this.end += bytesRead
  }

  /** How many bytes wait for the rest of their command, and how many there is memory for. */
  get unread(): { used: number; size: number } {
    const used = this.end - this.position
    return { used, size: this.bytes === this.home ? used : this.bytes.length }
  }

  /** What the socket reads into next; false: the same as before, so no call of libuv is needed. */
  readonly nextTarget = (): Buffer | false => {
    if (this.position === this.end) return this.startAgain()
    const unfinished = this.end - this.position
    if (unfinished <= MAX_TAIL) this.putAside(unfinished)
    else if (this.bytes === this.home || this.end === this.bytes.length) this.moveToLarger()
    this.target = this.bytes.subarray(this.end)
    return this.target
  }

  private setBytes(bytes: Buffer): void {
    this.bytes = bytes
    this.view = viewOf(bytes)
  }

  /** Everything was executed: back to the shared buffer. */
  private startAgain(): Buffer | false {
    this.position = 0
    this.end = 0
    if (this.bytes !== this.home) this.setBytes(this.home)
    if (this.target === this.home) return false
    this.target = this.home
    return this.home
  }

  /**
   * A few bytes wait in a copy for the rest of their command, and go back to the front of the shared
   * buffer when that has arrived after them: so a long stream is read with large reads.
   */
  private putAside(unfinished: number): void {
    this.tail = Buffer.from(this.bytes.subarray(this.position, this.end))
    if (this.bytes !== this.home) this.setBytes(this.home)
    this.position = 0
    this.end = unfinished
  }

  /**
   * A command that does not end here goes on in a buffer twice its size: a byte of it is moved twice
   * at most on average, however large it is and however small the pieces in which it arrives.
   */
  private moveToLarger(): void {
    const unfinished = this.end - this.position
    // Not from Buffer's pool, of which a small piece would keep all 64 KiB alive; not zeroed either.
    const larger = Buffer.allocUnsafeSlow(Math.max(SHARED, unfinished * 2))
    this.bytes.copy(larger, 0, this.position, this.end)
    this.setBytes(larger)
    this.position = 0
    this.end = unfinished
  }
}

/** What one read can bring, in bytes. */
const SHARED = 64 * 1024
/** An unfinished command of up to this many bytes is put aside; a longer one gets its own memory. */
const MAX_TAIL = 1024

const shared = Buffer.allocUnsafeSlow(SHARED)

/** To read four bytes with one load. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

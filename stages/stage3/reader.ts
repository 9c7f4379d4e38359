/**
 * Holds what has arrived and is not executed yet, in one piece: `bytes` from `position` to `end`.
 * The parser walks it by index. The kernel writes after `end`, so what arrives later continues
 * what came before, and a command that comes in pieces needs no putting together.
 */
export class Reader {
  bytes: Buffer = Buffer.alloc(SIZE)
  /** Where the first command that is not executed yet begins. */
  position = 0
  /** Where the bytes that have arrived end. */
  end = 0
  /** The part of `bytes` that the kernel was given to write to; none at first. */
  private target: Buffer | undefined

  received(bytesRead: number): void {
    this.end += bytesRead
  }

  /** How many bytes wait for the rest of their command, and how many there is memory for. */
  get unread(): { used: number; size: number } {
    return { used: this.end - this.position, size: this.bytes.length }
  }

  /** What the socket reads into next; false: the same as before, so no call of libuv is needed. */
  readonly nextTarget = (): Buffer | false => {
    if (this.position === this.end) return this.startAgain()
    if (this.end === this.bytes.length) this.moveToLarger()
    this.target = this.bytes.subarray(this.end)
    return this.target
  }

  /** Everything was executed: the next command may lie at the beginning again. */
  private startAgain(): Buffer | false {
    this.position = 0
    this.end = 0
    if (this.bytes.length > SIZE) this.bytes = Buffer.alloc(SIZE)
    if (this.target === this.bytes) return false
    this.target = this.bytes
    return this.target
  }

  /**
   * A command that does not end here goes on in a buffer twice its size: a byte of it is moved twice
   * at most on average, however large it is and however small the pieces in which it arrives.
   */
  private moveToLarger(): void {
    const unfinished = this.end - this.position
    const larger = Buffer.alloc(Math.max(SIZE, unfinished * 2))
    this.bytes.copy(larger, 0, this.position, this.end)
    this.bytes = larger
    this.position = 0
    this.end = unfinished
  }
}

/** Room for a connection's commands, in bytes; one that is larger gets more while it arrives. */
const SIZE = 16 * 1024

/**
 * Bytes that a reader puts aside until the rest of a line or a payload has arrived. They stay in
 * one piece: if there is no room for more, they move to memory of twice the size, so that a byte
 * is moved twice at most on average, however many there are.
 */
export class Pending {
  private bytes = Buffer.alloc(SMALL)
  /** How many bytes there are. */
  length = 0

  /** How many there is room for. */
  get size(): number {
    return this.bytes.length
  }

  push(byte: number): void {
    this.makeRoom(1)
    this.bytes[this.length++] = byte
  }

  append(source: Buffer, start: number, stop: number): void {
    this.makeRoom(stop - start)
    source.copy(this.bytes, this.length, start, stop)
    this.length += stop - start
  }

  /** Gives all of it, valid until the next `push` or `append`, and is empty then. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length)
    this.length = 0
    // A connection that sent something long once need not keep the memory for ever.
    if (this.bytes.length > KEEP) this.bytes = Buffer.alloc(SMALL)
    return taken
  }

  private makeRoom(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const larger = Buffer.alloc(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}

/** Both in bytes: where it begins, and what it keeps when it is empty. */
const SMALL = 64
const KEEP = 64 * 1024

/**
 * Watches for the end of a line, a byte at a time, so that it does not matter in which pieces the
 * line arrives.
 */
export class LineEnd {
  /** How many bytes still belong to the line, after its delimiter; -1: that has not come yet. */
  private behind = -1
  /** A NUL came first: it hides the delimiter from C's `strchr`, and so from Redis. */
  private hidden = false

  /** True if the delimiter has come, and bytes after it have not. */
  get seen(): boolean {
    return this.behind !== -1
  }

  /** True if `byte` is the last of a line that ends `extra` bytes after its `delimiter`. */
  isAt(byte: number, delimiter: number, extra: number): boolean {
    if (this.behind > 0) this.behind--
    else if (byte === 0) this.hidden = true
    else if (byte === delimiter && !this.hidden) this.behind = extra
    if (this.behind !== 0) return false
    this.behind = -1
    return true
  }
}

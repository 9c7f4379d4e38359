/**
 * Reads the stream one byte at a time, as one may in a language whose readers are buffered anyway.
 * This one is not: the kernel gets room for one byte, so every byte costs a system call, `read(2)`,
 * and the way from libuv into JavaScript and back.
 */
export class Reader {
  /** Where the kernel writes. */
  readonly buffer = Buffer.alloc(1)
  private arrived = false
  /** The beginning of a line or a payload whose end has not arrived yet. */
  private held = Buffer.alloc(64)
  private heldLength = 0
  /** How many bytes belong to the line behind its delimiter; -1: that has not come yet. */
  private behind = -1
  /** A NUL came first: it hides the delimiter from C's `strchr`, and so from Redis. */
  private hidden = false

  received(_bytesRead: number): void {
    this.arrived = true
  }

  /** The next byte, which stays unread; -1 where none has arrived. */
  peek(): number {
    return this.arrived ? this.buffer[0]! : -1
  }

  /** How many bytes of an unfinished line or payload are held. */
  get waiting(): number {
    return this.heldLength
  }

  /**
   * Takes a line up to and with `delimiter`, and `extra` bytes behind it; undefined where its end
   * has not arrived. What it gives is valid until the next call.
   */
  takeDelimiterInclusive(delimiter: number, extra = 0): Buffer | undefined {
    while (this.arrived) {
      if (this.endsLine(this.readByte(), delimiter, extra)) return this.finish()
    }
    return undefined
  }

  /** Takes `count` bytes, whatever they are; undefined where not all have arrived. */
  take(count: number): Buffer | undefined {
    while (this.arrived && this.heldLength < count) this.readByte()
    return this.heldLength === count ? this.finish() : undefined
  }

  private readByte(): number {
    const byte = this.buffer[0]!
    this.arrived = false
    this.makeRoom(1)
    this.held[this.heldLength++] = byte
    return byte
  }

  private endsLine(byte: number, delimiter: number, extra: number): boolean {
    if (this.behind > 0) this.behind--
    else if (byte === 0) this.hidden = true
    else if (byte === delimiter && !this.hidden) this.behind = extra
    return this.behind === 0
  }

  /** Makes room for `count` more bytes to be held: twice as much as there is, or more. */
  private makeRoom(count: number): void {
    const needed = this.heldLength + count
    if (needed <= this.held.length) return
    const larger = Buffer.alloc(Math.max(needed, this.held.length * 2))
    this.held.copy(larger, 0, 0, this.heldLength)
    this.held = larger
  }

  private finish(): Buffer {
    const taken = this.held.subarray(0, this.heldLength)
    this.heldLength = 0
    this.behind = -1
    this.hidden = false
    if (taken.length > KEEP) this.held = Buffer.alloc(64)
    return taken
  }
}

/** A connection does not hold on to more memory than this for the next long payload, in bytes. */
const KEEP = 64 * 1024

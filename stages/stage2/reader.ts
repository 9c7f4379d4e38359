/**
 * Reads the stream through a buffer: the kernel hands over all that has arrived, up to 8 KiB, with
 * one `read(2)`, and lines are taken from there. A whole small command costs one system call.
 */
export class Reader {
  /** Where the kernel writes. */
  readonly buffer = Buffer.alloc(8 * 1024)
  /** The part of the buffer that is unread. */
  private position = 0
  private end = 0
  /** The beginning of a line or a payload whose end has not arrived yet. */
  private held = Buffer.alloc(64)
  private heldLength = 0
  /** How many bytes belong to the line behind its delimiter; -1: that has not come yet. */
  private behind = -1
  /** A NUL came first: it hides the delimiter from C's `strchr`, and so from Redis. */
  private hidden = false

  received(bytesRead: number): void {
    this.position = 0
    this.end = bytesRead
  }

  /** The next byte, which stays unread; -1 where none has arrived. */
  peek(): number {
    return this.position < this.end ? this.buffer[this.position]! : -1
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
    for (let at = this.position; at < this.end; at++) {
      if (this.endsLine(this.buffer[at]!, delimiter, extra)) return this.finish(at + 1)
    }
    this.hold(this.end)
    return undefined
  }

  /** Takes `count` bytes, whatever they are; undefined where not all have arrived. */
  take(count: number): Buffer | undefined {
    const stop = this.position + count - this.heldLength
    if (stop <= this.end) return this.finish(stop)
    this.hold(this.end)
    return undefined
  }

  /** Puts the unread bytes up to `stop` aside: the next read overwrites the buffer. */
  private hold(stop: number): void {
    this.makeRoom(stop - this.position)
    this.buffer.copy(this.held, this.heldLength, this.position, stop)
    this.heldLength += stop - this.position
    this.position = stop
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

  private finish(stop: number): Buffer {
    const taken = this.heldLength === 0 ? this.fromBuffer(stop) : this.fromHeld(stop)
    this.heldLength = 0
    this.behind = -1
    this.hidden = false
    if (taken.length > KEEP) this.held = Buffer.alloc(64)
    return taken
  }

  /** Nothing was held: the bytes up to `stop` are all there, and need not be moved. */
  private fromBuffer(stop: number): Buffer {
    const taken = this.buffer.subarray(this.position, stop)
    this.position = stop
    return taken
  }

  private fromHeld(stop: number): Buffer {
    this.hold(stop)
    return this.held.subarray(0, this.heldLength)
  }
}

/** A connection does not hold on to more memory than this for the next long payload, in bytes. */
const KEEP = 64 * 1024

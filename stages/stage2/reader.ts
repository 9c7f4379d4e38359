import { LineEnd, Pending } from '../../src/server/pending.ts'

/**
 * Reads the stream through a buffer: the kernel returns all that has arrived, up to 8 KiB, with
 * one `read(2)`, and lines are taken from there. A whole small command costs one system call.
 */
export class Reader {
  /** Where the kernel writes. */
  readonly buffer = Buffer.alloc(8 * 1024)
  /** The part of it that is unread. */
  private position = 0
  private end = 0
  /** The beginning of a line or a payload whose end has not arrived yet. */
  private readonly pending = new Pending()
  private readonly lineEnd = new LineEnd()

  received(bytesRead: number): void {
    this.position = 0
    this.end = bytesRead
  }

  /** How many bytes wait for the rest of their command, and how many there is memory for. */
  get unread(): { used: number; size: number } {
    const { buffer, pending } = this
    return { used: pending.length + this.end - this.position, size: buffer.length + pending.size }
  }

  /** The next byte, which stays unread; -1 if none has arrived. */
  peek(): number {
    return this.position < this.end ? this.buffer[this.position]! : -1
  }

  /** How many bytes there are of a line whose delimiter has not come. */
  get waiting(): number {
    return this.lineEnd.seen ? 0 : this.pending.length
  }

  /**
   * Takes a line up to and with `delimiter`, and `extra` bytes after it; undefined if its end
   * has not arrived. What it returns is valid until the next call.
   */
  takeDelimiterInclusive(delimiter: number, extra = 0): Buffer | undefined {
    for (let at = this.position; at < this.end; at++) {
      if (this.lineEnd.isAt(this.buffer[at]!, delimiter, extra)) return this.takeTo(at + 1)
    }
    return this.hold()
  }

  /** Takes `count` bytes, whatever they are; undefined if not all have arrived. */
  take(count: number): Buffer | undefined {
    const stop = this.position + count - this.pending.length
    return stop <= this.end ? this.takeTo(stop) : this.hold()
  }

  private takeTo(stop: number): Buffer {
    const start = this.position
    this.position = stop
    // Nearly always all of it is here, and nothing needs to be moved.
    if (this.pending.length === 0) return this.buffer.subarray(start, stop)
    this.pending.append(this.buffer, start, stop)
    return this.pending.take()
  }

  /** Puts what is unread aside: the next read overwrites the buffer. */
  private hold(): undefined {
    this.pending.append(this.buffer, this.position, this.end)
    this.position = this.end
  }
}

import { LineEnd, Pending } from '../../src/server/pending.ts'

/**
 * Reads the stream one byte at a time, as one may in a language whose readers are buffered anyway.
 * This one is not: the kernel gets room for one byte, so every byte costs a system call, `read(2)`,
 * and the way from libuv into JavaScript and back.
 */
export class Reader {
  /** Where the kernel writes. */
  readonly buffer = Buffer.alloc(1)
  /** Whether the byte in it is unread. */
  private arrived = false
  /** The beginning of a line or a payload whose end has not arrived yet. */
  private readonly pending = new Pending()
  private readonly lineEnd = new LineEnd()

  received(_bytesRead: number): void {
    this.arrived = true
  }

  /** How many bytes wait for the rest of their command, and how many there is memory for. */
  get unread(): { used: number; size: number } {
    return { used: this.pending.length, size: this.pending.size }
  }

  /** The next byte, which stays unread; -1 if none has arrived. */
  peek(): number {
    return this.arrived ? this.buffer[0]! : -1
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
    if (!this.arrived) return undefined
    return this.lineEnd.isAt(this.readByte(), delimiter, extra) ? this.pending.take() : undefined
  }

  /** Takes `count` bytes, whatever they are; undefined if not all have arrived. */
  take(count: number): Buffer | undefined {
    if (this.arrived) this.readByte()
    return this.pending.length === count ? this.pending.take() : undefined
  }

  private readByte(): number {
    const byte = this.buffer[0]!
    this.arrived = false
    this.pending.push(byte)
    return byte
  }
}

import { optimization } from '../../src/server/optimizations.ts'
import type { Output } from '../../src/server/output.ts'
import { ByteRange, copyBytes } from '../../src/server/own-memory/byte-range.ts'
import type { Replies as RepliesInterface } from '../../src/server/replies.ts'
import type { Value } from '../../src/server/value.ts'

const REUSE = optimization('slab', 'allocates new memory for every batch of replies')

/**
 * Writes replies one after the other into a slab of memory that is allocated once, and sends all
 * that a read event brought about with one write. All connections share the slab: nothing else runs
 * between the first reply of a batch and its `send`.
 */
export class Replies implements RepliesInterface {
  protocol: 2 | 3 = 2
  private readonly output: Output

  constructor(output: Output) {
    this.output = output
  }

  /** A command begins, which may have to be taken back. */
  begin(): void {
    mark = used
  }

  rewind(): boolean {
    if (mark === SENT) return false
    used = mark
    return true
  }

  text(text: string): void {
    if (used + text.length > SLAB) this.send()
    if (text.length > SHORT) {
      this.long(text)
      return
    }
    // A call into C++ costs more than a few characters do here.
    for (let at = 0; at < text.length; at++) slab[used++] = text.charCodeAt(at)
  }

  bulk(value: Value): void {
    this.header(value.length)
    if (value instanceof ByteRange) this.range(value)
    else if (typeof value === 'string') this.text(value)
    else this.bytes(value.subarray(0, value.length))
    this.text('\r\n')
  }

  /** `$3` CR LF. For the shortest values without making a string of it first. */
  private header(length: number): void {
    if (length > 9 || used + 4 > SLAB) {
      this.text(`$${length}\r\n`)
      return
    }
    slab[used++] = DOLLAR
    slab[used++] = ZERO + length
    slab[used++] = CR
    slab[used++] = LF
  }

  private long(text: string): void {
    if (text.length > SLAB) this.bytes(Buffer.from(text, 'latin1'))
    else used += slab.write(text, used, 'latin1')
  }

  private range(range: ByteRange): void {
    const length = range.length
    if (length > SLAB) {
      this.bytes(range.subarray(0, length))
      return
    }
    if (used + length > SLAB) this.send()
    copyBytes(range.bytes, range.start, range.end, slab, used)
    used += length
  }

  private bytes(bytes: Buffer): void {
    if (bytes.length > SLAB) {
      // It waits as it is, uncopied: until it has gone, the store does not write to this value.
      this.send()
      mark = SENT
      this.output.write(bytes)
      return
    }
    if (used + bytes.length > SLAB) this.send()
    used += bytes.copy(slab, used)
  }

  /** Forgets what has been written. */
  discard(): void {
    used = 0
  }

  /** Sends what has been written. */
  send(): void {
    // What is sent may all be of commands before this one.
    mark = mark === used ? 0 : SENT
    if (used === 0) return
    const batch = slab.subarray(0, used)
    used = 0
    // Nearly always the kernel takes all of it at once. If not, Node reads from the slab later, when
    // there is room again: writing to it now would corrupt what this client gets.
    const isFree = this.output.write(batch)
    if (!isFree || !REUSE) slab = Buffer.allocUnsafeSlow(SLAB)
  }
}

const DOLLAR = 0x24
const ZERO = 0x30
const CR = 0x0d
const LF = 0x0a

/** The slab's size in bytes; a batch that is longer takes more than one write. */
const SLAB = 64 * 1024
/** Text of up to this many characters is copied in JavaScript. */
const SHORT = 32
/** Part of the reply that is being written was sent. */
const SENT = -1

let slab: Buffer = Buffer.allocUnsafeSlow(SLAB)
let used = 0
/** Where in the slab the reply begins that is being written; or `SENT`. */
let mark = 0

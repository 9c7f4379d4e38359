import { ByteRange, copyBytes } from '../../src/server/own-memory/byte-range.ts'
import type { Replies as RepliesInterface } from '../../src/server/replies.ts'
import type { Value } from '../../src/server/value.ts'
import { BATCH, type Slab, Slabs } from './slab.ts'
import type { Socket } from './socket.ts'

/**
 * Writes replies one after the other into a slab of memory that is used again, and sends all that a
 * read event brought about together. All connections share the slab: nothing else runs between the
 * first reply of a batch and its `send`.
 */
export class Replies implements RepliesInterface {
  protocol: 2 | 3 = 2
  private readonly socket: Socket

  constructor(socket: Socket) {
    this.socket = socket
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
    if (used + text.length > limit) this.sendNow()
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
    if (length > 9 || used + 4 > limit) {
      this.text(`$${length}\r\n`)
      return
    }
    slab[used++] = DOLLAR
    slab[used++] = ZERO + length
    slab[used++] = CR
    slab[used++] = LF
  }

  private long(text: string): void {
    if (text.length > BATCH) this.bytes(Buffer.from(text, 'latin1'))
    else used += slab.write(text, used, 'latin1')
  }

  private range(range: ByteRange): void {
    const length = range.length
    if (length > BATCH) {
      this.bytes(range.subarray(0, length))
      return
    }
    if (used + length > limit) this.sendNow()
    copyBytes(range.bytes, range.start, range.end, slab, used)
    used += length
  }

  private bytes(bytes: Buffer): void {
    if (bytes.length > BATCH) {
      // It waits as it is, uncopied: until it has gone, the store does not write to this value.
      this.send()
      mark = SENT
      this.socket.sendLarge(bytes)
      return
    }
    if (used + bytes.length > limit) this.sendNow()
    used += bytes.copy(slab, used)
  }

  /** Makes room in the middle of a batch. What is not the last of it goes out without the ring. */
  private sendNow(): void {
    mark = mark === used ? start : SENT
    inTurn += used - start
    this.socket.sendNow(current, start, used - start)
    used = start
  }

  /** Forgets what has been written. */
  discard(): void {
    used = start
  }

  /** Sends what has been written. */
  send(): void {
    const isCommandsEnd = mark !== used
    if (used > start) {
      inTurn += used - start
      const isFree = this.socket.send(current, start, used - start)
      startBatch(isFree ? start : used)
    }
    // What was sent may all be of commands before this one.
    mark = isCommandsEnd ? SENT : used
  }
}

/** To be called when the kernel was given what a turn had to send: from here on, a slab of its own. */
export function startTurn(): void {
  inTurn = 0
  slabs.endTurn()
  startSlab()
}

/** Bytes of replies since the turn began. */
export function writtenInTurn(): number {
  return inTurn
}

function startSlab(): void {
  current = slabs.take()
  slab = current.bytes
  startBatch(0)
}

function startBatch(at: number): void {
  if (at + BATCH > slab.length) {
    startSlab()
    return
  }
  start = at
  used = at
  limit = at + BATCH
}

const DOLLAR = 0x24
const ZERO = 0x30
const CR = 0x0d
const LF = 0x0a

/** Text of up to this many characters is copied in JavaScript. */
const SHORT = 32
/** Part of the reply that is being written was sent. */
const SENT = -1

const slabs = new Slabs()
let current: Slab = slabs.take()
let slab = current.bytes
/** Where the batch begins, where its next reply goes, and where it must end. */
let start = 0
let used = 0
let limit = BATCH
/** Where the reply begins that is being written; or `SENT`. */
let mark = 0
let inTurn = 0

import type { Bytes } from '../value.ts'

/**
 * A place in memory: a key or a value in the receive buffer, or a value in the arena. There are a few
 * of these, filled again for each command, so that a command needs no object and no string.
 */
export class ByteRange implements Bytes {
  bytes: Buffer = NONE
  /** The same bytes as `bytes`, four at a time. */
  view: DataView = NO_VIEW
  start = 0
  end = 0

  get length(): number {
    return (this.end - this.start) | 0
  }

  fill(bytes: Buffer, view: DataView, start: number, end: number): this {
    // They are nearly always the same, and V8 must note a pointer that is stored.
    if (this.view !== view || this.bytes !== bytes) {
      this.bytes = bytes
      this.view = view
    }
    this.start = start
    this.end = end
    return this
  }

  readUInt8(at: number): number {
    return this.bytes[this.start + at]!
  }

  /** As latin1 text, one character a byte. */
  toString(): string {
    return this.bytes.latin1Slice(this.start, this.end)
  }

  subarray(start: number, end: number): Buffer {
    return this.bytes.subarray(this.start + start, this.start + end)
  }

  copy(target: Buffer, offset: number): number {
    return this.bytes.copy(target, offset, this.start, this.end)
  }
}

const NONE = Buffer.alloc(0)
const NO_VIEW = new DataView(NONE.buffer)

/** Up to this many bytes are copied in JavaScript: a call into C++ costs more. */
const SHORT = 32

/** Copies bytes to another place, which does not overlap. */
export function copyBytes(
  from: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): void {
  if (end - start > SHORT) {
    from.copy(target, at, start, end)
    return
  }
  let to = at
  for (let byte = start; byte < end; byte = (byte + 1) | 0) {
    target[to] = from[byte]!
    to = (to + 1) | 0
  }
}

/** Whether `length` bytes of one view are those of another; four at a time. */
export function sameBytes(
  one: DataView,
  start: number,
  length: number,
  other: DataView,
  otherStart: number,
): boolean {
  if (length < 4) {
    for (let at = 0; at < length; at++) {
      if (one.getUint8(start + at) !== other.getUint8(otherStart + at)) return false
    }
    return true
  }
  const last = (length - 4) | 0
  for (let at = 0; at < last; at = (at + 4) | 0) {
    if (one.getInt32((start + at) | 0, true) !== other.getInt32((otherStart + at) | 0, true)) {
      return false
    }
  }
  // The last four; some of them may have been compared already.
  return one.getInt32((start + last) | 0, true) === other.getInt32((otherStart + last) | 0, true)
}

/** Copies `length` bytes from one view to another; four at a time. */
export function copyWords(
  from: DataView,
  start: number,
  length: number,
  target: DataView,
  at: number,
): void {
  if (length < 4) {
    for (let byte = 0; byte < length; byte++) {
      target.setUint8(at + byte, from.getUint8(start + byte))
    }
    return
  }
  const last = (length - 4) | 0
  for (let byte = 0; byte < last; byte = (byte + 4) | 0) {
    target.setInt32((at + byte) | 0, from.getInt32((start + byte) | 0, true), true)
  }
  target.setInt32((at + last) | 0, from.getInt32((start + last) | 0, true), true)
}

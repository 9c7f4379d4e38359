import type { Deadline } from '../database.ts'
import { bytesOf, overwrite, roomOf, type StoredValue, type Value } from '../value.ts'
import { Arena, IN_USE, MAX_BLOCK } from './arena.ts'
import { type ByteRange, copyBytes, copyWords, sameBytes } from './byte-range.ts'
import type { Hash } from './hash.ts'
import type { OwnStored } from './own-stored.ts'

/**
 * Entries in the arena, each a key with its value in one block:
 *
 * - 16 bits: length of the key; 16 bits: length of the value
 * - flags, and when it was last used, in seconds
 * - the key; maybe a deadline, 64 bits; the value
 *
 * A value that makes an entry longer than a block lies apart, in a Buffer, and the entry has its
 * number; a very long key lies there too. A reply that waits may point at a Buffer, never at a block.
 */
const HEAD = 8
const DEADLINE = 8
const HAS_DEADLINE = 1 << 31
const IS_APART = 1 << 30
const USED_AT = IN_USE - 1
/** The number of what lies apart. */
const NUMBER = 4
/** A longer key lies apart, in bytes; the length that its entry has then. */
const MAX_KEY = 4096
const LONG = 0xffff

interface Apart {
  key: Buffer | undefined
  value: Buffer
}

/** About what the objects of an `Apart` take, in bytes. */
const APART_OVERHEAD = 250

export class Entries {
  private readonly arena: Arena
  private readonly hash: Hash
  private readonly stored: OwnStored
  private apart: (Apart | undefined)[] = []
  private apartFree: number[] = []
  private apartBytes = 0
  /** The key that is looked for, and its length, or `LONG`. */
  private key: ByteRange
  private keyLength = 0

  constructor(hash: Hash, stored: OwnStored, noKey: ByteRange) {
    this.arena = new Arena(stored)
    this.hash = hash
    this.stored = stored
    this.key = noKey
  }

  /** Takes this key as what is looked for, and gives its hash. */
  lookFor(key: ByteRange): number {
    const length = key.length
    this.key = key
    this.keyLength = length > MAX_KEY ? LONG : length
    return this.hash.of(key.view, key.start, length)
  }

  hashOf(view: DataView, start: number, end: number): number {
    return this.hash.of(view, start, end - start)
  }

  /** Reads the first word of an entry. */
  touch(place: number): number {
    return this.arena.segmentOf(place).words[Arena.byteOf(place) >> 2]!
  }

  /** Whether the key that is looked for is at this place. */
  isKey(place: number): boolean {
    const { words, view } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const length = words[at >> 2]! & 0xffff
    const { key } = this
    if (length !== this.keyLength) return false
    if (length === LONG) return key.subarray(0, key.length).equals(this.apartOf(place).key!)
    return sameBytes(view, (at + HEAD) | 0, length, key.view, key.start)
  }

  hashAt(place: number): number {
    const { words, view } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const length = words[at >> 2]! & 0xffff
    if (length !== LONG) return this.hash.of(view, (at + HEAD) | 0, length)
    const key = this.apartOf(place).key!
    return this.hash.of(new DataView(key.buffer, key.byteOffset, key.length), 0, key.length)
  }

  keyText(place: number): string {
    const { words, bytes } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const length = words[at >> 2]! & 0xffff
    if (length === LONG) return this.apartOf(place).key!.toString('latin1')
    return bytes.latin1Slice(at + HEAD, at + HEAD + length)
  }

  /**
   * The value of an entry, which counts as used now, in one step; undefined if it has a deadline, or
   * lies apart.
   */
  usePlain(place: number, now: number, found: ByteRange): ByteRange | undefined {
    const { words, bytes, view } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const word = at >> 2
    const flags = words[word + 1]!
    if (flags >>> 30 !== 0) return undefined
    if ((flags & USED_AT) !== now) words[word + 1] = IN_USE | now
    const lengths = words[word]!
    const start = (at + HEAD + (lengths & 0xffff)) | 0
    return found.fill(bytes, view, start, (start + (lengths >>> 16)) | 0)
  }

  /**
   * Sets a value that is as long as the one before, of an entry without a deadline that does not lie
   * apart: as most are. False if it is anything else, and nothing was done.
   */
  setPlain(place: number, value: ByteRange, now: number): boolean {
    const { words, bytes } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const word = at >> 2
    const flags = words[word + 1]!
    const lengths = words[word]!
    if (flags >>> 30 !== 0 || lengths >>> 16 !== value.length) return false
    if ((flags & USED_AT) !== now) words[word + 1] = IN_USE | now
    copyBytes(value.bytes, value.start, value.end, bytes, (at + HEAD + (lengths & 0xffff)) | 0)
    return true
  }

  /** Where the value lies. */
  value(place: number, found: ByteRange): ByteRange {
    const { words, bytes, view } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const lengths = words[at >> 2]!
    const flags = words[(at >> 2) + 1]!
    if ((flags & IS_APART) !== 0) {
      const { value } = this.apartOf(place)
      return found.fill(value, NO_VIEW, 0, value.length)
    }
    const start = (at + HEAD + (lengths & 0xffff) + (flags < 0 ? DEADLINE : 0)) | 0
    return found.fill(bytes, view, start, (start + (lengths >>> 16)) | 0)
  }

  valueLength(place: number): number {
    const { words } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place) >> 2
    const isApart = (words[at + 1]! & IS_APART) !== 0
    return isApart ? this.apartOf(place).value.length : words[at]! >>> 16
  }

  /** When it was last used, in seconds of the database's clock. */
  usedAt(place: number): number {
    return this.flagsOf(place) & USED_AT
  }

  use(place: number, now: number): void {
    const { words } = this.arena.segmentOf(place)
    const at = (Arena.byteOf(place) >> 2) + 1
    words[at] = (words[at]! & ~USED_AT) | now
  }

  hasDeadline(place: number): boolean {
    return this.flagsOf(place) < 0
  }

  /** When it expires, in ms since 1970, as exact as a double can be. It must have a deadline. */
  expiresAt(place: number): number {
    const { view } = this.arena.segmentOf(place)
    const at = this.deadlineAt(place)
    return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)
  }

  deadline(place: number): Deadline | null {
    if (!this.hasDeadline(place)) return null
    const about = this.expiresAt(place)
    if (Number.isSafeInteger(about)) return about
    return this.arena.segmentOf(place).view.getBigInt64(this.deadlineAt(place), true)
  }

  /** A new entry. */
  create(key: ByteRange, value: ByteRange, now: number): number {
    const length = key.length
    const isLong = length > MAX_KEY
    const inBlock = isLong ? 0 : length
    const isApart = isLong || HEAD + length + value.length > MAX_BLOCK
    const payload = isApart ? NUMBER : value.length
    const place = this.arena.allocate(HEAD + inBlock + payload)
    const { words, bytes, view } = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    words[at >> 2] = (isLong ? LONG : length) | (payload << 16)
    words[(at >> 2) + 1] = IN_USE | now | (isApart ? IS_APART : 0)
    const start = (at + HEAD) | 0
    if (!isLong) copyWords(key.view, key.start, length, view, start)
    if (isApart) {
      const ownKey = isLong ? Buffer.from(key.subarray(0, length)) : undefined
      view.setInt32(start + inBlock, this.putApart(ownKey, copied(value)), true)
    } else {
      copyBytes(value.bytes, value.start, value.end, bytes, (start + inBlock) | 0)
    }
    return place
  }

  /**
   * Gives an entry another value, with the deadline that it has or without.
   * @returns where the entry is now
   */
  setValue(place: number, value: ByteRange, keepDeadline: boolean): number {
    const isApart = (this.flagsOf(place) & IS_APART) !== 0
    const withDeadline = keepDeadline && this.hasDeadline(place)
    if (this.isToBeApart(place, value.length, withDeadline)) {
      return this.setApart(place, copied(value), withDeadline)
    }
    if (isApart) this.dropApart(place)
    const to = this.reshape(place, value.length, withDeadline, 0, false)
    const { bytes } = this.arena.segmentOf(to)
    copyBytes(value.bytes, value.start, value.end, bytes, this.payloadAt(to))
    return to
  }

  /**
   * Writes over a part of the value; what lies between its end and `offset` is zeros then.
   * @returns where the entry is now
   */
  overwrite(place: number, offset: number, patch: Value): number {
    const withDeadline = this.hasDeadline(place)
    const before = this.valueLength(place)
    const length = Math.max(before, offset + patch.length)
    if ((this.flagsOf(place) & IS_APART) !== 0) {
      const { value } = this.apartOf(place)
      return this.setApart(place, bufferOf(overwrite(value, offset, patch)), withDeadline)
    }
    if (this.isToBeApart(place, length, withDeadline)) {
      const start = this.payloadAt(place)
      const value = this.arena.segmentOf(place).bytes.subarray(start, start + before)
      return this.setApart(place, bufferOf(overwrite(value, offset, patch)), withDeadline)
    }
    const to = this.reshape(place, length, withDeadline, before, false)
    const { bytes } = this.arena.segmentOf(to)
    const start = this.payloadAt(to)
    if (offset > before) bytes.fill(0, start + before, start + offset)
    if (typeof patch === 'string') bytes.write(patch, start + offset, 'latin1')
    else patch.copy(bytes, start + offset)
    return to
  }

  /** Gives an entry a deadline, or with null takes it away. Returns where it is now. */
  setDeadline(place: number, deadline: Deadline | null): number {
    const isApart = (this.flagsOf(place) & IS_APART) !== 0
    const withDeadline = deadline !== null
    const length = this.valueLength(place)
    let to = place
    if (!isApart && this.isToBeApart(place, length, withDeadline)) {
      const start = this.payloadAt(place)
      const value = Buffer.from(this.arena.segmentOf(place).bytes.subarray(start, start + length))
      to = this.setApart(place, value, withDeadline)
    } else {
      const payload = isApart ? NUMBER : length
      to = this.reshape(place, payload, withDeadline, payload, isApart)
    }
    if (deadline !== null) {
      const { view } = this.arena.segmentOf(to)
      view.setBigInt64(this.deadlineAt(to), BigInt(deadline), true)
    }
    return to
  }

  free(place: number): void {
    if ((this.flagsOf(place) & IS_APART) !== 0) this.dropApart(place)
    this.arena.free(place)
  }

  /** An entry that is to be moved, so that memory is freed; 0 if none is. */
  nextToMove(): number {
    return this.arena.nextToMove()
  }

  /** Moves an entry to another block. Returns where it is now. */
  move(place: number): number {
    const room = this.arena.roomOf(place)
    const to = this.arena.allocate(room)
    const from = Arena.byteOf(place)
    const { bytes } = this.arena.segmentOf(to)
    this.arena.segmentOf(place).bytes.copy(bytes, Arena.byteOf(to), from, from + room)
    this.arena.free(place)
    return to
  }

  clear(): void {
    this.arena.clear()
    this.apart = []
    this.apartFree = []
    this.stored.bytes -= this.apartBytes
    this.apartBytes = 0
  }

  private flagsOf(place: number): number {
    return this.arena.segmentOf(place).words[(Arena.byteOf(place) >> 2) + 1]!
  }

  /** Bytes of the key in the block. */
  private keyRoom(place: number): number {
    const length = this.arena.segmentOf(place).words[Arena.byteOf(place) >> 2]! & 0xffff
    return length === LONG ? 0 : length
  }

  private deadlineAt(place: number): number {
    return Arena.byteOf(place) + HEAD + this.keyRoom(place)
  }

  /** Where the value begins, or the number of what lies apart. */
  private payloadAt(place: number): number {
    return this.deadlineAt(place) + (this.hasDeadline(place) ? DEADLINE : 0)
  }

  private isToBeApart(place: number, length: number, withDeadline: boolean): boolean {
    const words = this.arena.segmentOf(place).words
    const keyLength = words[Arena.byteOf(place) >> 2]! & 0xffff
    return (
      keyLength === LONG || HEAD + keyLength + (withDeadline ? DEADLINE : 0) + length > MAX_BLOCK
    )
  }

  /**
   * Makes room for another payload, with a deadline or without; key, deadline and the first `keep`
   * bytes of the payload stay. The payload is a value, or the number of one that lies apart.
   * @returns where the entry is now
   */
  private reshape(
    place: number,
    payload: number,
    withDeadline: boolean,
    keep: number,
    isApart: boolean,
  ): number {
    const from = this.arena.segmentOf(place)
    const at = Arena.byteOf(place)
    const key = from.words[at >> 2]! & 0xffff
    const before = from.words[(at >> 2) + 1]!
    const keyRoom = key === LONG ? 0 : key
    const needed = HEAD + keyRoom + (withDeadline ? DEADLINE : 0) + payload
    const fits = Arena.roomFor(needed) === this.arena.roomOf(place)
    const to = fits ? place : this.arena.allocate(needed)
    const target = fits ? from : this.arena.segmentOf(to)
    const toAt = fits ? at : Arena.byteOf(to)
    const source = at + HEAD + keyRoom
    const goal = toAt + HEAD + keyRoom
    // The payload first: within one block it may move over the deadline, or that over it.
    if (keep > 0 && (!fits || before < 0 !== withDeadline)) {
      const start = source + (before < 0 ? DEADLINE : 0)
      from.bytes.copy(target.bytes, goal + (withDeadline ? DEADLINE : 0), start, start + keep)
    }
    if (!fits) {
      copyWords(from.view, at + HEAD, keyRoom, target.view, toAt + HEAD)
      if (withDeadline && before < 0) copyWords(from.view, source, DEADLINE, target.view, goal)
    }
    target.words[toAt >> 2] = key | (payload << 16)
    target.words[(toAt >> 2) + 1] =
      (before & ~(HAS_DEADLINE | IS_APART)) |
      (withDeadline ? HAS_DEADLINE : 0) |
      (isApart ? IS_APART : 0)
    if (!fits) this.arena.free(place)
    return to
  }

  /** Gives an entry a value that lies apart. */
  private setApart(place: number, value: Buffer, withDeadline: boolean): number {
    if ((this.flagsOf(place) & IS_APART) !== 0) {
      const apart = this.apartOf(place)
      this.count(roomOf(value) - roomOf(apart.value))
      apart.value = value
      return this.reshape(place, NUMBER, withDeadline, NUMBER, true)
    }
    const number = this.putApart(undefined, value)
    const to = this.reshape(place, NUMBER, withDeadline, 0, true)
    this.arena.segmentOf(to).view.setInt32(this.payloadAt(to), number, true)
    return to
  }

  private apartOf(place: number): Apart {
    return this.apart[this.numberOf(place)]!
  }

  private numberOf(place: number): number {
    return this.arena.segmentOf(place).view.getInt32(this.payloadAt(place), true)
  }

  private putApart(key: Buffer | undefined, value: Buffer): number {
    const number = this.apartFree.pop() ?? this.apart.length
    this.apart[number] = { key, value }
    this.count(APART_OVERHEAD + (key?.length ?? 0) + roomOf(value))
    return number
  }

  private dropApart(place: number): void {
    const number = this.numberOf(place)
    const { key, value } = this.apart[number]!
    this.count(-(APART_OVERHEAD + (key?.length ?? 0) + roomOf(value)))
    this.apart[number] = undefined
    this.apartFree.push(number)
  }

  private count(bytes: number): void {
    this.apartBytes += bytes
    this.stored.bytes += bytes
  }
}

const NO_VIEW = new DataView(new ArrayBuffer(0))

/** A value of its own; the memory that it lies in is used again. */
function copied(value: ByteRange): Buffer {
  const copy = Buffer.allocUnsafeSlow(value.length)
  value.copy(copy, 0)
  return copy
}

/** Of a string, or of bytes in a block, it is a copy. */
function bufferOf(value: StoredValue): Buffer {
  return bytesOf(value)
}

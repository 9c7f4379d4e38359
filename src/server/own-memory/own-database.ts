import { randomBytes } from 'node:crypto'
import { commandTime } from '../clock.ts'
import type { Database, Deadline, Store, Watcher } from '../database.ts'
import type { Value } from '../value.ts'
import { Watchers } from '../watchers.ts'
import { ByteRange } from './byte-range.ts'
import { Entries } from './entries.ts'
import { Hash } from './hash.ts'
import { OwnStored } from './own-stored.ts'
import { Table } from './table.ts'

/** Databases in memory of their own, which V8's garbage collector does not look into. */
export function ownStore(count: number): Store {
  const stored = new OwnStored()
  const hash = new Hash(randomBytes(8))
  const databases = Array.from({ length: count }, () => new OwnDatabase(hash, stored))
  return { databases, stored }
}

/** Buckets that SCAN may pass over for each key that it was asked for, as in Redis. */
const EMPTY_BUCKETS_PER_KEY = 10
const LARGE = 20_000
/** Entries that are moved out of a sparse page with each change. */
const MOVES = 2

/**
 * Entries in an arena, a hash table of their places, and another one of those that have a deadline.
 */
export class OwnDatabase implements Database {
  now = 0
  hits = 0
  misses = 0
  expired = 0
  private readonly entries: Entries
  private readonly stored: OwnStored
  private table: Table
  private deadlines: Table
  private sweep = 0
  /** Undefined if no key is watched, so that a write costs one comparison. */
  private watchers: Watchers | undefined
  /** What the last reader was given. */
  private readonly found = new ByteRange()
  private readonly named = new ByteRange()
  private readonly given = new ByteRange()

  constructor(hash: Hash, stored: OwnStored) {
    this.entries = new Entries(hash, stored, this.named)
    this.stored = stored
    this.table = new Table(this.entries, stored)
    this.deadlines = new Table(this.entries, stored)
  }

  get size(): number {
    return this.table.count
  }

  get sizeWithDeadline(): number {
    return this.deadlines.count
  }

  /** It has so many keys that most are in no cache of the processor. */
  get isLarge(): boolean {
    return this.table.count > LARGE
  }

  /** The hash of a key that lies in these bytes, for `touch`. */
  hashOf(view: DataView, start: number, end: number): number {
    return this.entries.hashOf(view, start, end)
  }

  /** Reads a word of the bucket and of the entry of each of these keys, so that a cache has them. */
  touch(hashes: Int32Array, count: number): void {
    this.table.touch(hashes, count)
  }

  get(key: ByteRange): ByteRange | undefined {
    const place = this.live(key)
    if (place === 0) return undefined
    this.entries.use(place, this.now)
    return this.entries.value(place, this.found)
  }

  read(key: ByteRange): ByteRange | undefined {
    const { entries } = this
    const hash = entries.lookFor(key)
    const place = this.table.find(hash)
    if (place !== 0) {
      const value = entries.usePlain(place, this.now, this.found)
      if (value !== undefined) {
        this.hits++
        return value
      }
    }
    return this.readOther(hash, place)
  }

  private readOther(hash: number, found: number): ByteRange | undefined {
    const place = found === 0 ? 0 : this.liveAt(hash, found)
    if (place === 0) {
      this.misses++
      return undefined
    }
    this.hits++
    this.entries.use(place, this.now)
    return this.entries.value(place, this.found)
  }

  peek(key: ByteRange): ByteRange | undefined {
    const place = this.live(key)
    if (place === 0) this.misses++
    else this.hits++
    return place === 0 ? undefined : this.entries.value(place, this.found)
  }

  idleTime(key: ByteRange): number | undefined {
    const place = this.live(key)
    return place === 0 ? undefined : this.now - this.entries.usedAt(place)
  }

  has(key: ByteRange): boolean {
    return this.live(key) !== 0
  }

  set(key: ByteRange, value: Value): void {
    const hash = this.entries.lookFor(key)
    const place = this.table.find(hash)
    const range = value instanceof ByteRange ? value : this.rangeOf(value)
    if (place !== 0 && this.watchers === undefined) {
      if (this.entries.setPlain(place, range, this.now)) return
    }
    this.write(hash, place, key, range, false)
  }

  replace(key: ByteRange, value: Value): void {
    const place = this.live(key)
    this.write(this.hash, place, key, this.rangeOf(value), true)
  }

  overwrite(key: ByteRange, offset: number, patch: Value): number {
    let place = this.live(key)
    const { hash } = this
    if (place === 0) {
      place = this.insert(hash, key, this.given.fill(NONE, NO_VIEW, 0, 0))
    }
    const hadDeadline = this.entries.hasDeadline(place)
    const to = this.entries.overwrite(place, offset, patch)
    this.entries.use(to, this.now)
    this.settle(hash, place, to, hadDeadline)
    return this.entries.valueLength(to)
  }

  increment(key: ByteRange, by: 1 | -1): number | undefined {
    const place = this.live(key)
    const before = place === 0 ? 0 : parseDigits(this.entries.value(place, this.found))
    if (Number.isNaN(before)) return undefined
    const sum = before + by
    this.write(this.hash, place, key, this.digitsOf(sum), true)
    return sum
  }

  delete(key: ByteRange): boolean {
    const place = this.live(key)
    if (place === 0) return false
    this.remove(this.hash, place)
    this.tidy()
    return true
  }

  deadline(key: ByteRange): Deadline | null | undefined {
    const place = this.live(key)
    return place === 0 ? undefined : this.entries.deadline(place)
  }

  setDeadline(key: ByteRange, deadline: Deadline | null): void {
    const hash = this.entries.lookFor(key)
    const place = this.table.find(hash)
    if (place === 0) return
    const had = this.entries.hasDeadline(place)
    if (!had && deadline === null) return
    const to = this.entries.setDeadline(place, deadline)
    this.settle(hash, place, to, had)
  }

  watch(text: string, watcher: Watcher): boolean {
    this.removeIfExpired(text) // it has gone before, not because of what follows
    this.watchers ??= new Watchers()
    return this.watchers.add(text, watcher)
  }

  unwatch(text: string, watcher: Watcher): void {
    this.watchers = this.watchers?.remove(text, watcher)
  }

  removeIfExpired(text: string): void {
    this.live(this.keyOf(text))
  }

  swapWatchers(other: OwnDatabase): void {
    const { watchers } = this
    Watchers.touchOfBoth(
      [watchers, other.watchers],
      (text) => this.has(this.keyOf(text)) || other.has(other.keyOf(text)),
    )
    this.watchers = other.watchers
    other.watchers = watchers
  }

  clear(): void {
    for (const text of this.watchers?.keys() ?? []) {
      if (this.table.find(this.entries.lookFor(this.keyOf(text))) !== 0) this.watchers!.touch(text)
    }
    this.table.release()
    this.deadlines.release()
    this.table = new Table(this.entries, this.stored)
    this.deadlines = new Table(this.entries, this.stored)
    this.sweep = 0
    this.entries.clear()
  }

  *liveKeys(): Generator<string> {
    const now = commandTime()
    let cursor = 0
    do {
      const { places, next } = scanBucket(this.table, cursor)
      for (const place of places) if (!this.isExpired(place, now)) yield this.entries.keyText(place)
      cursor = next
    } while (cursor !== 0)
  }

  scan(cursor: number, count: number): { keys: string[]; next: number } {
    const now = commandTime()
    const keys: string[] = []
    const over: string[] = []
    // A cursor is 32 bits; of a longer one, which is none of ours, Redis too takes what it needs.
    let next = cursor >>> 0
    let steps = count * EMPTY_BUCKETS_PER_KEY
    do {
      const bucket = scanBucket(this.table, next)
      for (const place of bucket.places) {
        const text = this.entries.keyText(place)
        if (this.isExpired(place, now)) over.push(text)
        else keys.push(text)
      }
      next = bucket.next
    } while (next !== 0 && keys.length < count && --steps > 0)
    for (const text of over) this.removeIfExpired(text)
    return { keys, next }
  }

  randomKey(): string | undefined {
    const now = commandTime()
    for (let tries = 0; tries < 100; tries++) {
      const place = this.table.random()
      if (place === 0) return undefined
      if (!this.isExpired(place, now)) return this.entries.keyText(place)
    }
    return this.liveKeys().next().value
  }

  removeExpired(now: number, limit: number): number {
    let removed = 0
    for (let seen = 0; seen < limit; ) {
      const { places, next } = scanBucket(this.deadlines, this.sweep)
      this.sweep = next
      for (const place of places) {
        seen++
        if (this.entries.expiresAt(place) >= now) continue
        this.expire(this.entries.hashAt(place), place)
        removed++
      }
      for (const _ of places) this.tidy() // not before: it moves entries
      seen++
      if (next === 0) break
    }
    return removed
  }

  /** The hash of the key that was looked for last. */
  private hash = 0

  /** The place of a key whose time is not over; 0 if there is none. */
  private live(key: ByteRange): number {
    const { entries } = this
    const hash = entries.lookFor(key)
    this.hash = hash
    const place = this.table.find(hash)
    return place === 0 ? 0 : this.liveAt(hash, place)
  }

  /** The same place; 0 if its time is over. */
  private liveAt(hash: number, place: number): number {
    const { entries } = this
    if (!entries.hasDeadline(place) || entries.expiresAt(place) >= commandTime()) return place
    this.expire(hash, place)
    return 0
  }

  private isExpired(place: number, now: number): boolean {
    return this.entries.hasDeadline(place) && this.entries.expiresAt(place) < now
  }

  private write(
    hash: number,
    place: number,
    key: ByteRange,
    value: ByteRange,
    keepDeadline: boolean,
  ): void {
    const { entries } = this
    if (place === 0) {
      this.insert(hash, key, value)
      return
    }
    const hadDeadline = entries.hasDeadline(place)
    const to = entries.setValue(place, value, keepDeadline)
    entries.use(to, this.now)
    if (to !== place || hadDeadline || this.watchers !== undefined) {
      this.settle(hash, place, to, hadDeadline)
    }
  }

  private insert(hash: number, key: ByteRange, value: ByteRange): number {
    const place = this.entries.create(key, value, this.now)
    this.table.add(hash, place)
    if (this.watchers !== undefined) this.watchers.touch(key.toString())
    return place
  }

  /** An entry was changed, and may have moved: the tables and who watches it get to know. */
  private settle(hash: number, place: number, to: number, hadDeadline: boolean): void {
    const hasDeadline = this.entries.hasDeadline(to)
    if (to !== place) this.table.replace(hash, place, to)
    if (hadDeadline && !hasDeadline) this.deadlines.remove(hash, place)
    else if (!hadDeadline && hasDeadline) this.deadlines.add(hash, to)
    else if (hasDeadline && to !== place) this.deadlines.replace(hash, place, to)
    if (this.watchers !== undefined) this.watchers.touch(this.entries.keyText(to))
    if (to !== place) this.tidy()
  }

  private expire(hash: number, place: number): void {
    this.expired++
    this.remove(hash, place)
  }

  private remove(hash: number, place: number): void {
    const { entries } = this
    if (this.watchers !== undefined) this.watchers.touch(entries.keyText(place))
    if (this.table.count === 1) {
      this.clear() // the last one: all memory goes back
      return
    }
    this.table.remove(hash, place)
    if (entries.hasDeadline(place)) this.deadlines.remove(hash, place)
    entries.free(place)
  }

  /** Moves a few entries out of a page with few of them. No place is valid afterwards. */
  private tidy(): void {
    const { entries } = this
    for (let moves = 0; moves < MOVES; moves++) {
      const place = entries.nextToMove()
      if (place === 0) return
      const hash = entries.hashAt(place)
      const hasDeadline = entries.hasDeadline(place)
      const to = entries.move(place)
      this.table.replace(hash, place, to)
      if (hasDeadline) this.deadlines.replace(hash, place, to)
    }
  }

  /** The key with this text; there is one at a time. */
  private keyOf(text: string): ByteRange {
    const bytes = Buffer.from(text, 'latin1')
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    return this.named.fill(bytes, view, 0, bytes.length)
  }

  /** A value in whatever form, valid until the next. */
  private rangeOf(value: Value): ByteRange {
    if (value instanceof ByteRange) return value
    if (Buffer.isBuffer(value)) return this.given.fill(value, NO_VIEW, 0, value.length)
    const bytes = Buffer.from(value.toString('latin1'), 'latin1')
    return this.given.fill(bytes, NO_VIEW, 0, bytes.length)
  }

  private digitsOf(number: number): ByteRange {
    let at = DIGITS
    let left = number < 0 ? -number : number
    do {
      const tenth = Math.floor(left / 10)
      digits[--at] = 0x30 + left - tenth * 10
      left = tenth
    } while (left > 0)
    if (number < 0) digits[--at] = 0x2d
    return this.given.fill(digits, NO_VIEW, at, DIGITS)
  }
}

const NONE = Buffer.alloc(0)
const NO_VIEW = new DataView(NONE.buffer)
const DIGITS = 20
const digits = Buffer.alloc(DIGITS)

/** The places of one bucket of a table, and the cursor of the next. */
function scanBucket(table: Table, cursor: number): { places: number[]; next: number } {
  const places: number[] = []
  const next = table.scan(cursor, (place) => places.push(place))
  return { places, next }
}

/** An integer of at most 15 digits, as Redis writes it; NaN for anything else. */
function parseDigits({ bytes, start, end }: ByteRange): number {
  const negative = start < end && bytes[start] === 0x2d
  let at = negative ? start + 1 : start
  const length = end - start
  if (at === end || length > 15) return Number.NaN
  if (bytes[at] === 0x30) return length === 1 ? 0 : Number.NaN
  let value = 0
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return negative ? -value : value
}

import { BUCKET, Buckets, PIECE_SHIFT, Pieces, startOf, wordsOf } from './buckets.ts'
import type { OwnStored } from './own-stored.ts'

/**
 * A hash table of places. A bucket is one line of the processor's cache: 12 tags of a byte, 12 places,
 * and where the bucket goes on if that was not enough. So a lookup costs one line for the bucket and
 * one for the entry; a wrong entry is touched once in 255 times only.
 *
 * It grows and shrinks by moving one bucket with each change. Those before `moved` are in the new
 * table, the others in the old. As in Redis' dict, the cursor of `scan` counts with its bits
 * reversed: a bucket splits into two that the cursor has both seen, or both not.
 */

/** Slots of a bucket, and where its parts begin, in words of 32 bits. */
const SLOTS = 12
const TAG_WORDS = 3
const NEXT = 15
/** A table with more entries per bucket than this grows; with fewer than that it shrinks. */
const GROW_AT = 9
const SHRINK_AT = 2
const SMALLEST = 16
/** Buckets that others go on in are allocated so many at a time. */
const CHUNK = 1024

/** What the places stand for. */
export interface Entries {
  /** Whether the key that is looked for is at this place. */
  isKey(place: number): boolean
  hashAt(place: number): number
  /** Reads a word at this place, and returns it. */
  touch(place: number): number
}

export class Table {
  /** How many entries there are. */
  count = 0
  private current: Buckets
  /** The table that the entries move out of; none most of the time. */
  private old: Buckets | undefined
  private moved = 0
  /** Buckets that others go on in; number 0 is never used. */
  private readonly chunks: Int32Array[] = []
  private chunkEnd = 1
  private firstFree = 0
  private readonly entries: Entries
  private readonly stored: OwnStored
  private readonly memory: Pieces

  constructor(entries: Entries, stored: OwnStored) {
    this.entries = entries
    this.stored = stored
    this.memory = new Pieces(stored)
    this.current = this.allocate(SMALLEST)
  }

  /** The place of the key that `entries` looks for; 0 if there is none. */
  find(hash: number): number {
    const { pieces, mask } = this.bucketsOf(hash)
    const tag = tagOf(hash)
    const pattern = tag | (tag << 8) | (tag << 16) | (tag << 24)
    const bucket = hash & mask
    let words = pieces[bucket >>> PIECE_SHIFT]!
    let at = startOf(bucket)
    for (;;) {
      for (let group = 0; group < TAG_WORDS; group = (group + 1) | 0) {
        // A byte that is zero after this is a tag that fits: the classic test for a zero byte.
        const different = words[at + group]! ^ pattern
        let hits = (different - 0x01010101) & ~different & 0x80808080
        while (hits !== 0) {
          const byte = (31 - Math.clz32(hits & -hits)) >> 3
          const place = words[at + TAG_WORDS + group * 4 + byte]!
          if (place !== 0 && this.entries.isKey(place)) return place
          hits &= hits - 1
        }
      }
      const next = words[at + NEXT]!
      if (next === 0) return 0
      words = this.chunkOf(next)
      at = startOf(next % CHUNK)
    }
  }

  /** What `touch` has read; V8 would leave out a load whose result has no use. */
  touched = 0

  /**
   * Touches the buckets of these hashes, and then the entries that they are probably of. A loop that
   * does nothing else lets the processor have many loads on their way at once.
   */
  touch(hashes: Int32Array, count: number): void {
    let touched = 0
    for (let index = 0; index < count; index++) {
      const { pieces, mask } = this.bucketsOf(hashes[index]!)
      const bucket = hashes[index]! & mask
      touched ^= pieces[bucket >>> PIECE_SHIFT]![startOf(bucket)]!
    }
    for (let index = 0; index < count; index++) {
      const place = this.firstWithTag(hashes[index]!)
      if (place !== 0) touched ^= this.entries.touch(place)
    }
    this.touched = touched
  }

  /** The first place in a bucket whose tag fits; 0 if there is none. */
  private firstWithTag(hash: number): number {
    const { pieces, mask } = this.bucketsOf(hash)
    const bucket = hash & mask
    const words = pieces[bucket >>> PIECE_SHIFT]!
    const at = startOf(bucket)
    const pattern = Math.imul(tagOf(hash), 0x01010101)
    for (let group = 0; group < TAG_WORDS; group = (group + 1) | 0) {
      const different = words[at + group]! ^ pattern
      const hits = (different - 0x01010101) & ~different & 0x80808080
      if (hits === 0) continue
      return words[at + TAG_WORDS + group * 4 + ((31 - Math.clz32(hits & -hits)) >> 3)]!
    }
    return 0
  }

  /** Adds an entry that is not there yet. */
  add(hash: number, place: number): void {
    this.step()
    this.put(this.bucketsOf(hash), hash, place)
    this.count++
    const buckets = this.current.mask + 1
    if (this.old === undefined && this.count > buckets * GROW_AT) this.resize(buckets * 2)
  }

  /** An entry has another place now. */
  replace(hash: number, place: number, to: number): void {
    const words = this.seek(hash, place)
    words[this.soughtAt + TAG_WORDS + this.soughtSlot] = to
  }

  remove(hash: number, place: number): void {
    const words = this.seek(hash, place)
    setSlot(words, this.soughtAt, this.soughtSlot, 0, 0)
    this.count--
    this.step()
    const buckets = this.current.mask + 1
    if (this.old !== undefined || buckets === SMALLEST || this.count >= buckets * SHRINK_AT) return
    this.resize(buckets / 2)
  }

  /** Calls `each` for the places of a bucket, and gives the cursor of the next; 0 at the end. */
  scan(cursor: number, each: (place: number) => void): number {
    const { old, current } = this
    if (old === undefined) {
      this.eachIn(current, cursor & current.mask, each)
      return nextCursor(cursor, current.mask)
    }
    // The larger table has several buckets for one of the smaller: all of them are of this step.
    const [small, large] = old.mask < current.mask ? [old, current] : [current, old]
    this.eachIn(small, cursor & small.mask, each)
    let at = cursor
    do {
      this.eachIn(large, at & large.mask, each)
      at = nextCursor(at, large.mask)
    } while ((at & (small.mask ^ large.mask)) !== 0)
    return at
  }

  /** A place at random; 0 if there is none. */
  random(): number {
    const places: number[] = []
    while (this.count > 0 && places.length === 0) {
      // Of a hash, and not of a number: while it grows, most buckets of one of the tables are empty.
      const hash = Math.floor(Math.random() * 2 ** 32) | 0
      const buckets = this.bucketsOf(hash)
      this.eachIn(buckets, hash & buckets.mask, (place) => places.push(place))
    }
    const at = Math.floor(Math.random() * places.length)
    return places[at] ?? 0
  }

  /** To be called when the table is used no more: gives its memory back. */
  release(): void {
    this.current.release()
    this.old?.release()
    this.memory.release()
    this.stored.bytes -= this.chunks.length * CHUNK * BUCKET * 4
  }

  /** The table that has the entries with this hash. */
  private bucketsOf(hash: number): Buckets {
    const { old } = this
    return old !== undefined && (hash & old.mask) >= this.moved ? old : this.current
  }

  /** Where `seek` has found a place: the start of the bucket, and the slot. */
  private soughtAt = 0
  private soughtSlot = 0

  /** @throws Error if the entry is not there */
  private seek(hash: number, place: number): Int32Array {
    const { pieces, mask } = this.bucketsOf(hash)
    const bucket = hash & mask
    let words = pieces[bucket >>> PIECE_SHIFT]!
    let at = startOf(bucket)
    for (;;) {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (words[at + TAG_WORDS + slot] !== place) continue
        this.soughtAt = at
        this.soughtSlot = slot
        return words
      }
      const next = words[at + NEXT]!
      if (next === 0) throw new Error('an entry is not in its table')
      words = this.chunkOf(next)
      at = startOf(next % CHUNK)
    }
  }

  private put(buckets: Buckets, hash: number, place: number): void {
    const bucket = hash & buckets.mask
    let words = buckets.pieces[bucket >>> PIECE_SHIFT]!
    let at = startOf(bucket)
    for (;;) {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (words[at + TAG_WORDS + slot] !== 0) continue
        setSlot(words, at, slot, tagOf(hash), place)
        return
      }
      if (words[at + NEXT] === 0) words[at + NEXT] = this.takeBucket()
      const next = words[at + NEXT]!
      words = this.chunkOf(next)
      at = startOf(next % CHUNK)
    }
  }

  private eachIn(buckets: Buckets, number: number, each: (place: number) => void): void {
    let words = buckets.pieces[number >>> PIECE_SHIFT]!
    if (words.length === 0) return // not in use
    let at = startOf(number)
    for (;;) {
      for (let slot = 0; slot < SLOTS; slot++) {
        const place = words[at + TAG_WORDS + slot]!
        if (place !== 0) each(place)
      }
      const next = words[at + NEXT]!
      if (next === 0) return
      words = this.chunkOf(next)
      at = startOf(next % CHUNK)
    }
  }

  private resize(buckets: number): void {
    this.old = this.current
    this.current = this.allocate(buckets)
    this.moved = 0
  }

  /** Moves a bucket, if the table is growing or shrinking. */
  private step(): void {
    const { old, current } = this
    if (old === undefined) return
    const number = this.moved++
    current.prepare(number, old.mask + 1)
    this.eachIn(old, number, (place) => this.put(current, this.entries.hashAt(place), place))
    this.empty(old.pieces[number >>> PIECE_SHIFT]!, startOf(number))
    old.leave(number)
    if (this.moved <= old.mask) return
    this.old = undefined
    old.release()
  }

  /** Empties a bucket, and frees those that it goes on in. */
  private empty(words: Int32Array, at: number): void {
    let next = words[at + NEXT]!
    words.fill(0, at, at + BUCKET)
    while (next !== 0) {
      const chunk = this.chunkOf(next)
      const start = startOf(next % CHUNK)
      const after = chunk[start + NEXT]!
      chunk.fill(0, start, start + BUCKET)
      chunk[start + NEXT] = this.firstFree
      this.firstFree = next
      next = after
    }
  }

  private chunkOf(number: number): Int32Array {
    return this.chunks[Math.floor(number / CHUNK)]!
  }

  private takeBucket(): number {
    const number = this.firstFree
    if (number !== 0) {
      const chunk = this.chunkOf(number)
      const at = startOf(number % CHUNK) + NEXT
      this.firstFree = chunk[at]!
      chunk[at] = 0
      return number
    }
    if (this.chunkEnd >= this.chunks.length * CHUNK) {
      this.chunks.push(wordsOf(CHUNK))
      this.stored.bytes += CHUNK * BUCKET * 4
    }
    return this.chunkEnd++
  }

  private allocate(count: number): Buckets {
    return new Buckets(count, this.memory, this.stored)
  }
}

/** From the bits that choose no bucket, and never 0: that is a slot without an entry. */
function tagOf(hash: number): number {
  return ((hash >>> 24) % 255) + 1
}

function setSlot(words: Int32Array, at: number, slot: number, tag: number, place: number): void {
  const shift = (slot & 3) * 8
  const tags = at + (slot >> 2)
  words[tags] = (words[tags]! & ~(0xff << shift)) | (tag << shift)
  words[at + TAG_WORDS + slot] = place
}

/** Adds one to the bits of the mask, the highest first, as Redis does. */
function nextCursor(cursor: number, mask: number): number {
  return reverse((reverse((cursor | ~mask) >>> 0) + 1) >>> 0)
}

function reverse(bits: number): number {
  let value = bits
  value = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1)
  value = ((value >>> 2) & 0x33333333) | ((value & 0x33333333) << 2)
  value = ((value >>> 4) & 0x0f0f0f0f) | ((value & 0x0f0f0f0f) << 4)
  value = ((value >>> 8) & 0x00ff00ff) | ((value & 0x00ff00ff) << 8)
  return ((value >>> 16) | (value << 16)) >>> 0
}

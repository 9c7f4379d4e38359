import { commandTime } from './clock.ts'
import type { Database, Deadline, Store, Watcher } from './database.ts'
import { DEADLINE, entrySize, StoredBytes, valueSize } from './map-size.ts'
import { parseSmallInteger } from './numbers.ts'
import { overwrite as overwritten, type StoredValue, textOf } from './value.ts'
import { Watchers } from './watchers.ts'

/** Slots that SCAN may pass over for each key that it was asked for, as Redis does with buckets. */
const EMPTY_SLOTS_PER_KEY = 10

/** Databases of strings, Buffers and V8's Maps. */
export function mapStore(count: number): Store {
  const databases: MapDatabase[] = []
  const stored = new StoredBytes(databases)
  for (let index = 0; index < count; index++) databases.push(new MapDatabase(stored))
  return { databases: [...databases], stored }
}

/**
 * A database in V8's heap: a Map, and arrays.
 *
 * Every key has a slot, a small integer that stays the same while the key lives; `keys[slot]` and
 * `values[slot]` hold the rest. The Map then maps strings to small integers, and needs no object
 * for an entry; to overwrite a value is one array store. Two commands need the slots: SCAN's cursor
 * is the next slot, which no insertion or deletion can disturb, and RANDOMKEY picks a slot.
 */
export class MapDatabase implements Database {
  private slots = new Map<string, number>()
  private keys: (string | undefined)[] = []
  private values: (StoredValue | undefined)[] = []
  private free: number[] = []
  /** By slot; most keys have none, and then this stays empty. */
  private deadlines = new Map<number, Deadline>()
  private sweep = this.deadlines.entries()
  /** When each key was last used, by slot, in seconds of `now`. */
  private usedAt: number[] = []
  now = 0
  hits = 0
  misses = 0
  expired = 0
  /** Undefined if no key is watched, so that a write costs one comparison. */
  private watchers: Watchers | undefined
  private readonly stored: StoredBytes
  /** Its part of these; meaningful only while that counts. */
  private bytes = 0

  /** @param stored where it counts its bytes, together with other databases */
  constructor(stored: StoredBytes = new StoredBytes([])) {
    this.stored = stored
  }

  get size(): number {
    return this.slots.size
  }

  get sizeWithDeadline(): number {
    return this.deadlines.size
  }

  get(key: string): StoredValue | undefined {
    const slot = this.liveSlot(key)
    if (slot === undefined) return undefined
    this.usedAt[slot] = this.now
    return this.values[slot]
  }

  read(key: string): StoredValue | undefined {
    const slot = this.liveSlot(key)
    if (slot === undefined) {
      this.misses++
      return undefined
    }
    this.hits++
    this.usedAt[slot] = this.now
    return this.values[slot]
  }

  peek(key: string): StoredValue | undefined {
    const slot = this.liveSlot(key)
    if (slot === undefined) this.misses++
    else this.hits++
    return slot === undefined ? undefined : this.values[slot]
  }

  idleTime(key: string): number | undefined {
    const slot = this.liveSlot(key)
    return slot === undefined ? undefined : this.now - this.usedAt[slot]!
  }

  has(key: string): boolean {
    return this.liveSlot(key) !== undefined
  }

  set(key: string, value: StoredValue): void {
    const slot = this.slots.get(key)
    if (slot === undefined) {
      this.insert(key, value)
      return
    }
    this.exchange(key, slot, value)
    if (this.deadlines.size !== 0) this.dropDeadline(slot)
  }

  replace(key: string, value: StoredValue): void {
    const slot = this.liveSlot(key)
    if (slot === undefined) this.insert(key, value)
    else this.exchange(key, slot, value)
  }

  overwrite(key: string, offset: number, patch: StoredValue): number {
    const value = overwritten(this.get(key) ?? '', offset, patch)
    this.replace(key, value)
    return value.length
  }

  increment(key: string, by: 1 | -1): number | undefined {
    const value = this.get(key) ?? '0'
    // A value too long to be a number is not turned into text.
    const before = value.length > 20 ? undefined : parseSmallInteger(textOf(value))
    if (before === undefined) return undefined
    this.replace(key, String(before + by))
    return before + by
  }

  delete(key: string): boolean {
    const slot = this.liveSlot(key)
    if (slot === undefined) return false
    this.remove(key, slot)
    return true
  }

  deadline(key: string): Deadline | null | undefined {
    const slot = this.liveSlot(key)
    return slot === undefined ? undefined : (this.deadlines.get(slot) ?? null)
  }

  setDeadline(key: string, deadline: Deadline | null): void {
    const slot = this.slots.get(key)
    if (slot === undefined) return
    if (deadline === null) {
      if (!this.dropDeadline(slot)) return
    } else {
      const had = this.deadlines.size
      this.deadlines.set(slot, deadline)
      if (this.stored.counting) this.count((this.deadlines.size - had) * DEADLINE)
    }
    this.touch(key)
  }

  watch(text: string, watcher: Watcher): boolean {
    this.liveSlot(text) // if its time is over it has gone before, not because of what follows
    this.watchers ??= new Watchers()
    return this.watchers.add(text, watcher)
  }

  unwatch(text: string, watcher: Watcher): void {
    this.watchers = this.watchers?.remove(text, watcher)
  }

  removeIfExpired(text: string): void {
    this.liveSlot(text)
  }

  swapWatchers(other: MapDatabase): void {
    const { watchers } = this
    Watchers.touchOfBoth([watchers, other.watchers], (key) => this.has(key) || other.has(key))
    this.watchers = other.watchers
    other.watchers = watchers
  }

  clear(): void {
    for (const key of this.watchers?.keys() ?? []) if (this.slots.has(key)) this.touch(key)
    this.count(-this.bytes)
    this.slots = new Map()
    this.keys = []
    this.values = []
    this.usedAt = []
    this.free = []
    this.deadlines = new Map()
    this.sweep = this.deadlines.entries()
  }

  *liveKeys(): Generator<string> {
    for (const [key, slot] of this.slots) {
      if (!this.isExpired(slot, commandTime())) yield key
    }
  }

  /** A cursor is a slot, so a key that is there from the first call to the last is given exactly once. */
  scan(cursor: number, count: number): { keys: string[]; next: number } {
    const found: string[] = []
    const now = commandTime()
    const last = Math.min(this.keys.length, cursor + count * EMPTY_SLOTS_PER_KEY)
    let slot = cursor
    for (; slot < last && found.length < count; slot++) {
      const key = this.keys[slot]
      if (key === undefined) continue
      if (this.isExpired(slot, now)) this.expire(key, slot)
      else found.push(key)
    }
    return { keys: found, next: slot < this.keys.length ? slot : 0 }
  }

  randomKey(): string | undefined {
    const now = commandTime()
    const atRandom = () => Math.floor(Math.random() * this.keys.length)
    // One after the other only if that finds none: what comes after a gap would be given too often.
    for (let step = -100, slot = atRandom(); step < this.keys.length; step++) {
      slot = step < 0 ? atRandom() : (slot + 1) % this.keys.length
      const key = this.keys[slot]
      if (key !== undefined && !this.isExpired(slot, now)) return key
    }
    return undefined
  }

  removeExpired(now: number, limit: number): number {
    let removed = 0
    for (let seen = 0; seen < limit; seen++) {
      const step = this.sweep.next()
      if (step.done) {
        // A Map's iterator goes on over what is added meanwhile; once done it stays done.
        this.sweep = this.deadlines.entries()
        break
      }
      const [slot, deadline] = step.value
      if (deadline >= now) continue
      this.expire(this.keys[slot]!, slot)
      removed++
    }
    return removed
  }

  /** Adds what it stores to the count, which has just begun. */
  measure(): void {
    this.bytes = 0
    this.count(this.deadlines.size * DEADLINE)
    for (const [slot, key] of this.keys.entries()) {
      if (key !== undefined) this.count(entrySize(key, this.values[slot]!))
    }
  }

  private touch(key: string): void {
    this.watchers?.touch(key)
  }

  private count(bytes: number): void {
    this.bytes += bytes
    this.stored.bytes += bytes
  }

  private liveSlot(key: string): number | undefined {
    const slot = this.slots.get(key)
    // The clock is asked only if there is a deadline to compare it with.
    if (slot === undefined || this.deadlines.size === 0) return slot
    if (!this.deadlines.has(slot) || !this.isExpired(slot, commandTime())) return slot
    this.expire(key, slot)
    return undefined
  }

  private isExpired(slot: number, now: number): boolean {
    const deadline = this.deadlines.get(slot)
    return deadline !== undefined && deadline < now
  }

  private insert(key: string, value: StoredValue): void {
    const slot = this.free.at(-1) ?? this.keys.length
    this.slots.set(key, slot) // throws beyond 16.7 million keys: V8's Map ends there
    this.free.pop()
    this.keys[slot] = key
    this.values[slot] = value
    this.usedAt[slot] = this.now
    if (this.stored.counting) this.count(entrySize(key, value))
    if (this.watchers !== undefined) this.touch(key)
  }

  private exchange(key: string, slot: number, value: StoredValue): void {
    if (this.stored.counting) this.count(valueSize(value) - valueSize(this.values[slot]!))
    this.values[slot] = value
    this.usedAt[slot] = this.now
    if (this.watchers !== undefined) this.touch(key)
  }

  private expire(key: string, slot: number): void {
    this.expired++
    this.remove(key, slot)
  }

  private remove(key: string, slot: number): void {
    if (this.watchers !== undefined) this.touch(key)
    if (this.slots.size === 1) {
      this.clear() // the last one: start again without the gaps
      return
    }
    if (this.stored.counting) this.count(-entrySize(key, this.values[slot]!))
    this.slots.delete(key)
    this.keys[slot] = undefined
    this.values[slot] = undefined
    this.dropDeadline(slot)
    this.free.push(slot)
  }

  /** True if the key had one. */
  private dropDeadline(slot: number): boolean {
    const had = this.deadlines.delete(slot)
    if (had && this.stored.counting) this.count(-DEADLINE)
    return had
  }
}

import { DEADLINE, entrySize, StoredBytes, valueSize } from './memory.ts'
import type { Value } from './value.ts'

/** When a key expires: milliseconds since 1970. A bigint only beyond what a double holds exactly. */
export type Deadline = number | bigint

/** Learns when a key that it watches has changed. */
export interface Watcher {
  isChanged: boolean
}

/** Slots that SCAN may pass over for each key that it was asked for, as Redis does with buckets. */
const EMPTY_SLOTS_PER_KEY = 10

/**
 * One database: keys to values, some with a deadline.
 *
 * Every key has a slot, a small integer that stays the same while the key lives; `keys[slot]` and
 * `values[slot]` hold the rest. The Map then maps strings to small integers, and needs no object
 * for an entry; to overwrite a value is one array store. The slots also make the two commands
 * cheap that a Map alone cannot serve: SCAN's cursor is the next slot, which no insertion or
 * deletion can disturb, and RANDOMKEY picks a slot.
 *
 * A key past its deadline is gone for every reader, and is removed when one looks at it or when
 * `removeExpired` comes by.
 */
export class Database {
  private slots = new Map<string, number>()
  private keys: (string | undefined)[] = []
  private values: (Value | undefined)[] = []
  private free: number[] = []
  /** By slot; most keys have none, and then this stays empty. */
  private deadlines = new Map<number, Deadline>()
  private sweep = this.deadlines.entries()
  /** When each key was last used, by slot, in seconds of `now`. */
  private usedAt: number[] = []
  /** A clock in seconds, which the keyspace moves on. */
  now = 0
  /** How often a key was asked for and was there, or was not: for INFO. */
  hits = 0
  misses = 0
  /** How many keys were removed because their time was over. */
  expired = 0
  /** The keys that are watched, and by whom; undefined if none is, so that a write costs one comparison. */
  private watchers: Map<string, Set<Watcher>> | undefined
  private readonly stored: StoredBytes
  /** Its part of these; meaningful only while that counts. */
  private bytes = 0

  /** @param stored where it counts its bytes, together with other databases */
  constructor(stored: StoredBytes = new StoredBytes()) {
    this.stored = stored
  }

  /** How many keys there are; expired ones count until they are removed. */
  get size(): number {
    return this.slots.size
  }

  get sizeWithDeadline(): number {
    return this.deadlines.size
  }

  get(key: string): Value | undefined {
    const slot = this.liveSlot(key)
    if (slot === undefined) return undefined
    this.usedAt[slot] = this.now
    return this.values[slot]
  }

  /** `get` for a command that only reads, which INFO counts as a hit or a miss. */
  read(key: string): Value | undefined {
    const slot = this.liveSlot(key)
    if (slot === undefined) {
      this.misses++
      return undefined
    }
    this.hits++
    this.usedAt[slot] = this.now
    return this.values[slot]
  }

  /** `read` for a command that asks about the key only: it does not count as used then. */
  peek(key: string): Value | undefined {
    const slot = this.liveSlot(key)
    if (slot === undefined) this.misses++
    else this.hits++
    return slot === undefined ? undefined : this.values[slot]
  }

  /** For how many seconds no command has used the key; undefined if it is not there. */
  idleTime(key: string): number | undefined {
    const slot = this.liveSlot(key)
    return slot === undefined ? undefined : this.now - this.usedAt[slot]!
  }

  has(key: string): boolean {
    return this.liveSlot(key) !== undefined
  }

  /** Sets a value and takes away the deadline that the key had. */
  set(key: string, value: Value): void {
    const slot = this.slots.get(key)
    if (slot === undefined) {
      this.insert(key, value)
      return
    }
    this.overwrite(key, slot, value)
    if (this.deadlines.size !== 0) this.dropDeadline(slot)
  }

  /** Sets a value and keeps the deadline, if the key has one. */
  replace(key: string, value: Value): void {
    const slot = this.liveSlot(key)
    if (slot === undefined) this.insert(key, value)
    else this.overwrite(key, slot, value)
  }

  /** True if there was such a key. */
  delete(key: string): boolean {
    const slot = this.liveSlot(key)
    if (slot === undefined) return false
    this.remove(key, slot)
    return true
  }

  /** Undefined: no such key; null: the key has no deadline. */
  deadline(key: string): Deadline | null | undefined {
    const slot = this.liveSlot(key)
    return slot === undefined ? undefined : (this.deadlines.get(slot) ?? null)
  }

  /** Gives an existing key a deadline, or with null takes it away. */
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

  /**
   * From now on each change of the key is told to `watcher`.
   * @returns false if that was so already
   */
  watch(key: string, watcher: Watcher): boolean {
    this.liveSlot(key) // if its time is over it has gone before, not because of what follows
    this.watchers ??= new Map()
    const known = this.watchers.get(key)
    if (known?.has(watcher)) return false
    if (known === undefined) this.watchers.set(key, new Set([watcher]))
    else known.add(watcher)
    return true
  }

  unwatch(key: string, watcher: Watcher): void {
    const known = this.watchers?.get(key)
    known?.delete(watcher)
    if (known?.size === 0) this.watchers!.delete(key)
    if (this.watchers?.size === 0) this.watchers = undefined
  }

  /** SWAPDB: who watches keys of this database will watch those of `other`, and the reverse. */
  swapWatchers(other: Database): void {
    for (const key of [...(this.watchers?.keys() ?? []), ...(other.watchers?.keys() ?? [])]) {
      if (!this.has(key) && !other.has(key)) continue
      this.touch(key)
      other.touch(key)
    }
    const { watchers } = this
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

  /** Every live key, in no order that means anything. */
  *liveKeys(): Generator<string> {
    for (const [key, slot] of this.slots) {
      if (!this.isExpired(slot, Date.now())) yield key
    }
  }

  /**
   * Live keys from slot `cursor` on, about `count` of them, and the cursor to go on from; 0 when
   * all slots were seen. A key that is there from the first call to the last is given exactly once.
   */
  scan(cursor: number, count: number): { keys: string[]; next: number } {
    const found: string[] = []
    const now = Date.now()
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

  /** Any live key; undefined if there is none. */
  randomKey(): string | undefined {
    const now = Date.now()
    const start = Math.floor(Math.random() * this.keys.length)
    // Nearly always the first few slots; a database that was emptied may have long gaps.
    for (let step = 0; step < this.keys.length; step++) {
      const slot = (start + step) % this.keys.length
      const key = this.keys[slot]
      if (key !== undefined && !this.isExpired(slot, now)) return key
    }
    return undefined
  }

  /**
   * Looks at up to `limit` keys with a deadline and removes those that are past it; goes on next
   * time where it stopped. Returns how many it removed. Without it, keys that no client asks for
   * again would stay for ever.
   */
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
    if (this.watchers === undefined) return
    for (const watcher of this.watchers.get(key) ?? []) watcher.isChanged = true
  }

  private count(bytes: number): void {
    this.bytes += bytes
    this.stored.bytes += bytes
  }

  private liveSlot(key: string): number | undefined {
    const slot = this.slots.get(key)
    // The clock is asked only if there is a deadline to compare it with.
    if (slot === undefined || this.deadlines.size === 0) return slot
    if (!this.deadlines.has(slot) || !this.isExpired(slot, Date.now())) return slot
    this.expire(key, slot)
    return undefined
  }

  private isExpired(slot: number, now: number): boolean {
    const deadline = this.deadlines.get(slot)
    return deadline !== undefined && deadline < now
  }

  private insert(key: string, value: Value): void {
    const slot = this.free.at(-1) ?? this.keys.length
    this.slots.set(key, slot) // throws beyond 16.7 million keys: V8's Map ends there
    this.free.pop()
    this.keys[slot] = key
    this.values[slot] = value
    this.usedAt[slot] = this.now
    if (this.stored.counting) this.count(entrySize(key, value))
    if (this.watchers !== undefined) this.touch(key)
  }

  private overwrite(key: string, slot: number, value: Value): void {
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

import { entrySize, StoredBytes, valueSize } from './memory.ts'
import type { Value } from './value.ts'

/** When a key expires: milliseconds since 1970. A bigint only beyond what a double holds exactly. */
export type Deadline = number | bigint

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
    return slot === undefined ? undefined : this.values[slot]
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
    this.overwrite(slot, value)
    if (this.deadlines.size !== 0) this.deadlines.delete(slot)
  }

  /** Sets a value and keeps the deadline, where the key has one. */
  replace(key: string, value: Value): void {
    const slot = this.liveSlot(key)
    if (slot === undefined) this.insert(key, value)
    else this.overwrite(slot, value)
  }

  /** True where there was such a key. */
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
    if (deadline === null) this.deadlines.delete(slot)
    else this.deadlines.set(slot, deadline)
  }

  clear(): void {
    this.count(-this.bytes)
    this.slots = new Map()
    this.keys = []
    this.values = []
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
      if (this.isExpired(slot, now)) this.remove(key, slot)
      else found.push(key)
    }
    return { keys: found, next: slot < this.keys.length ? slot : 0 }
  }

  /** Any live key; undefined where there is none. */
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
   * time where it stopped. Returns how many it removed. Without it, keys that nobody asks for
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
      this.remove(this.keys[slot]!, slot)
      removed++
    }
    return removed
  }

  /** Adds what it stores to the count, which has just begun. */
  measure(): void {
    this.bytes = 0
    for (const [slot, key] of this.keys.entries()) {
      if (key !== undefined) this.count(entrySize(key, this.values[slot]!))
    }
  }

  private count(bytes: number): void {
    this.bytes += bytes
    this.stored.bytes += bytes
  }

  private liveSlot(key: string): number | undefined {
    const slot = this.slots.get(key)
    // The clock is asked only where there is a deadline to compare it with.
    if (slot === undefined || this.deadlines.size === 0) return slot
    if (!this.deadlines.has(slot) || !this.isExpired(slot, Date.now())) return slot
    this.remove(key, slot)
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
    if (this.stored.counting) this.count(entrySize(key, value))
  }

  private overwrite(slot: number, value: Value): void {
    if (this.stored.counting) this.count(valueSize(value) - valueSize(this.values[slot]!))
    this.values[slot] = value
  }

  private remove(key: string, slot: number): void {
    if (this.slots.size === 1) {
      this.clear() // the last one: start again without the gaps
      return
    }
    if (this.stored.counting) this.count(-entrySize(key, this.values[slot]!))
    this.slots.delete(key)
    this.keys[slot] = undefined
    this.values[slot] = undefined
    this.deadlines.delete(slot)
    this.free.push(slot)
  }
}

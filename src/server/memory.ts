/**
 * How much memory the keys and values take, and when no more are let in (`maxmemory`, with Redis'
 * policy `noeviction`).
 *
 * What counts is what the server took when it started, and an estimate of each key and value. V8's
 * own figures would not do: garbage is in them until it is collected, so that they rise although nothing
 * is stored, and stay although all was deleted. They are never too small, though, so they tell cheaply
 * that all is well: only while they are above half of the limit is each change counted. Below that,
 * a command pays one comparison.
 *
 * The buffers of connections are not in it: they have limits of their own.
 */
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { blockBytes } from './blocks.ts'
import type { Database } from './database.ts'
import { roomOf, type Value } from './value.ts'

/** Above this share of V8's heap, nothing more is let in: the process would end. */
const HEAP_SHARE = 0.8

export class Memory {
  /** Bytes; 0: no limit. */
  limit = 0
  private readonly stored: StoredBytes
  private readonly databases: readonly Database[]
  /** The same, for comparing. */
  private most = Number.POSITIVE_INFINITY
  /** Bytes that the server took before the first key. */
  startup = 0
  /** The most that was ever used, in bytes, as far as it was counted. */
  peak = 0
  /** Bytes of commands that wait for EXEC. */
  queued = 0
  /** V8's heap, where keys and short values lie, is nearly as large as it can be. */
  private heapFull = false

  /** @param stored where the databases count */
  constructor(stored: StoredBytes, databases: readonly Database[]) {
    this.stored = stored
    this.databases = databases
  }

  /** Takes what V8 uses now as what the server takes without a key. */
  begin(limit: number): void {
    this.startup = usedByV8()
    this.setLimit(limit)
  }

  setLimit(limit: number): void {
    this.limit = limit
    this.most = limit === 0 ? Number.POSITIVE_INFINITY : limit
    this.look()
  }

  /** True if commands that store something are to be refused. */
  isFull(): boolean {
    return this.heapFull || (this.stored.counting && this.counted() > this.most)
  }

  /** Bytes that count towards the limit. Takes some 20 ms for a million keys. */
  used(): number {
    this.count()
    const used = this.counted()
    this.peak = Math.max(this.peak, used)
    return used
  }

  /** Called ten times a second: looks whether to count. */
  look(): void {
    const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics()
    this.heapFull = heap > heapLimit * HEAP_SHARE
    const used = usedByV8()
    if (this.limit !== 0 && used > this.limit / 2) this.count()
    // Not at the same place where it begins, or it would begin again and again.
    else if (this.limit === 0 || used < this.limit / 4) this.stored.counting = false
    if (this.stored.counting) this.peak = Math.max(this.peak, this.counted())
  }

  private counted(): number {
    return this.startup + this.stored.bytes + this.queued
  }

  private count(): void {
    if (this.stored.counting) return
    this.stored.bytes = 0
    this.stored.counting = true
    for (const database of this.databases) database.measure()
  }
}

/** Bytes of V8's heap, and of the buffers outside it, without those of replies; garbage is in both. */
function usedByV8(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external - blockBytes()
}

/** A quarter of the machine's memory, or of the container's if that has less; bytes. */
export function defaultMaxMemory(): number {
  // Without a container, `constrainedMemory` returns 0 or more than there is.
  const constrained = process.constrainedMemory()
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.floor(total / 4)
}

/** The bytes of all databases together; updated only while `counting`. */
export class StoredBytes {
  counting = false
  bytes = 0
}

/** A slot, and a key's place in V8's hash table, bytes. */
const ENTRY = 100
/** A Buffer's objects on V8's heap, where its bytes are too if they are few; what others take beside. Bytes. */
const BUFFER = 210
const MAX_ON_HEAP = 64
const OFF_HEAP = 190
/** A key's deadline: a number, and its place in another hash table of V8, bytes. */
export const DEADLINE = 60

/** About how many bytes a key and its value take: within half of what is resident. */
export function entrySize(key: string, value: Value): number {
  return ENTRY + stringSize(key) + valueSize(value)
}

export function valueSize(value: Value): number {
  if (typeof value === 'string') return stringSize(value)
  return BUFFER + roomOf(value) + (value.length > MAX_ON_HEAP ? OFF_HEAP : 0)
}

/** V8 puts 16 bytes before the characters, and fills up to a multiple of 8. */
function stringSize(text: string): number {
  return (text.length + 23) & ~7
}

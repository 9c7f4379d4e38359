/**
 * How much memory the keys and values take, and when no more are let in (`maxmemory`, with Redis'
 * policy `noeviction`).
 *
 * What counts is what the server took when it started, and an estimate of each key and value. V8's
 * own figures would not do: garbage is in them until it is collected, and they rise although
 * nothing is stored, and stay although all was deleted. They are never too small, though, so they show cheaply
 * that all is well: only while they are above half of the limit is each change counted. Below that,
 * a command pays one comparison.
 *
 * The buffers of connections are not in it: they have their own limits.
 */
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { blockBytes } from './blocks.ts'
import type { Stored } from './database.ts'

/** Above this share of V8's heap, nothing more is let in: the process would end. */
const HEAP_SHARE = 0.8

export class Memory {
  /** Bytes; 0: no limit. */
  limit = 0
  private readonly stored: Stored
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
  constructor(stored: Stored) {
    this.stored = stored
  }

  /** As INFO reports it. */
  get allocator(): string {
    return this.stored.allocator
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

  /** Bytes that count towards the limit. In stages 1 to 4 it takes some 20 ms for a million keys. */
  used(): number {
    this.stored.count()
    const used = this.counted()
    this.peak = Math.max(this.peak, used)
    return used
  }

  /** Called ten times a second: looks whether to count. */
  look(): void {
    const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics()
    this.heapFull = heap > heapLimit * HEAP_SHARE
    const used = usedByV8()
    if (this.limit !== 0 && used > this.limit / 2) this.stored.count()
    // Not at the same place where it begins, or it would begin again and again.
    else if (this.limit === 0 || used < this.limit / 4) this.stored.rest()
    if (this.stored.counting) this.peak = Math.max(this.peak, this.counted())
  }

  private counted(): number {
    return this.startup + this.stored.bytes + this.queued
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

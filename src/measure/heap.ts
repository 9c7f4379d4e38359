/**
 * The lab's side of the heap probe: what a Node program allocates on the JavaScript heap, and how
 * long it stands still for the garbage collector. Memory outside that heap, such as the bytes of a
 * `Buffer`, is not in it.
 */
import type { Counted } from './counted.ts'
import type { HeapTotals } from './heap-probe.ts'
import { type Probe, watchProbe } from './probe.ts'

export type { HeapTotals } from './heap-probe.ts'

/** What a request cost on the heap. */
export interface HeapPerRequest {
  /**
   * Bytes. V8 hands out memory in pieces and counts a piece as taken: up to 3 % too many were seen,
   * and up to 1 MB over the whole run.
   */
  allocatedBytes: Counted<number>
  /** Collections, and steps of them, that stopped the program, for a request: often far below 1. */
  pauses: number
  /** How long they stopped it, µs for a request. */
  pauseMicros: number
}

export type HeapWatch = Probe<HeapTotals>

/** Listens on a free port of 127.0.0.1 for the probe of one program. */
export function watchHeap(): Promise<HeapWatch> {
  return watchProbe(new URL('./heap-probe.ts', import.meta.url))
}

/**
 * What happened between two readings, for each request.
 * @param requests how many were served between them; more than 0
 */
export function heapPerRequest(
  before: HeapTotals,
  after: HeapTotals,
  requests: number,
): HeapPerRequest {
  const allocatedBytes =
    before.allocatedBytes === null || after.allocatedBytes === null
      ? { missing: `V8 of Node ${process.versions.node} does not count what it allocates` }
      : { value: (after.allocatedBytes - before.allocatedBytes) / requests }
  return {
    allocatedBytes,
    pauses: (after.pauses - before.pauses) / requests,
    pauseMicros: ((after.pauseMs - before.pauseMs) * 1000) / requests,
  }
}

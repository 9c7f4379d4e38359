/**
 * The lab's side of the heap probe: what a Node program allocates on the JavaScript heap, and how
 * long it pauses for the garbage collector. Memory outside that heap, such as the bytes of a
 * `Buffer`, is not in it. V8 hands out memory in pieces and counts a piece as taken: up to 3 % too
 * many bytes were seen, and up to 1 MB over the whole run.
 */
import type { HeapTotals } from './heap-probe.ts'
import { type Probe, watchProbe } from './probe.ts'

export type HeapWatch = Probe<HeapTotals>

/** Listens on a free port of 127.0.0.1 for the probe of one program. */
export function watchHeap(): Promise<HeapWatch> {
  return watchProbe(new URL('./heap-probe.ts', import.meta.url))
}

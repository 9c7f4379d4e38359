/**
 * Memory for replies that wait, in blocks cut from large segments. `malloc` keeps small pieces that
 * are freed; a segment is so large that it goes back to the system, once no block of it has been used
 * for a while.
 */

/** Bytes of a block. */
export const BLOCK = 64 * 1024
/** Bytes of a segment: more than glibc's largest threshold for `mmap`, 32 MiB. Untouched pages are free. */
const SEGMENT = 33 * 1024 * 1024

interface Segment {
  readonly free: Buffer[]
  used: number
  /** How often `freeUnused` has found it unused. */
  unused: number
}

const segments = new Map<ArrayBufferLike, Segment>()

/** A block that is not in use; its bytes may be anything. */
export function takeBlock(): Buffer {
  for (const segment of segments.values()) {
    if (segment.free.length > 0) return takeFrom(segment)
  }
  const memory = Buffer.allocUnsafeSlow(SEGMENT)
  const free: Buffer[] = []
  for (let at = SEGMENT - BLOCK; at >= 0; at -= BLOCK) free.push(memory.subarray(at, at + BLOCK))
  const segment = { free, used: 0, unused: 0 }
  segments.set(memory.buffer, segment)
  return takeFrom(segment)
}

function takeFrom(segment: Segment): Buffer {
  segment.used++
  segment.unused = 0
  return segment.free.pop()!
}

/**
 * Gives a block back, of which `bytes` are a part.
 * @returns false if they are of no block
 */
export function giveBackBlock(bytes: Buffer): boolean {
  const segment = segments.get(bytes.buffer)
  if (segment === undefined) return false
  const start = bytes.byteOffset - (bytes.byteOffset % BLOCK)
  segment.free.push(Buffer.from(bytes.buffer, start, BLOCK))
  segment.used--
  return true
}

/** Gives segments back that have been unused for some calls: at once would cost page faults for ever. */
export function freeUnused(calls = CALLS): void {
  for (const [memory, segment] of segments) {
    if (segment.used > 0 || ++segment.unused < calls) continue
    segments.delete(memory)
    // Frees it now; the garbage collector might do so much later.
    ;(memory as ArrayBuffer).transfer(0)
  }
}

const CALLS = 5

/** Bytes of all segments. */
export function blockBytes(): number {
  return segments.size * SEGMENT
}

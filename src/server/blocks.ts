/**
 * Memory for replies that wait, in blocks cut from large segments. `malloc` keeps small pieces that
 * are freed; a segment is so large that it goes back to the system, as soon as no block of it is used.
 */

/** Bytes of a block. */
export const BLOCK = 64 * 1024
/** Bytes of a segment: more than glibc's largest threshold for `mmap`, 32 MiB. Untouched pages are free. */
const SEGMENT = 33 * 1024 * 1024

interface Segment {
  readonly free: Buffer[]
  used: number
}

const segments = new Map<ArrayBufferLike, Segment>()

/** A block that nobody uses; its bytes may be anything. */
export function takeBlock(): Buffer {
  for (const segment of segments.values()) {
    if (segment.free.length > 0) return takeFrom(segment)
  }
  const memory = Buffer.allocUnsafeSlow(SEGMENT)
  const free: Buffer[] = []
  for (let at = SEGMENT - BLOCK; at >= 0; at -= BLOCK) free.push(memory.subarray(at, at + BLOCK))
  const segment = { free, used: 0 }
  segments.set(memory.buffer, segment)
  return takeFrom(segment)
}

function takeFrom(segment: Segment): Buffer {
  segment.used++
  return segment.free.pop()!
}

/**
 * Gives a block back, of which `bytes` are a part. The memory may be gone at once.
 * @returns false if they are of no block
 */
export function giveBackBlock(bytes: Buffer): boolean {
  const { buffer } = bytes
  const segment = segments.get(buffer)
  if (segment === undefined) return false
  segment.used--
  if (segment.used > 0) {
    const start = bytes.byteOffset - (bytes.byteOffset % BLOCK)
    segment.free.push(Buffer.from(buffer, start, BLOCK))
    return true
  }
  segments.delete(buffer)
  // Frees it now; nobody knows when the garbage collector would.
  ;(buffer as ArrayBuffer).transfer(0)
  return true
}

/** Bytes of all segments. */
export function blockBytes(): number {
  return segments.size * SEGMENT
}

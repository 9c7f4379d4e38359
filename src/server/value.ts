/**
 * What the store keeps for a key: bytes, in one of two forms.
 *
 * A latin1 string holds one byte a character, so any bytes fit, and costs 24 bytes and its length.
 * A Buffer costs about 200 bytes and its length: a wrapper object, and a share of (or all of) an
 * ArrayBuffer. Which of the two a new value becomes is the stage's choice, made in its
 * `arguments.ts`. In both forms `.length` is the number of bytes.
 *
 * A stored Buffer is never written to again: a reply that waits in a socket's queue may still
 * point at it. Commands that change a value make a new one.
 */
export type Value = string | Buffer

/** The bytes of a value as latin1 text, one character a byte. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : value.toString('latin1')
}

/** The bytes of a value as a Buffer; a view of the stored bytes where it is one already. */
export function bytesOf(value: Value): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : value
}

/** The bytes from `start` up to but not including `end`. */
export function sliceOf(value: Value, start: number, end: number): Value {
  return typeof value === 'string' ? value.slice(start, end) : value.subarray(start, end)
}

/** `value` with `patch` written over it at `offset` bytes; a gap between the two is zeros. */
export function overwrite(value: Value, offset: number, patch: Value): Value {
  const length = Math.max(value.length, offset + patch.length)
  const result = Buffer.allocUnsafeSlow(length)
  write(value, result, 0)
  if (offset > value.length) result.fill(0, value.length, offset)
  write(patch, result, offset)
  return result
}

/** Below this many bytes two values are joined as strings: V8 makes a rope, and copies nothing. */
const ROPE_LIMIT = 1024

/** How far each ArrayBuffer with room to spare is filled; only `append` makes such buffers. */
const filled = new WeakMap<ArrayBufferLike, number>()

/**
 * `value` with `tail` after it. Room is left for the next append, as Redis' own strings do, so that
 * a value built up byte by byte costs a copy each time it doubles, not each time it grows. Bytes
 * that an older view can see are not touched.
 */
export function append(value: Value, tail: Value): Value {
  const length = value.length + tail.length
  if (length <= ROPE_LIMIT) return textOf(value) + textOf(tail)
  if (typeof value !== 'string' && filled.get(value.buffer) === value.byteOffset + value.length) {
    if (value.byteOffset + length <= value.buffer.byteLength) {
      const longer = Buffer.from(value.buffer, value.byteOffset, length)
      write(tail, longer, value.length)
      filled.set(value.buffer, value.byteOffset + length)
      return longer
    }
  }
  const roomy = Buffer.allocUnsafeSlow(length * 2)
  write(value, roomy, 0)
  write(tail, roomy, value.length)
  filled.set(roomy.buffer, length)
  return roomy.subarray(0, length)
}

function write(value: Value, target: Buffer, offset: number): void {
  if (typeof value === 'string') target.write(value, offset, 'latin1')
  else value.copy(target, offset)
}

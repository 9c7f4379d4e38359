/**
 * What a Map of V8's keeps for a key: bytes, in one of two forms.
 *
 * A latin1 string holds one byte a character, so any bytes fit, and costs 24 bytes and its length.
 * A Buffer costs about 200 bytes and its length: a wrapper object, and a share of (or all of) an
 * ArrayBuffer. Which of the two a new value becomes is the stage's choice, made in its
 * `arguments.ts`. In both forms `.length` is the number of bytes.
 *
 * Only one key has a value: COPY makes a copy. A stored Buffer may be written to, by `overwrite` and
 * `append`, unless a reply that waits in a socket's queue still points at it: see `lend`.
 */
export type StoredValue = string | Buffer

/** Bytes that a command can look at: a Buffer, or a place in memory that is used again later. */
export interface Bytes {
  readonly length: number
  readUInt8(at: number): number
  toString(encoding: 'latin1'): string
  /** A view of the same bytes. */
  subarray(start: number, end: number): Buffer
  copy(target: Buffer, offset: number): number
}

/** A value as the commands see it: the stage's own. In each form `.length` is the number of bytes. */
export type Value = string | Bytes

/** The bytes of a value as latin1 text, one character a byte. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : value.toString('latin1')
}

/** The bytes of a value as a Buffer, to be read: the stored bytes themselves unless it is a string. */
export function bytesOf(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'latin1')
  // No view of a stored Buffer: for that V8 moves up to 64 bytes from its heap to an ArrayBuffer.
  return Buffer.isBuffer(value) ? value : value.subarray(0, value.length)
}

/** One byte of a value. */
export function byteAt(value: Value, at: number): number {
  return typeof value === 'string' ? value.charCodeAt(at) : value.readUInt8(at)
}

/** The bytes from `start` up to but not including `end`. */
export function sliceOf(value: Value, start: number, end: number): StoredValue {
  return typeof value === 'string' ? value.slice(start, end) : value.subarray(start, end)
}

/** The same bytes for another key. What is no Buffer is copied when it is stored. */
export function copyOf(value: StoredValue): StoredValue
export function copyOf(value: Value): Value
export function copyOf(value: Value): Value {
  if (!Buffer.isBuffer(value)) return value
  const copy = Buffer.allocUnsafeSlow(value.length)
  // Not with `copy`: for that V8 moves up to 64 bytes from its heap to an ArrayBuffer, for 200 more.
  copy.set(value)
  return copy
}

/**
 * The bytes in memory that nothing else is in: to keep a slice of Buffer's pool, however small, is to
 * keep all 64 KiB of it. Buffers above half a pool are not cut from it, and returned as they are.
 */
export function ownBytes(bytes: Buffer): StoredValue {
  return bytes.length === bytes.buffer.byteLength ? bytes : copyOf(bytes)
}

/** `value` with `tail` after it. */
export function append(value: StoredValue, tail: Value): StoredValue {
  return overwrite(value, value.length, tail)
}

/**
 * `value` with `patch` written over it at `offset` bytes; a gap between the two is zeros. A large
 * value is not copied: it is written to where it lies, and has room left to grow, as Redis' own
 * strings do. The caller stores the result in place of `value`.
 */
export function overwrite(value: StoredValue, offset: number, patch: Value): StoredValue {
  const length = Math.max(value.length, offset + patch.length)
  if (length <= MAX_JOINED) return joined(value, offset, patch, length)
  const target = hasRoom(value, offset, length) ? value : withRoom(value, length)
  if (offset > value.length) {
    Buffer.from(target.buffer, target.byteOffset + value.length, offset - value.length).fill(0)
  }
  const result = target.length === length ? target : Buffer.from(target.buffer, 0, length)
  write(patch, result, offset)
  return result
}

/** Values of at most this many bytes are joined into a new string. */
const MAX_JOINED = 1024
const scratch = Buffer.alloc(MAX_JOINED)

/** Not with `+`, which copies nothing but costs 32 bytes each time, for as long as the value lives. */
function joined(value: StoredValue, offset: number, patch: Value, length: number): string {
  if (offset > value.length) scratch.fill(0, value.length, offset)
  write(value, scratch, 0)
  write(patch, scratch, offset)
  return scratch.latin1Slice(0, length)
}

/** Buffers that `withRoom` made; of others, what follows the value may belong to something else. */
const roomy = new WeakSet<ArrayBufferLike>()

function hasRoom(value: StoredValue, offset: number, length: number): value is Buffer {
  if (typeof value === 'string') return false
  if (offset < value.length && (isGathering || lent.has(value.buffer))) return false
  return length === value.length || (roomy.has(value.buffer) && length <= value.buffer.byteLength)
}

/**
 * A copy, with room if it has grown: so a value that is built up byte by byte costs a copy each time
 * it has grown by half.
 */
function withRoom(value: StoredValue, length: number): Buffer {
  const grows = value.length > 0 && length > value.length
  const copy = Buffer.allocUnsafeSlow(grows ? Math.ceil(length * 1.5) : length)
  if (grows) roomy.add(copy.buffer)
  write(value, copy, 0)
  return copy
}

/** How many bytes a Buffer takes: with the room that `overwrite` has left. */
export function roomOf(value: Buffer): number {
  // To ask a small Buffer for its ArrayBuffer makes one: V8 has its bytes on the heap until then.
  if (value.length <= MAX_JOINED) return value.length
  return roomy.has(value.buffer) ? value.buffer.byteLength : value.length
}

let isGathering = false

/** Runs commands whose replies are sent together: until all have run, a reply may point at any value. */
export function gatherReplies(run: () => void): void {
  isGathering = true
  try {
    run()
  } finally {
    isGathering = false
  }
}

/** How many replies that wait point at each of these. */
const lent = new Map<ArrayBufferLike, number>()

/** A reply that waits points at `bytes`: nothing may write to them until `takeBack` is called. */
export function lend({ buffer }: Buffer): void {
  lent.set(buffer, (lent.get(buffer) ?? 0) + 1)
}

export function takeBack({ buffer }: Buffer): void {
  const left = (lent.get(buffer) ?? 0) - 1
  if (left > 0) lent.set(buffer, left)
  else lent.delete(buffer)
}

function write(value: Value, target: Buffer, offset: number): void {
  if (typeof value === 'string') target.write(value, offset, 'latin1')
  else value.copy(target, offset)
}

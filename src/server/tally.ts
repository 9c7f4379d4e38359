import type { Value } from './value.ts'

/** The bytes of all databases together; kept up to date only while `counting`. */
export class Tally {
  counting = false
  bytes = 0
}

/** A slot, and a key's place in V8's hash table, bytes. */
const ENTRY = 64
/** What V8 puts before the characters of a string, bytes. */
const STRING = 16
/** A Buffer's wrapper object and its share of an ArrayBuffer, bytes. */
const BUFFER = 130
/** A Buffer of at least this many bytes has an ArrayBuffer of its own, which may be larger. */
const UNPOOLED = 64 * 1024

/** About how many bytes a key and its value take. */
export function entrySize(key: string, value: Value): number {
  return ENTRY + STRING + key.length + valueSize(value)
}

export function valueSize(value: Value): number {
  if (typeof value === 'string') return STRING + value.length
  return BUFFER + (value.length < UNPOOLED ? value.length : value.buffer.byteLength)
}

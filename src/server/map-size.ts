/** How many bytes keys and values take in V8's heap, about. */
import type { Stored } from './database.ts'
import { roomOf, type StoredValue } from './value.ts'

/** The bytes of all databases together; updated only while `counting`. */
export class StoredBytes implements Stored {
  readonly allocator = 'v8'
  counting = false
  bytes = 0
  private readonly databases: readonly { measure(): void }[]

  constructor(databases: readonly { measure(): void }[]) {
    this.databases = databases
  }

  count(): void {
    if (this.counting) return
    this.bytes = 0
    this.counting = true
    for (const database of this.databases) database.measure()
  }

  rest(): void {
    this.counting = false
  }
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
export function entrySize(key: string, value: StoredValue): number {
  return ENTRY + stringSize(key) + valueSize(value)
}

export function valueSize(value: StoredValue): number {
  if (typeof value === 'string') return stringSize(value)
  return BUFFER + roomOf(value) + (value.length > MAX_ON_HEAP ? OFF_HEAP : 0)
}

/** V8 puts 16 bytes before the characters, and fills up to a multiple of 8. */
function stringSize(text: string): number {
  return (text.length + 23) & ~7
}

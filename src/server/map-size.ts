/** How many bytes keys and values take in V8's heap, about. */
import type { Stored } from './database.ts'
import { roomOf, type StoredValue } from './value.ts'

/** The bytes of all databases together; updated only while `counting`. */
export class StoredBytes implements Stored {
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
/** A Buffer's wrapper object, and its share of an ArrayBuffer with what else was put into that, bytes. */
const BUFFER = 210
/** A key's deadline: a number, and its place in another hash table of V8, bytes. */
export const DEADLINE = 60

/** About how many bytes a key and its value take: within half of what is resident. */
export function entrySize(key: string, value: StoredValue): number {
  return ENTRY + stringSize(key) + valueSize(value)
}

export function valueSize(value: StoredValue): number {
  return typeof value === 'string' ? stringSize(value) : BUFFER + roomOf(value)
}

/** V8 puts 16 bytes before the characters, and fills up to a multiple of 8. */
function stringSize(text: string): number {
  return (text.length + 23) & ~7
}

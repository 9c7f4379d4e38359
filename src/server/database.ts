import type { Value } from './value.ts'

/**
 * A key as the commands see it: they take it from their arguments and pass it to a database. It is
 * the stage's own: a latin1 string, or the place of its bytes in the receive buffer.
 */
export type Key = Value

/** When a key expires: milliseconds since 1970. A bigint only beyond what a double holds exactly. */
export type Deadline = number | bigint

/** Learns when a key that it watches has changed. */
export interface Watcher {
  isChanged: boolean
}

/**
 * One database: keys to values, some with a deadline. A key past its deadline is gone for every
 * reader, and is removed when one looks at it or when `removeExpired` comes by.
 *
 * A value that it returns is valid until the next call that changes something.
 */
export interface Database {
  /** A clock in seconds, which the keyspace moves on. */
  now: number
  /** How often a key was asked for and was there, or was not: for INFO. */
  hits: number
  misses: number
  /** How many keys were removed because their time was over. */
  expired: number
  /** How many keys there are; expired ones count until they are removed. */
  readonly size: number
  readonly sizeWithDeadline: number

  get(key: Key): Value | undefined
  /** `get` for a command that only reads, which INFO counts as a hit or a miss. */
  read(key: Key): Value | undefined
  /** `read` for a command that asks about the key only: it does not count as used then. */
  peek(key: Key): Value | undefined
  /** For how many seconds no command has used the key; undefined if it is not there. */
  idleTime(key: Key): number | undefined
  has(key: Key): boolean
  /** Sets a value and takes away the deadline that the key had. */
  set(key: Key, value: Value): void
  /** Sets a value and keeps the deadline, if the key has one. */
  replace(key: Key, value: Value): void
  /**
   * Writes `patch` over the value at `offset` bytes, and keeps the deadline. A value that ends before
   * `offset` is continued with zeros; a missing one is empty.
   * @returns the new length
   */
  overwrite(key: Key, offset: number, patch: Value): number
  /**
   * Adds to a value that is an integer of at most 15 digits, a missing one being 0.
   * @returns the sum; undefined if the value is anything else, and nothing was done
   */
  increment(key: Key, by: 1 | -1): number | undefined
  /** True if there was such a key. */
  delete(key: Key): boolean
  /** Undefined: no such key; null: the key has no deadline. */
  deadline(key: Key): Deadline | null | undefined
  /** Gives an existing key a deadline, or with null takes it away. */
  setDeadline(key: Key, deadline: Deadline | null): void

  /**
   * From now on `watcher` is notified of each change of the key with this text.
   * @returns false if that was so already
   */
  watch(text: string, watcher: Watcher): boolean
  unwatch(text: string, watcher: Watcher): void
  /** Removes the key if its time is over, and notifies its watchers. */
  removeIfExpired(text: string): void
  /** SWAPDB: who watches keys of this database will watch those of `other`, and the reverse. */
  swapWatchers(other: Database): void

  clear(): void
  /** Every live key, in no order that means anything. */
  liveKeys(): Iterable<string>
  /**
   * Live keys from `cursor` on, about `count` of them, and the cursor to go on from; 0 when all were
   * seen. A key that is there from the first call to the last is given at least once.
   */
  scan(cursor: number, count: number): { keys: string[]; next: number }
  /** Any live key; undefined if there is none. */
  randomKey(): string | undefined
  /**
   * Looks at up to about `limit` keys with a deadline and removes those that are past it; goes on next
   * time where it stopped. Returns how many it removed. Without it, keys that no client asks for
   * again would stay for ever.
   */
  removeExpired(now: number, limit: number): number
}

/** The databases of a server, and what their keys and values take together. */
export interface Store {
  readonly databases: Database[]
  readonly stored: Stored
}

/** Makes the databases of a server, this many; the stage says which kind. */
export type MakeStore = (count: number) => Store

/** How many bytes keys and values take. */
export interface Stored {
  readonly bytes: number
  /** Whether `bytes` is up to date. */
  readonly counting: boolean
  /** Who hands out the memory that they lie in, as INFO reports it. */
  readonly allocator: string
  /** Counts from now on. */
  count(): void
  /** It need not count for now. */
  rest(): void
}

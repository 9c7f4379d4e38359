import type { Key } from './database.ts'
import { textOf, type Value } from './value.ts'

/**
 * The arguments of one command, as a command sees them. Each stage brings its own: owned buffers,
 * views into the receive buffer, or offsets into it. Valid until the command returns.
 */
export interface Arguments {
  /** How many there are, with the command's name: `GET k` has 2. */
  readonly count: number
  /** A word of the vocabulary (a command's name, an option) in upper case. */
  word(index: number): string
  /** The bytes as latin1 text, one character a byte: a number, a pattern. */
  text(index: number): string
  /** The bytes as a key. Two next to each other can be in use at the same time, as RENAME needs it. */
  key(index: number): Key
  /** The bytes as a value that a database may store for good. */
  value(index: number): Value
  /** The same, to be run after this command has returned. */
  saved(): SavedArguments
}

/** Arguments with bytes of their own, for EXEC: those of a stage are gone when the command returns. */
export interface SavedArguments extends Arguments {
  /** How much memory they take, bytes. */
  readonly size: number
}

/** What an object and an array take that hold an argument, in bytes. */
const OVERHEAD = 150

/** The arguments as values that a Map may keep. */
export class SavedValues implements SavedArguments {
  readonly size: number
  private readonly values: Value[] = []

  constructor(args: Arguments) {
    let size = OVERHEAD
    for (let at = 0; at < args.count; at++) {
      const value = args.value(at)
      this.values.push(value)
      size += OVERHEAD + value.length
    }
    this.size = size
  }

  get count(): number {
    return this.values.length
  }

  word(index: number): string {
    return this.text(index).toUpperCase()
  }

  text(index: number): string {
    return textOf(this.values[index]!)
  }

  key(index: number): Key {
    return this.text(index)
  }

  value(index: number): Value {
    return this.values[index]!
  }

  saved(): SavedArguments {
    return this
  }
}

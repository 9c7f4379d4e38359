import type { Value } from './value.ts'

/**
 * The arguments of one command, as a command sees them. Each stage brings its own: owned buffers,
 * views into the receive buffer, or offsets into it. Valid until the command returns.
 */
export interface Arguments {
  /** How many there are, with the command's name: `GET k` has 2. */
  readonly count: number
  /** A word of the vocabulary (a command's name, an option) in upper case. */
  word(index: number): string
  /** The bytes as latin1 text, one character a byte: a key, a number. */
  text(index: number): string
  /** The bytes as a value that the store may keep for good. */
  value(index: number): Value
}

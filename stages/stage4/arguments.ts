import type { Arguments as ArgumentsInterface } from '../../src/server/arguments.ts'
import { ingredient } from '../../src/server/ingredients.ts'
import type { Value } from '../../src/server/value.ts'

const WORDS_KNOWN = ingredient('known-words', "makes a string of every command's name")
const SHORT_STRINGS = ingredient('short-strings', 'keeps every value in a Buffer')

/**
 * The arguments of one command, as offsets into the receive buffer. There is one of these for a
 * connection, filled anew for each command, and it makes an object only for what it is asked for:
 * a short string, most of the time.
 */
export class Arguments implements ArgumentsInterface {
  count = 0
  private bytes: Buffer = NONE
  /** What the offsets are relative to: where the command begins. */
  private base = 0
  /** Start and end of each argument. */
  private offsets = new Int32Array(2 * 16)

  /** Forgets them, and lets go of the memory that they lie in. */
  clear(): void {
    this.count = 0
    this.bytes = NONE
    if (this.offsets.length > KEEP) this.offsets = new Int32Array(2 * 16)
  }

  add(start: number, end: number): void {
    const at = this.count * 2
    if (at === this.offsets.length) this.grow()
    this.offsets[at] = start
    this.offsets[at + 1] = end
    this.count++
  }

  /** The command is complete: its offsets count from `base` in `bytes`. */
  locate(bytes: Buffer, base: number): void {
    this.bytes = bytes
    this.base = base
  }

  /** Command names and options are few: each is made into a string once, and then looked up. */
  word(index: number): string {
    if (!WORDS_KNOWN) return this.text(index).toUpperCase()
    const start = this.start(index)
    const end = this.end(index)
    let hash = end - start
    // Clearing this bit makes a lower case letter upper case; that it mixes others up is harmless.
    for (let at = start; at < end; at++) hash = (hash * 31 + (this.bytes[at]! & 0xdf)) | 0
    const slot = hash & (WORDS - 1)
    const known = words[slot]!
    if (this.spells(known, start, end)) return known
    const word = this.text(index).toUpperCase()
    if (word.length <= MAX_WORD) words[slot] = word
    return word
  }

  text(index: number): string {
    return this.bytes.latin1Slice(this.start(index), this.end(index))
  }

  /**
   * What the store keeps. V8 allocates a short string by moving a pointer: 24 bytes for 3. A Buffer
   * of 3 bytes costs about 200, or a call of malloc, so only what is long becomes one.
   */
  value(index: number): Value {
    const start = this.start(index)
    const end = this.end(index)
    if (SHORT_STRINGS && end - start <= MAX_STRING) return this.bytes.latin1Slice(start, end)
    const copy = Buffer.allocUnsafeSlow(end - start)
    this.bytes.copy(copy, 0, start, end)
    return copy
  }

  private start(index: number): number {
    return this.base + this.offsets[index * 2]!
  }

  private end(index: number): number {
    return this.base + this.offsets[index * 2 + 1]!
  }

  /** True where the bytes are `word`, in letters of either case. */
  private spells(word: string, start: number, end: number): boolean {
    if (word.length !== end - start) return false
    for (let at = 0; at < word.length; at++) {
      const byte = this.bytes[start + at]!
      const upper = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte
      if (upper !== word.charCodeAt(at)) return false
    }
    return true
  }

  private grow(): void {
    const larger = new Int32Array(this.offsets.length * 2)
    larger.set(this.offsets)
    this.offsets = larger
  }
}

const NONE = Buffer.alloc(0)
/** A value of at most this many bytes is kept as a string. */
const MAX_STRING = 256
/** Offsets that a connection keeps for its next command. */
const KEEP = 2 * 1024

/** Words that were seen lately, by hash; a power of two. */
const WORDS = 512
/** Longer ones are not remembered, in bytes: no command or option is. */
const MAX_WORD = 16
const words: string[] = new Array(WORDS).fill('')

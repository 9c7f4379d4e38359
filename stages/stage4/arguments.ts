import {
  type Arguments as ArgumentsInterface,
  type SavedArguments,
  SavedValues,
} from '../../src/server/arguments.ts'
import { optimization } from '../../src/server/optimizations.ts'
import type { StoredValue } from '../../src/server/value.ts'
import { recentString, recentUpper } from './recent-strings.ts'

const RECENT = optimization('recent-strings', 'makes a new string of every name and key')
const SHORT_STRINGS = optimization('short-strings', 'keeps every value in a Buffer')

/**
 * The arguments of one command, as offsets into the receive buffer. There is one of these for a
 * connection, filled again for each command, and it makes an object only for what it is asked for:
 * a short string, most of the time.
 */
export class Arguments implements ArgumentsInterface {
  count = 0
  private bytes: Buffer = NONE
  private view: DataView = NO_VIEW
  /** What the offsets are relative to: where the command begins. */
  private base = 0
  /** Start and end of each argument. */
  offsets = new Int32Array(2 * 16)

  /** Forgets them, and lets go of the memory that they lie in. */
  clear(): void {
    this.count = 0
    this.bytes = NONE
    this.view = NO_VIEW
    if (this.offsets.length > KEEP) this.offsets = new Int32Array(2 * 16)
  }

  /** They were put into `offsets`, and count from the beginning of `bytes`. */
  hold(count: number, bytes: Buffer, view: DataView): void {
    this.count = count
    this.base = 0
    if (this.bytes === bytes) return
    this.bytes = bytes
    this.view = view
  }

  add(start: number, end: number): void {
    const at = this.count * 2
    if (at === this.offsets.length) this.grow()
    this.offsets[at] = start
    this.offsets[at + 1] = end
    this.count++
  }

  /** The command is complete: its offsets count from `base` in `bytes`. */
  locate(bytes: Buffer, view: DataView, base: number): void {
    this.bytes = bytes
    this.view = view
    this.base = base
  }

  /** Command names and options are few: each is made into a string once, and then looked up. */
  word(index: number): string {
    const start = this.start(index)
    const end = this.end(index)
    if (!RECENT) return this.bytes.latin1Slice(start, end).toUpperCase()
    return recentUpper(this.bytes, this.view, start, end)
  }

  text(index: number): string {
    const start = this.start(index)
    const end = this.end(index)
    if (!RECENT) return this.bytes.latin1Slice(start, end)
    return recentString(this.bytes, this.view, start, end)
  }

  key(index: number): string {
    return this.text(index)
  }

  /**
   * What the store keeps. V8 allocates a short string by moving a pointer: 24 bytes for 3. A Buffer
   * of 3 bytes costs about 200, or a call of malloc, so only what is long becomes one.
   */
  value(index: number): StoredValue {
    const start = this.start(index)
    const end = this.end(index)
    if (SHORT_STRINGS && end - start <= MAX_STRING) return this.bytes.latin1Slice(start, end)
    const copy = Buffer.allocUnsafeSlow(end - start)
    this.bytes.copy(copy, 0, start, end)
    return copy
  }

  saved(): SavedArguments {
    return new SavedValues(this)
  }

  private start(index: number): number {
    return this.base + this.offsets[index * 2]!
  }

  private end(index: number): number {
    return this.base + this.offsets[index * 2 + 1]!
  }

  private grow(): void {
    const larger = new Int32Array(this.offsets.length * 2)
    larger.set(this.offsets)
    this.offsets = larger
  }
}

const NONE = Buffer.alloc(0)
const NO_VIEW = new DataView(NONE.buffer)
/** A value of at most this many bytes is stored as a string. */
const MAX_STRING = 256
/** Offsets that a connection keeps for its next command. */
const KEEP = 2 * 1024

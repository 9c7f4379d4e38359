import type { Arguments as ArgumentsInterface, SavedArguments } from '../../src/server/arguments.ts'
import { optimization } from '../../src/server/optimizations.ts'
import { ByteRange } from '../../src/server/own-memory/byte-range.ts'
import { recentUpper } from './recent-strings.ts'

const RECENT = optimization('recent-strings', 'makes a new string of every name')

/**
 * The arguments of one command, as offsets into the receive buffer. There is one of these for a
 * connection, filled again for each command. A key or a value is not even made into a string: the
 * store compares and copies it where it lies.
 */
export class Arguments implements ArgumentsInterface, SavedArguments {
  count = 0
  /** If these are saved ones, how much memory they take, in bytes. */
  size = 0
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
    return this.bytes.latin1Slice(this.start(index), this.end(index))
  }

  key(index: number): ByteRange {
    return this.range(index, (index & 1) === 0 ? evenKey : oddKey)
  }

  value(index: number): ByteRange {
    return this.range(index, value)
  }

  private start(index: number): number {
    return (this.base + this.offsets[index * 2]!) | 0
  }

  private end(index: number): number {
    return (this.base + this.offsets[index * 2 + 1]!) | 0
  }

  private grow(): void {
    const larger = new Int32Array(this.offsets.length * 2)
    larger.set(this.offsets)
    this.offsets = larger
  }

  private range(index: number, range: ByteRange): ByteRange {
    return range.fill(this.bytes, this.view, this.start(index), this.end(index))
  }

  saved(): SavedArguments {
    const { count } = this
    const saved = new Arguments()
    saved.offsets = new Int32Array(2 * count)
    const start = this.start(0)
    const end = this.end(count - 1)
    // Not from Buffer's pool, of which a small piece would keep all of it alive.
    const bytes = Buffer.allocUnsafeSlow(end - start)
    this.bytes.copy(bytes, 0, start, end)
    for (let at = 0; at < count; at++) saved.add(this.start(at) - start, this.end(at) - start)
    saved.locate(bytes, new DataView(bytes.buffer), 0)
    saved.size = OVERHEAD + 8 * count + bytes.length
    return saved
  }
}

const NONE = Buffer.alloc(0)
const NO_VIEW = new DataView(NONE.buffer)
/** Offsets that a connection keeps for its next command. */
const KEEP = 2 * 1024
/** What objects and arrays take that hold saved arguments, in bytes. */
const OVERHEAD = 600

/** For all connections: what a command is given is valid until it returns. */
const evenKey = new ByteRange()
const oddKey = new ByteRange()
const value = new ByteRange()

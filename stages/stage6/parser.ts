import { splitInline } from '../../src/server/inline.ts'
import { MAX_BULK, MAX_LINE, MAX_MULTIBULK_COUNT } from '../../src/server/limits.ts'
import { parseInt64 } from '../../src/server/numbers.ts'
import { optimization } from '../../src/server/optimizations.ts'
import {
  checkCommandSize,
  expectedBulk,
  invalidBulkLength,
  invalidMultibulkLength,
  ProtocolError,
} from '../../src/server/protocol-error.ts'
import { Arguments } from './arguments.ts'
import { type Reader, viewOf } from './reader.ts'

const CR = 0x0d
const LF = 0x0a
const ASTERISK = 0x2a
const DOLLAR = 0x24
const ZERO = 0x30

const INDEX = optimization('index', 'makes a string of every header to read its number')
const OFFSETS = optimization('offsets', 'makes a new list of offsets for every command')

/** `*?` CR LF, `$?` CR LF and `$??` CR as the four bytes are in a register, and what is not `?`. */
const ASTERISK_CR_LF = (LF << 24) | (CR << 16) | ASTERISK
const DOLLAR_CR_LF = (LF << 24) | (CR << 16) | DOLLAR
const ONE_DIGIT = 0xffff00ff | 0
const DOLLAR_CR = (CR << 24) | DOLLAR
const TWO_DIGITS = 0xff0000ff | 0

/** What `parseLength` returns if there is no length; real ones are -1 or more. */
const UNFINISHED = -2
const INVALID = -3

/**
 * RESP, read where it lies. The parser walks the receive buffer by index, byte by byte through the
 * headers and with one step over each payload; of a command that arrives whole it makes no line and
 * no string, and copies nothing.
 *
 * It remembers how far it came, relative to where the command begins, because the reader may move
 * an unfinished command to a larger buffer.
 */
export class Parser {
  private readonly reader: Reader
  /** How many bytes of the current command were parsed. */
  private parsed = 0
  /** Arguments of the current multibulk that are still to come; 0: its header is. */
  private missing = 0
  /** Length of the bulk that comes next, in bytes; -1: its header is still to come. */
  private bulkLength = -1
  /** The arguments so far, relative to where the command begins; used again for every command. */
  private args = new Arguments()
  /** How many bytes of an unfinished line were searched for its end. */
  private searched = 0

  constructor(reader: Reader) {
    this.reader = reader
  }

  /**
   * The next command; undefined until the rest of it has arrived. Its arguments are offsets into the
   * receive buffer, and valid until the next command is parsed.
   * @throws ProtocolError if the client sent something else
   */
  parseCommand(): Arguments | undefined {
    if (INDEX && OFFSETS && this.parsed === 0 && this.parseWhole()) return this.args
    return this.parsePiecewise()
  }

  /** Takes a command that has arrived whole, as most do; false if it has not, and nothing was done. */
  private parseWhole(): boolean {
    const { reader, args } = this
    const { view, position } = reader
    const next = locateWhole(view, position, reader.end, args.offsets)
    if (next === -1) return false
    args.hold(view.getUint8(position + 1) - ZERO, reader.bytes, view)
    // Part of its first header may have been here, and searched, before the rest was.
    this.searched = 0
    reader.position = next
    return true
  }

  /** The same for a command that comes in pieces, or is unusual, or wrong. */
  private parsePiecewise(): Arguments | undefined {
    const { reader } = this
    while (reader.position < reader.end) {
      if (this.parsed === 0) {
        if (OFFSETS) this.args.clear()
        else this.args = new Arguments()
      }
      if (reader.bytes[reader.position] !== ASTERISK) {
        if (!this.parseInline()) return undefined
      } else {
        if (!this.parseMultibulk()) return undefined
        this.args.locate(reader.bytes, reader.view, reader.position)
        this.advance(this.parsed)
      }
      // An empty line, `*0` and `*-1` are nothing at all, and get no reply.
      if (this.args.count > 0) return this.args
    }
    if (this.parsed === 0) this.args.clear()
    return undefined
  }

  /** True when all arguments are there. */
  private parseMultibulk(): boolean {
    if (this.missing === 0) {
      const count = this.parseLength('too big mbulk count string')
      if (count === UNFINISHED) return false
      if (count === INVALID || count > MAX_MULTIBULK_COUNT) throw invalidMultibulkLength()
      this.missing = Math.max(0, count)
    }
    while (this.missing > 0) {
      if (!this.parseBulk()) return this.waitForMore()
      this.missing--
    }
    return true
  }

  /** Only a command that is not there whole is asked for its size, so it costs the others nothing. */
  private waitForMore(): false {
    checkCommandSize(this.parsed + this.bulkLength)
    return false
  }

  private parseBulk(): boolean {
    if (this.bulkLength === -1) {
      const length = this.parseLength('too big bulk count string')
      if (length === UNFINISHED) return false
      if (length < 0 || length > MAX_BULK) throw invalidBulkLength()
      this.bulkLength = length
    }
    // The two bytes after the payload are CR LF; Redis does not look, so neither do we.
    const next = this.parsed + this.bulkLength + 2
    if (this.reader.position + next > this.reader.end) return false
    this.args.add(this.parsed, next - 2)
    this.parsed = next
    this.bulkLength = -1
    return true
  }

  /** The number in `*3` CR LF or `$5` CR LF. The byte after the CR is skipped, whatever it is. */
  private parseLength(tooBig: string): number {
    const { bytes, position, end } = this.reader
    const start = position + this.parsed + 1
    let at = start
    let value = 0
    while (at < end) {
      const digit = bytes[at]! - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      at++
    }
    const digits = at - start
    const plain = INDEX && (digits === 1 || (digits > 1 && digits < 11 && bytes[start] !== ZERO))
    if (!plain || bytes[at] !== CR || at + 1 >= end || bytes[start - 1] === 0) {
      return this.parseOddLength(tooBig)
    }
    if (this.missing > 0) this.expectDollar(bytes[start - 1]!)
    this.parsed = at + 2 - position
    this.searched = 0
    return value
  }

  /** The same for a line that is not finished, or holds no plain number. */
  private parseOddLength(tooBig: string): number {
    const { bytes, position, end } = this.reader
    const start = position + this.parsed
    const stop = this.findEnd(start, CR, 1)
    if (stop === -1) {
      const found = start + this.searched < end && bytes[start + this.searched] === CR
      if (!found && end - start > MAX_LINE) throw new ProtocolError(tooBig)
      return UNFINISHED
    }
    if (this.missing > 0) this.expectDollar(bytes[start]!)
    const value = parseInt64(bytes.toString('latin1', start + 1, stop - 2))
    if (value === undefined) return INVALID
    this.parsed = stop - position
    return Math.max(-1, Number(value))
  }

  private expectDollar(byte: number): void {
    if (byte !== DOLLAR) throw expectedBulk(byte)
  }

  /** True when the line is there. Its words, without their quotes, get a buffer of their own. */
  private parseInline(): boolean {
    const { bytes, position, end } = this.reader
    const stop = this.findEnd(position, LF, 0)
    if (stop === -1) {
      // Only a line that has not ended is too big: Redis looks for the end first.
      if (end - position > MAX_LINE) throw new ProtocolError('too big inline request')
      return false
    }
    const line = bytes.toString('latin1', position, stop - 1)
    this.advance(stop - position)
    const words = splitInline(line)
    let at = 0
    for (const word of words) {
      this.args.add(at, at + word.length)
      at += word.length
    }
    const text = Buffer.from(words.join(''), 'latin1')
    this.args.locate(text, viewOf(text), 0)
    return true
  }

  /**
   * Where the line that begins at `start` ends: after `delimiter` and `extra` bytes more; -1 if
   * that has not arrived. A NUL hides what follows it, as for C's `strchr`.
   */
  private findEnd(start: number, delimiter: number, extra: number): number {
    const { bytes, end } = this.reader
    let at = start + this.searched
    while (at < end && bytes[at] !== delimiter && bytes[at] !== 0) at++
    if (at + extra >= end || bytes[at] === 0) {
      // Go on from here next time: a long line that trickles in is not searched again and again.
      this.searched = at - start
      return -1
    }
    this.searched = 0
    return at + 1 + extra
  }

  /** The command is `length` bytes long, and done with. */
  private advance(length: number): void {
    this.reader.position += length
    this.parsed = 0
    this.searched = 0
  }
}

/** Whether it is from 0 to 9; a negative number, taken without its sign, is far above. */
function isDigit(number: number): boolean {
  return number >>> 0 <= 9
}

/**
 * Finds the arguments of a command that lies whole between `position` and `end` and whose numbers have
 * one digit or two. A header then is one load of four bytes, while `parseLength` needs a load and some
 * comparisons for each. (`| 0` tells V8 that a sum fits into 32 bits, or it would check each of them.)
 * @returns where the command ends; -1 if it is anything else
 */
export function locateWhole(
  view: DataView,
  position: number,
  end: number,
  offsets: Int32Array,
): number {
  const lastHeader = (end - 4) | 0
  let at = position | 0
  if (at > lastHeader) return -1
  let header = view.getInt32(at, true)
  const count = ((header >> 8) & 0xff) - ZERO
  if ((header & ONE_DIGIT) !== ASTERISK_CR_LF || count === 0 || !isDigit(count)) return -1
  at = (at + 4) | 0
  const slots = (2 * count) | 0
  for (let slot = 0; slot < slots; slot = (slot + 2) | 0) {
    if (at > lastHeader) return -1
    header = view.getInt32(at, true)
    let length = (((header >> 8) & 0xff) - ZERO) | 0
    if ((header & ONE_DIGIT) === DOLLAR_CR_LF) {
      if (!isDigit(length)) return -1
      at = (at + 4) | 0
    } else {
      const digit = (((header >> 16) & 0xff) - ZERO) | 0
      if ((header & TWO_DIGITS) !== DOLLAR_CR) return -1
      if (length === 0 || !isDigit(length) || !isDigit(digit)) return -1
      length = (length * 10 + digit) | 0
      at = (at + 5) | 0
    }
    offsets[slot] = at
    at = (at + length) | 0
    offsets[slot + 1] = at
    at = (at + 2) | 0
  }
  return at > end ? -1 : at
}

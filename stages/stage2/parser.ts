import { splitInline } from '../../src/server/inline.ts'
import { MAX_BULK, MAX_LINE, MAX_MULTIBULK_COUNT } from '../../src/server/limits.ts'
import { parseLength } from '../../src/server/numbers.ts'
import {
  checkCommandSize,
  expectedBulk,
  invalidBulkLength,
  invalidMultibulkLength,
  ProtocolError,
} from '../../src/server/protocol-error.ts'
import { Arguments } from './arguments.ts'
import type { Reader } from './reader.ts'

const CR = 0x0d
const LF = 0x0a
const ASTERISK = 0x2a
const DOLLAR = 0x24

/**
 * RESP, line by line: `*2` CR LF, `$3` CR LF, `GET` CR LF, `$1` CR LF, `k` CR LF. The parser never
 * waits: if the reader has no more, it gives up for now, and remembers how far it came.
 */
export class Parser {
  private readonly reader: Reader
  /** What the current request is; its first byte decides. */
  private request: 'unknown' | 'inline' | 'multibulk' = 'unknown'
  /** Arguments of the current multibulk that are still to come; 0: its header is. */
  private missing = 0
  /** Length of the bulk that comes next, in bytes; -1: its header is still to come. */
  private bulkLength = -1
  private args: Buffer[] = []
  /** How long the arguments of the current multibulk are together, in bytes, as far as is known. */
  private size = 0

  constructor(reader: Reader) {
    this.reader = reader
  }

  /**
   * The next command; undefined until the rest of it has arrived.
   * @throws ProtocolError if the client sent something else
   */
  parseCommand(): Arguments | undefined {
    for (;;) {
      if (this.request === 'unknown') {
        const first = this.reader.peek()
        if (first === -1) return undefined
        this.request = first === ASTERISK ? 'multibulk' : 'inline'
      }
      const args = this.request === 'multibulk' ? this.parseMultibulk() : this.parseInline()
      if (args === undefined) return undefined
      this.request = 'unknown'
      // An empty line, `*0` and `*-1` are nothing at all, and get no reply.
      if (args.length > 0) return new Arguments(args)
    }
  }

  private parseMultibulk(): Buffer[] | undefined {
    if (this.missing === 0) {
      const count = this.parseHeader('too big mbulk count string')
      if (count === undefined) return undefined
      if (Number.isNaN(count) || count > MAX_MULTIBULK_COUNT) throw invalidMultibulkLength()
      if (count <= 0) return []
      this.missing = count
      this.size = 0
    }
    while (this.missing > 0) {
      const bulk = this.parseBulk()
      if (bulk === undefined) return undefined
      this.args.push(bulk)
      this.missing--
    }
    const { args } = this
    this.args = []
    return args
  }

  private parseBulk(): Buffer | undefined {
    if (this.bulkLength === -1) {
      const length = this.parseHeader('too big bulk count string')
      if (length === undefined) return undefined
      if (!(length >= 0 && length <= MAX_BULK)) throw invalidBulkLength()
      this.bulkLength = length
      this.size += length
      checkCommandSize(this.size)
    }
    // The two bytes after the payload are CR LF; Redis does not look, so neither do we.
    const payload = this.reader.take(this.bulkLength + 2)
    if (payload === undefined) return undefined
    const bulk = Buffer.from(payload.subarray(0, this.bulkLength))
    this.bulkLength = -1
    return bulk
  }

  /**
   * The number in a line like `*3` CR LF or `$5` CR LF; NaN if it is none. The line ends with
   * the CR and the byte after it, whatever that is.
   */
  private parseHeader(tooBig: string): number | undefined {
    const line = this.reader.takeDelimiterInclusive(CR, 1)
    if (line === undefined) return this.waitForEnd(tooBig)
    if (this.missing > 0 && line[0] !== DOLLAR) throw expectedBulk(line[0]!)
    return parseLength(line.toString('latin1', 1, line.length - 2))
  }

  private parseInline(): Buffer[] | undefined {
    const line = this.reader.takeDelimiterInclusive(LF)
    if (line === undefined) return this.waitForEnd('too big inline request')
    const text = line.toString('latin1', 0, line.length - 1)
    return splitInline(text).map((word) => Buffer.from(word, 'latin1'))
  }

  /** Only a line that has not ended is too big: Redis looks for the end first. */
  private waitForEnd(tooBig: string): undefined {
    if (this.reader.waiting > MAX_LINE) throw new ProtocolError(tooBig)
  }
}

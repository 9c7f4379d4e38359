/** LCS: the longest common subsequence of two values. */
import type { Arguments } from '../arguments.ts'
import { MAX_BULK } from '../limits.ts'
import { parseInt64 } from '../numbers.ts'
import { array, error, integer, map, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { bytesOf } from '../value.ts'
import { type Handlers, notAnInteger, option, syntaxError } from './command.ts'

export const longestCommon: Handlers = { lcs }

function lcs(args: Arguments, replies: Replies, session: Session): void {
  const options = { length: false, indexes: false, withMatchLength: false, minimum: 0n }
  for (let at = 3; at < args.count; at++) {
    const word = option(args, at)
    if (word === 'IDX') {
      options.indexes = true
    } else if (word === 'LEN') {
      options.length = true
    } else if (word === 'WITHMATCHLEN') {
      options.withMatchLength = true
    } else if (word === 'MINMATCHLEN' && at + 1 < args.count) {
      const minimum = parseInt64(args.text(++at))
      if (minimum === undefined) return notAnInteger(replies)
      options.minimum = minimum
    } else {
      return syntaxError(replies)
    }
  }
  if (options.length && options.indexes) {
    const advice = 'If you want both the length and indexes, please just use IDX.'
    return error(replies, `ERR ${advice}`)
  }
  const a = bytesOf(session.database.read(args.key(1)) ?? '')
  const b = bytesOf(session.database.read(args.key(2)) ?? '')
  if ((a.length + 1) * (b.length + 1) * Uint32Array.BYTES_PER_ELEMENT > MAX_BULK) {
    const reason = 'transient memory for LCS exceeds proto-max-bulk-len'
    return error(replies, `ERR Insufficient memory, ${reason}`)
  }
  const lengths = table(a, b)
  if (options.length) return integer(replies, lengths.at(-1)!)
  const { common, ranges } = walk(a, b, lengths)
  if (!options.indexes) return replies.bulk(common)
  const shown = ranges.filter(({ length }) => length >= options.minimum)
  map(replies, 2)
  replies.bulk('matches')
  array(replies, shown.length)
  for (const range of shown) {
    array(replies, options.withMatchLength ? 3 : 2)
    for (const start of [range.inA, range.inB]) {
      array(replies, 2)
      integer(replies, start)
      integer(replies, start + range.length - 1)
    }
    if (options.withMatchLength) integer(replies, range.length)
  }
  replies.bulk('len')
  integer(replies, lengths.at(-1)!)
}

/**
 * The length of the answer for each pair of beginnings of `a` and `b`, in rows of `b.length + 1`:
 * four bytes for each pair, and as many steps. It blocks the other clients, as it does in Redis.
 */
function table(a: Buffer, b: Buffer): Uint32Array {
  const row = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * row)
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const at = i * row + j
      if (a[i - 1] === b[j - 1]) lengths[at] = lengths[at - row - 1]! + 1
      else lengths[at] = Math.max(lengths[at - row]!, lengths[at - 1]!)
    }
  }
  return lengths
}

/** Bytes that are the same in both, one after the other. */
interface Range {
  inA: number
  inB: number
  length: number
}

/** Goes back through the table; so the ranges come with the last one first. */
function walk(a: Buffer, b: Buffer, lengths: Uint32Array): { common: Buffer; ranges: Range[] } {
  const row = b.length + 1
  const common = Buffer.allocUnsafe(lengths.at(-1)!)
  const ranges: Range[] = []
  let left = common.length
  let range: Range | undefined
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    if (a[i - 1] !== b[j - 1]) {
      range = undefined
      if (lengths[(i - 1) * row + j]! > lengths[i * row + j - 1]!) i--
      else j--
      continue
    }
    common[--left] = a[--i]!
    j--
    if (range === undefined) {
      range = { inA: i, inB: j, length: 0 }
      ranges.push(range)
    }
    range.inA = i
    range.inB = j
    range.length++
  }
  return { common, ranges }
}

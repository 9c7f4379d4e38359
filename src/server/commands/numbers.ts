import type { Arguments } from '../arguments.ts'
import type { Key } from '../database.ts'
import { add, formatLongDouble, isFiniteNumber, parseLongDouble } from '../long-double.ts'
import { fitsInt64, parseInt64 } from '../numbers.ts'
import { error, integer, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { textOf, type Value } from '../value.ts'
import { type Handlers, notAnInteger } from './command.ts'

export const numbers: Handlers = {
  incr: (args, replies, session) => addSmall(args, replies, session, 1),
  decr: (args, replies, session) => addSmall(args, replies, session, -1),
  incrby,
  decrby,
  incrbyfloat,
}

/** INCR and DECR. Nearly all counters fit a double exactly and need no BigInt. */
function addSmall(args: Arguments, replies: Replies, session: Session, by: 1 | -1): void {
  const sum = session.database.increment(args.key(1), by)
  if (sum === undefined) addTo(args.key(1), BigInt(by), replies, session)
  else integer(replies, sum)
}

function incrby(args: Arguments, replies: Replies, session: Session): void {
  const by = parseInt64(args.text(2))
  if (by === undefined) return notAnInteger(replies)
  addTo(args.key(1), by, replies, session)
}

function decrby(args: Arguments, replies: Replies, session: Session): void {
  const by = parseInt64(args.text(2))
  if (by === undefined) return notAnInteger(replies)
  // Its opposite does not fit 64 bits.
  if (!fitsInt64(-by)) return error(replies, 'ERR decrement would overflow')
  addTo(args.key(1), -by, replies, session)
}

function addTo(key: Key, by: bigint, replies: Replies, session: Session): void {
  const before = parseInt64(numberText(session.database.get(key)))
  if (before === undefined) return notAnInteger(replies)
  const after = before + by
  if (!fitsInt64(after)) return error(replies, 'ERR increment or decrement would overflow')
  session.database.replace(key, String(after))
  integer(replies, after)
}

/** A missing key counts as 0; a value too long to be a number is not turned into text. */
function numberText(value: Value | undefined): string {
  if (value === undefined) return '0'
  return value.length > 20 ? '' : textOf(value)
}

/** Longer text is no number to Redis either (its MAX_LONG_DOUBLE_CHARS). */
const MAX_FLOAT_TEXT = 5 * 1024 - 1

function incrbyfloat(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  const value = session.database.get(key) ?? '0'
  const before = value.length > MAX_FLOAT_TEXT ? undefined : parseLongDouble(textOf(value))
  const by = parseLongDouble(args.text(2).slice(0, MAX_FLOAT_TEXT + 1))
  if (before === undefined || by === undefined) {
    return error(replies, 'ERR value is not a valid float')
  }
  const after = add(before, by)
  if (!isFiniteNumber(after)) return error(replies, 'ERR increment would produce NaN or Infinity')
  const text = formatLongDouble(after)
  session.database.replace(key, text)
  replies.bulk(text)
}

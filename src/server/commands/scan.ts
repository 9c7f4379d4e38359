import type { Arguments } from '../arguments.ts'
import { matchesGlob } from '../glob.ts'
import { parseInt64 } from '../numbers.ts'
import { array, cString, error, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Handlers, notAnInteger, option, syntaxError } from './command.ts'

export const scanning: Handlers = { scan }

/** One step asks for no more than this; COUNT is a hint, and the loop would block the others. */
const MAX_COUNT = 1_000_000

function scan(args: Arguments, replies: Replies, session: Session): void {
  const cursor = parseCursor(cString(args.text(1)))
  if (cursor === undefined) return error(replies, 'ERR invalid cursor')
  let count = 10
  let pattern: string | undefined
  let type: string | undefined
  for (let at = 2; at < args.count; at += 2) {
    const word = option(args, at)
    if (at + 1 >= args.count) return syntaxError(replies)
    if (word === 'COUNT') {
      const number = parseInt64(args.text(at + 1))
      if (number === undefined) return notAnInteger(replies)
      if (number < 1n) return syntaxError(replies)
      count = Math.min(Number(number), MAX_COUNT)
    } else if (word === 'MATCH') {
      pattern = args.text(at + 1)
    } else if (word === 'TYPE') {
      type = option(args, at + 1)
    } else {
      return syntaxError(replies)
    }
  }
  const { keys, next } = session.database.scan(cursor, count)
  const wanted = keys.filter((key) => pattern === undefined || matchesGlob(pattern, key))
  const shown = type === undefined || type === 'STRING' ? wanted : []
  array(replies, 2)
  replies.bulk(String(next))
  array(replies, shown.length)
  for (const key of shown) replies.bulk(key)
}

/**
 * A cursor is what C's `strtoul` takes: 64 bits, a sign is allowed, nothing counts as 0. Ours are
 * small; any other one is past the end, and the scan is over.
 */
function parseCursor(text: string): number | undefined {
  if (text === '') return 0
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined
  const cursor = BigInt(text.replace('+', ''))
  const magnitude = cursor < 0n ? -cursor : cursor
  if (magnitude >= 2n ** 64n) return undefined
  return Number(BigInt.asUintN(64, cursor))
}

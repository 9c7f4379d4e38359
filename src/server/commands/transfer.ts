/** COPY, MOVE and SWAPDB: keys from one place, or one database, to another. */
import type { Arguments } from '../arguments.ts'
import type { Database, Key } from '../database.ts'
import { DATABASES } from '../limits.ts'
import { parseInt64 } from '../numbers.ts'
import { error, integer, ok, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { copyOf, textOf } from '../value.ts'
import { type Handlers, notAnInteger, option, syntaxError } from './command.ts'

export const transfer: Handlers = { copy, move, swapdb }

function sameObjects(replies: Replies): void {
  error(replies, 'ERR source and destination objects are the same')
}

function copy(args: Arguments, replies: Replies, session: Session): void {
  const [from, to] = [args.key(1), args.key(2)]
  let target = session.databaseIndex
  let replace = false
  for (let at = 3; at < args.count; at++) {
    const word = option(args, at)
    if (word === 'REPLACE') {
      replace = true
    } else if (word === 'DB' && at + 1 < args.count) {
      const index = databaseIndex(args.text(++at), replies)
      if (index === undefined) return
      target = index
    } else {
      return syntaxError(replies)
    }
  }
  if (target === session.databaseIndex && textOf(from) === textOf(to)) return sameObjects(replies)
  const destination = session.keyspace.databases[target]!
  if (session.database.read(from) === undefined) return integer(replies, 0)
  if (!replace && destination.has(to)) return integer(replies, 0)
  put(session.database, from, destination, to, 'copy')
  integer(replies, 1)
}

function move(args: Arguments, replies: Replies, session: Session): void {
  const index = databaseIndex(args.text(2), replies)
  if (index === undefined) return
  if (index === session.databaseIndex) return sameObjects(replies)
  const key = args.key(1)
  const destination = session.keyspace.databases[index]!
  if (destination.has(key) || !put(session.database, key, destination, key, 'move')) {
    return integer(replies, 0)
  }
  session.database.delete(key)
  integer(replies, 1)
}

/** Puts a value under another key too, with its deadline. False if there is no such value. */
function put(
  source: Database,
  from: Key,
  destination: Database,
  to: Key,
  how: 'copy' | 'move',
): boolean {
  const value = source.get(from)
  const deadline = source.deadline(from)
  if (value === undefined || deadline === undefined) return false
  destination.set(to, how === 'copy' ? copyOf(value) : value)
  destination.setDeadline(to, deadline)
  return true
}

function swapdb(args: Arguments, replies: Replies, session: Session): void {
  const [first, second] = [swapIndex(args.text(1)), swapIndex(args.text(2))]
  if (first === undefined) return error(replies, 'ERR invalid first DB index')
  if (second === undefined) return error(replies, 'ERR invalid second DB index')
  const { databases, sessions } = session.keyspace
  const [a, b] = [databases[first], databases[second]]
  if (a === undefined || b === undefined) return error(replies, 'ERR DB index is out of range')
  if (a !== b) a.swapWatchers(b)
  databases[first] = b
  databases[second] = a
  // Each connection stays with the number that it selected.
  for (const other of sessions.values()) other.database = databases[other.databaseIndex]!
  ok(replies)
}

/** SWAPDB has its own words for what is no 32-bit number. */
function swapIndex(text: string): number | undefined {
  const index = parseInt64(text)
  return index === undefined || BigInt.asIntN(32, index) !== index ? undefined : Number(index)
}

/**
 * The number of a database, as SELECT, COPY and MOVE take it. Undefined if there is no such
 * one; the error has been written then.
 */
export function databaseIndex(text: string, replies: Replies): number | undefined {
  const index = parseInt64(text)
  if (index === undefined) {
    notAnInteger(replies)
  } else if (BigInt.asIntN(32, index) !== index) {
    const [low, high] = [-(2 ** 31), 2 ** 31 - 1]
    error(replies, `ERR value is out of range, value must between ${low} and ${high}`)
  } else if (index < 0 || index >= DATABASES) {
    error(replies, 'ERR DB index is out of range')
  } else {
    return Number(index)
  }
  return undefined
}

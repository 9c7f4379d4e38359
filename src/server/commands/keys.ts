import type { Arguments } from '../arguments.ts'
import type { Key } from '../database.ts'
import { matchesGlob } from '../glob.ts'
import { array, error, integer, nil, ok, type Replies, simple } from '../replies.ts'
import type { Session } from '../session.ts'
import { textOf } from '../value.ts'
import { type Handlers, option, syntaxError } from './command.ts'

export const keys: Handlers = {
  del,
  // The memory is the garbage collector's to free either way.
  unlink: del,
  exists,
  touch,
  type,
  keys: keysCommand,
  randomkey,
  rename,
  renamenx,
  dbsize,
  flushdb,
  flushall,
}

function del(args: Arguments, replies: Replies, session: Session): void {
  let deleted = 0
  for (let at = 1; at < args.count; at++) if (session.database.delete(args.key(at))) deleted++
  integer(replies, deleted)
}

function exists(args: Arguments, replies: Replies, session: Session): void {
  let found = 0
  for (let at = 1; at < args.count; at++)
    if (session.database.peek(args.key(at)) !== undefined) found++
  integer(replies, found)
}

/** Like EXISTS, and the keys then count as used. */
function touch(args: Arguments, replies: Replies, { database }: Session): void {
  let found = 0
  for (let at = 1; at < args.count; at++) if (database.read(args.key(at)) !== undefined) found++
  integer(replies, found)
}

function type(args: Arguments, replies: Replies, session: Session): void {
  simple(replies, session.database.peek(args.key(1)) !== undefined ? 'string' : 'none')
}

function keysCommand(args: Arguments, replies: Replies, session: Session): void {
  const pattern = args.text(1)
  const found: string[] = []
  for (const key of session.database.liveKeys()) {
    if (matchesGlob(pattern, key)) found.push(key)
  }
  array(replies, found.length)
  for (const key of found) replies.bulk(key)
}

function randomkey(_args: Arguments, replies: Replies, session: Session): void {
  const key = session.database.randomKey()
  if (key === undefined) nil(replies)
  else replies.bulk(key)
}

function rename(args: Arguments, replies: Replies, session: Session): void {
  const [from, to] = [args.key(1), args.key(2)]
  if (!session.database.has(from)) return error(replies, 'ERR no such key')
  move(from, to, session)
  ok(replies)
}

function renamenx(args: Arguments, replies: Replies, session: Session): void {
  const [from, to] = [args.key(1), args.key(2)]
  if (!session.database.has(from)) return error(replies, 'ERR no such key')
  if (session.database.has(to)) return integer(replies, 0)
  move(from, to, session)
  integer(replies, 1)
}

/** Moves a value with its deadline; what was under the new name is gone. */
function move(from: Key, to: Key, { database }: Session): void {
  const value = database.get(from)
  const deadline = database.deadline(from)
  if (textOf(from) === textOf(to) || value === undefined || deadline === undefined) return
  database.set(to, value)
  database.setDeadline(to, deadline)
  database.delete(from)
}

function dbsize(_args: Arguments, replies: Replies, session: Session): void {
  integer(replies, session.database.size)
}

function flushdb(args: Arguments, replies: Replies, session: Session): void {
  if (!hasFlushMode(args)) return syntaxError(replies)
  session.database.clear()
  ok(replies)
}

function flushall(args: Arguments, replies: Replies, session: Session): void {
  if (!hasFlushMode(args)) return syntaxError(replies)
  for (const database of session.keyspace.databases) database.clear()
  ok(replies)
}

/** ASYNC and SYNC are taken and make no difference: nothing is freed by hand here. */
function hasFlushMode(args: Arguments): boolean {
  return args.count === 1 || (args.count === 2 && /^A?SYNC$/.test(option(args, 1)))
}

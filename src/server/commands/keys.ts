import type { Arguments } from '../arguments.ts'
import { matchesGlob } from '../glob.ts'
import { array, error, integer, nil, ok, type Replies, simple } from '../replies.ts'
import type { Session } from '../session.ts'
import { ALL_KEYS, type Command, command, option, syntaxError, TWO_KEYS } from './command.ts'

export const keys: Command[] = [
  command('del', -2, 'write', 'Deletes keys.', del, ALL_KEYS),
  command('unlink', -2, 'write fast', 'Deletes keys.', del, ALL_KEYS),
  command('exists', -2, 'readonly fast', 'Counts which of the keys are there.', exists, ALL_KEYS),
  command('touch', -2, 'readonly fast', 'Counts which of the keys are there.', exists, ALL_KEYS),
  command('type', 2, 'readonly fast', 'Gives the type of a value.', type),
  command('keys', 2, 'readonly', 'Lists the keys that match.', keysCommand, [0, 0, 0]),
  command('randomkey', 1, 'readonly', 'Gives any key.', randomkey, [0, 0, 0]),
  command('rename', 3, 'write', 'Renames a key.', rename, TWO_KEYS),
  command('renamenx', 3, 'write fast', 'Renames a key to a new name.', renamenx, TWO_KEYS),
  command('dbsize', 1, 'readonly fast', 'Counts the keys.', dbsize, [0, 0, 0]),
  command('flushdb', -1, 'write', 'Deletes all keys of the database.', flushdb, [0, 0, 0]),
  command('flushall', -1, 'write', 'Deletes all keys.', flushall, [0, 0, 0]),
]

/** DEL and UNLINK: the memory is the garbage collector's to free either way. */
function del(args: Arguments, replies: Replies, session: Session): void {
  let deleted = 0
  for (let at = 1; at < args.count; at++) if (session.database.delete(args.text(at))) deleted++
  integer(replies, deleted)
}

function exists(args: Arguments, replies: Replies, session: Session): void {
  let found = 0
  for (let at = 1; at < args.count; at++) if (session.database.has(args.text(at))) found++
  integer(replies, found)
}

function type(args: Arguments, replies: Replies, session: Session): void {
  simple(replies, session.database.has(args.text(1)) ? 'string' : 'none')
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
  if (!session.database.has(args.text(1))) return error(replies, 'ERR no such key')
  move(args.text(1), args.text(2), session)
  ok(replies)
}

function renamenx(args: Arguments, replies: Replies, session: Session): void {
  if (!session.database.has(args.text(1))) return error(replies, 'ERR no such key')
  if (session.database.has(args.text(2))) return integer(replies, 0)
  move(args.text(1), args.text(2), session)
  integer(replies, 1)
}

/** Moves a value with its deadline; what was under the new name is gone. */
function move(from: string, to: string, { database }: Session): void {
  const value = database.get(from)
  const deadline = database.deadline(from)
  if (from === to || value === undefined || deadline === undefined) return
  database.delete(from)
  database.set(to, value)
  database.setDeadline(to, deadline)
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

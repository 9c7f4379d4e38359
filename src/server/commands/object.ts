/** OBJECT: how a value is stored, as Redis would store it. */
import type { Arguments } from '../arguments.ts'
import { parseInt64, parseSmallInteger } from '../numbers.ts'
import { error, integer, nil, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { textOf, type Value } from '../value.ts'
import type { Handlers } from './command.ts'
import { help } from './help.ts'

export const object: Handlers = {
  'object|encoding': encoding,
  'object|refcount': refcount,
  'object|idletime': idleTime,
  'object|freq': freq,
  'object|help': help('object'),
}

/** Longer strings are no longer stored in one piece with their header. */
const MAX_EMBEDDED = 44

/**
 * The name that Redis has for the form in which SET stores such a value. The stages have forms of
 * their own. If another command made the value, Redis may have another name for it (a value that
 * APPEND has changed in place is `raw`, however short); that is not recorded here.
 */
function encodingOf(value: Value): 'int' | 'embstr' | 'raw' {
  if (value.length <= 20 && parseInt64(textOf(value)) !== undefined) return 'int'
  return value.length <= MAX_EMBEDDED ? 'embstr' : 'raw'
}

function encoding(args: Arguments, replies: Replies, session: Session): void {
  const value = session.database.peek(args.key(2))
  if (value === undefined) nil(replies)
  else replies.bulk(encodingOf(value))
}

/** Redis keeps one object for each of the integers below this, and never counts who uses it. */
const SHARED_INTEGERS = 10_000
const SHARED = 2 ** 31 - 1

function refcount(args: Arguments, replies: Replies, session: Session): void {
  const value = session.database.peek(args.key(2))
  if (value === undefined) return nil(replies)
  const number = value.length <= 4 ? parseSmallInteger(textOf(value)) : undefined
  const shared = number !== undefined && number >= 0 && number < SHARED_INTEGERS
  integer(replies, shared ? SHARED : 1)
}

function freq(args: Arguments, replies: Replies, session: Session): void {
  if (session.database.peek(args.key(2)) === undefined) return nil(replies)
  error(
    replies,
    'ERR An LFU maxmemory policy is not selected, access frequency not tracked. ' +
      'Please note that when switching between policies at runtime LRU and LFU data will take ' +
      'some time to adjust.',
  )
}

function idleTime(args: Arguments, replies: Replies, { database }: Session): void {
  const key = args.key(2)
  const idle = database.peek(key) === undefined ? undefined : database.idleTime(key)
  if (idle === undefined) nil(replies)
  else integer(replies, idle)
}

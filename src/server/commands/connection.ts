import type { Arguments } from '../arguments.ts'
import { parseInt64 } from '../numbers.ts'
import { array, cString, error, integer, map, ok, type Replies, simple } from '../replies.ts'
import type { Session } from '../session.ts'
import { discard } from '../transaction.ts'
import { invalidClientName, isClientName, setProtocol } from './client.ts'
import { type Handlers, option, syntaxError, wrongArity } from './command.ts'
import { REDIS_VERSION } from './info.ts'
import { databaseIndex } from './transfer.ts'

export const connection: Handlers = {
  ping,
  echo: (args, replies) => replies.bulk(args.value(1)),
  quit,
  select,
  hello,
  auth,
  reset,
}

function ping(args: Arguments, replies: Replies): void {
  if (args.count > 2) wrongArity(replies, 'ping')
  else if (args.count === 2) replies.bulk(args.value(1))
  else simple(replies, 'PONG')
}

function quit(_args: Arguments, replies: Replies, session: Session): void {
  ok(replies)
  session.after = 'close'
}

function select(args: Arguments, replies: Replies, session: Session): void {
  const index = databaseIndex(args.text(1), replies)
  if (index === undefined) return
  choose(index, session)
  ok(replies)
}

function choose(index: number, session: Session): void {
  session.database = session.keyspace.databases[index]!
  session.databaseIndex = index
}

/** The connection as it was when it began, but for its number. */
function reset(_args: Arguments, replies: Replies, session: Session): void {
  choose(0, session)
  session.name = ''
  session.replying = 'on'
  discard(session)
  setProtocol(2, replies, session)
  simple(replies, 'RESET')
}

/** There is one user, "default", and no password: as in a redis-server without a configuration. */
function auth(args: Arguments, replies: Replies): void {
  if (args.count > 3) return syntaxError(replies)
  if (args.count === 2) {
    return error(
      replies,
      'ERR AUTH <password> called without any password configured for the default user. ' +
        'Are you sure your configuration is correct?',
    )
  }
  if (args.text(1) !== 'default') return wrongPassword(replies)
  ok(replies)
}

function wrongPassword(replies: Replies): void {
  error(replies, 'WRONGPASS invalid username-password pair or user is disabled.')
}

function hello(args: Arguments, replies: Replies, session: Session): void {
  let protocol = replies.protocol
  if (args.count > 1) {
    const version = parseInt64(args.text(1))
    if (version === undefined) {
      return error(replies, 'ERR Protocol version is not an integer or out of range')
    }
    if (version !== 2n && version !== 3n) {
      return error(replies, 'NOPROTO unsupported protocol version')
    }
    protocol = version === 3n ? 3 : 2
  }
  // Each option counts as it is read, even if a later one is wrong, as in Redis.
  for (let at = 2; at < args.count; ) {
    const word = option(args, at)
    if (word === 'AUTH' && at + 2 < args.count) {
      if (args.text(at + 1) !== 'default') return wrongPassword(replies)
      at += 3
    } else if (word === 'SETNAME' && at + 1 < args.count) {
      const name = args.text(at + 1)
      if (!isClientName(name)) return invalidClientName(replies)
      session.name = name
      at += 2
    } else {
      return error(replies, `ERR Syntax error in HELLO option '${cString(args.text(at))}'`)
    }
  }
  setProtocol(protocol, replies, session)
  map(replies, 7)
  replies.bulk('server')
  replies.bulk('redis')
  replies.bulk('version')
  replies.bulk(REDIS_VERSION)
  replies.bulk('proto')
  integer(replies, protocol)
  replies.bulk('id')
  integer(replies, session.id)
  replies.bulk('mode')
  replies.bulk('standalone')
  replies.bulk('role')
  replies.bulk('master')
  replies.bulk('modules')
  array(replies, 0)
}

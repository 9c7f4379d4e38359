import type { Arguments } from '../arguments.ts'
import { DATABASES } from '../limits.ts'
import { parseInt64 } from '../numbers.ts'
import {
  array,
  bulkOrNil,
  cString,
  error,
  integer,
  map,
  ok,
  type Replies,
  simple,
} from '../replies.ts'
import type { Session } from '../session.ts'
import { textOf } from '../value.ts'
import { type Command, command, container, notAnInteger, wrongArity } from './command.ts'
import { clientInfo, REDIS_VERSION } from './facts.ts'

export const connection: Command[] = [
  command('ping', -1, 'fast', 'Answers PONG, or what it was given.', ping),
  command('echo', 2, 'fast', 'Answers what it was given.', (args, replies) =>
    replies.bulk(args.value(1)),
  ),
  command('quit', -1, 'fast', 'Closes the connection.', quit),
  command('select', 2, 'fast', 'Chooses a database.', select),
  command('hello', -1, 'fast', 'Chooses the version of the protocol.', hello),
  container('client', 'What the server knows of this connection.', [
    command('id', 2, '', 'Gives the number of the connection.', (_args, replies, session) =>
      integer(replies, session.id),
    ),
    command('setname', 3, '', 'Names the connection.', clientSetName),
    command('getname', 2, '', 'Gives its name.', (_args, replies, session) =>
      bulkOrNil(replies, session.name === '' ? undefined : session.name),
    ),
    command('setinfo', 4, '', 'Takes the name and version of a client library.', clientSetInfo),
    command('info', 2, '', 'Describes the connection.', (_args, replies, session) =>
      clientInfo(replies, session),
    ),
  ]),
  // A browser that was talked into sending us an HTTP request says one of these words first.
  command('post', -1, '', 'Closes the connection: this is not HTTP.', drop),
  command('host:', -1, '', 'Closes the connection: this is not HTTP.', drop),
]

function ping(args: Arguments, replies: Replies): void {
  if (args.count > 2) wrongArity(replies, 'ping')
  else if (args.count === 2) replies.bulk(args.value(1))
  else simple(replies, 'PONG')
}

function quit(_args: Arguments, replies: Replies, session: Session): void {
  ok(replies)
  session.after = 'close'
}

function drop(_args: Arguments, _replies: Replies, session: Session): void {
  session.after = 'drop'
}

function select(args: Arguments, replies: Replies, session: Session): void {
  const index = parseInt64(args.text(1))
  if (index === undefined) return notAnInteger(replies)
  if (BigInt.asIntN(32, index) !== index) {
    const [low, high] = [-(2 ** 31), 2 ** 31 - 1]
    return error(replies, `ERR value is out of range, value must between ${low} and ${high}`)
  }
  const database = session.keyspace.databases[Number(index)]
  if (index < 0 || index >= DATABASES || database === undefined) {
    return error(replies, 'ERR DB index is out of range')
  }
  session.database = database
  session.databaseIndex = Number(index)
  ok(replies)
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
  // Each option counts as it is read, even where a later one is wrong: so Redis does it.
  for (let at = 2; at < args.count; ) {
    const word = args.word(at)
    if (word === 'AUTH' && at + 2 < args.count) {
      // There is one user, "default", and no password: as a redis-server that nobody configured.
      if (args.text(at + 1) !== 'default') {
        return error(replies, 'WRONGPASS invalid username-password pair or user is disabled.')
      }
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
  replies.protocol = protocol
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

function clientSetName(args: Arguments, replies: Replies, session: Session): void {
  const name = args.text(2)
  if (!isClientName(name)) return invalidClientName(replies)
  session.name = name
  ok(replies)
}

/** Not in Redis 7.0 yet; the client libraries send it, and 7.2 answers so. */
function clientSetInfo(args: Arguments, replies: Replies, session: Session): void {
  const attribute = args.word(2)
  const text = textOf(args.value(3))
  if (attribute !== 'LIB-NAME' && attribute !== 'LIB-VER') {
    return error(replies, `ERR Unrecognized option '${args.text(2)}'`)
  }
  if (!isClientName(text)) {
    const what = attribute.toLowerCase()
    return error(replies, `ERR ${what} cannot contain spaces, newlines or special characters.`)
  }
  if (attribute === 'LIB-NAME') session.library.name = text
  else session.library.version = text
  ok(replies)
}

/** Printable ASCII without blanks, so that a line of CLIENT INFO can be taken apart again. */
function isClientName(name: string): boolean {
  return /^[!-~]*$/.test(name)
}

function invalidClientName(replies: Replies): void {
  error(replies, 'ERR Client names cannot contain spaces, newlines or special characters.')
}

/** CLIENT: what the server knows of its connections. */
import type { Arguments } from '../arguments.ts'
import { parseInt64 } from '../numbers.ts'
import { bulkOrNil, cString, error, integer, ok, type Replies, verbatim } from '../replies.ts'
import type { Session } from '../session.ts'
import { textOf } from '../value.ts'
import {
  type Command,
  command,
  container,
  notAnInteger,
  option,
  syntaxError,
  tooManyWords,
} from './command.ts'
import { help } from './help.ts'

export const client: Command[] = [
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
      verbatim(replies, describe(session)),
    ),
    command('list', -2, '', 'Describes all connections.', clientList),
    command('no-evict', 3, '', 'Keeps the connection where memory is short.', clientNoEvict),
    command('getredir', 2, '', 'Tells where invalidations go: nowhere.', (_args, replies) =>
      integer(replies, -1),
    ),
    command('unblock', -3, '', 'Wakes a connection that waits: none does.', clientUnblock),
    help('client'),
  ]),
]

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
export function isClientName(name: string): boolean {
  return /^[!-~]*$/.test(name)
}

export function invalidClientName(replies: Replies): void {
  error(replies, 'ERR Client names cannot contain spaces, newlines or special characters.')
}

const types: ReadonlySet<string> = new Set(['NORMAL', 'MASTER', 'REPLICA', 'SLAVE', 'PUBSUB'])

function clientList(args: Arguments, replies: Replies, session: Session): void {
  let listed = [...session.keyspace.sessions.values()]
  const filter = args.count === 2 ? '' : option(args, 2)
  if (filter === 'TYPE' && args.count === 4) {
    if (!types.has(option(args, 3))) {
      return error(replies, `ERR Unknown client type '${cString(args.text(3))}'`)
    }
    // There are no replicas, and nobody subscribes to anything.
    if (option(args, 3) !== 'NORMAL') listed = []
  } else if (filter === 'ID' && args.count > 3) {
    listed = []
    for (let at = 3; at < args.count; at++) {
      const id = parseInt64(args.text(at))
      if (id === undefined) return error(replies, 'ERR Invalid client ID')
      const found = session.keyspace.sessions.get(Number(id))
      if (found !== undefined) listed.push(found)
    }
  } else if (args.count > 2) {
    return syntaxError(replies)
  }
  verbatim(replies, listed.map(describe).join(''))
}

/** Nobody is ever evicted, so there is nothing to remember. */
function clientNoEvict(args: Arguments, replies: Replies): void {
  if (!/^(?:ON|OFF)$/.test(option(args, 2))) return syntaxError(replies)
  ok(replies)
}

function clientUnblock(args: Arguments, replies: Replies): void {
  if (args.count > 4) return tooManyWords(args, replies)
  if (args.count === 4 && !/^(?:TIMEOUT|ERROR)$/.test(option(args, 3))) {
    return error(replies, 'ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
  }
  if (parseInt64(args.text(2)) === undefined) return notAnInteger(replies)
  integer(replies, 0)
}

/** The connections that speak RESP3; all others speak RESP2. */
const inResp3 = new WeakSet<Session>()

/** Chooses the version of the protocol for all that follows, this reply included. */
export function setProtocol(protocol: 2 | 3, replies: Replies, session: Session): void {
  replies.protocol = protocol
  if (protocol === 3) inResp3.add(session)
  else inResp3.delete(session)
}

/** A line of CLIENT LIST, as far as its fields mean anything here. */
function describe(session: Session): string {
  const fields: Record<string, string | number> = {
    id: session.id,
    addr: session.address,
    laddr: session.localAddress,
    fd: -1,
    name: session.name,
    age: Math.floor((Date.now() - session.connectedAt) / 1000),
    idle: 0,
    flags: 'N',
    db: session.databaseIndex,
    sub: 0,
    psub: 0,
    ssub: 0,
    multi: -1,
    events: 'r',
    cmd: session.lastCommand,
    user: 'default',
    redir: -1,
    resp: inResp3.has(session) ? 3 : 2,
    'lib-name': session.library.name,
    'lib-ver': session.library.version,
  }
  const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
  return `${words.join(' ')}\n`
}

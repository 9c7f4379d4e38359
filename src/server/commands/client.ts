/** CLIENT: what the server knows of its connections. */
import type { Arguments } from '../arguments.ts'
import { parseInt64 } from '../numbers.ts'
import { endPause, pauseClients } from '../pause.ts'
import {
  array,
  bulkOrNil,
  cString,
  error,
  integer,
  map,
  ok,
  type Replies,
  set,
  verbatim,
} from '../replies.ts'
import { idleSeconds, type Session } from '../session.ts'
import { textOf } from '../value.ts'
import { type Handlers, notAnInteger, option, syntaxError, tooManyWords } from './command.ts'
import { help } from './help.ts'

export const client: Handlers = {
  'client|id': (_args, replies, session) => integer(replies, session.id),
  'client|setname': clientSetName,
  'client|getname': (_args, replies, session) =>
    bulkOrNil(replies, session.name === '' ? undefined : session.name),
  'client|setinfo': clientSetInfo,
  'client|info': (_args, replies, session) => verbatim(replies, describe(session)),
  'client|list': clientList,
  'client|no-evict': clientNoEvict,
  // Nothing is tracked, so nothing is redirected.
  'client|getredir': (_args, replies) => integer(replies, -1),
  'client|unblock': clientUnblock,
  'client|kill': clientKill,
  'client|reply': clientReply,
  'client|pause': clientPause,
  'client|unpause': (_args, replies, session) => {
    endPause(session.keyspace)
    ok(replies)
  },
  'client|tracking': clientTracking,
  'client|trackinginfo': trackingInfo,
  'client|caching': (_args, replies) =>
    error(
      replies,
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or ' +
        'OPTOUT mode enabled',
    ),
  'client|help': help('client'),
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
    if (!types.has(option(args, 3))) return unknownType(args.text(3), replies)
    // There are no replicas and no subscriptions.
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

function unknownType(text: string, replies: Replies): void {
  error(replies, `ERR Unknown client type '${cString(text)}'`)
}

/** No client is ever evicted, so there is nothing to store. */
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

/** CLIENT KILL address, or with filters, of which all must fit. */
function clientKill(args: Arguments, replies: Replies, session: Session): void {
  const sessions = [...session.keyspace.sessions.values()]
  if (args.count === 3) {
    const found = sessions.find(({ address }) => address === args.text(2))
    if (found === undefined) return error(replies, 'ERR No such client')
    ok(replies)
    return kill(found, session)
  }
  const filters: ((other: Session) => boolean)[] = []
  let skipMe = true
  for (let at = 2; at < args.count; at += 2) {
    const word = option(args, at)
    if (at + 1 >= args.count) return syntaxError(replies)
    const text = args.text(at + 1)
    if (word === 'ID') {
      const id = parseInt64(text)
      if (id === undefined || id < 1n) {
        return error(replies, 'ERR client-id should be greater than 0')
      }
      filters.push((other) => other.id === Number(id))
    } else if (word === 'TYPE') {
      if (!types.has(option(args, at + 1))) return unknownType(text, replies)
      filters.push(() => option(args, at + 1) === 'NORMAL')
    } else if (word === 'ADDR') {
      filters.push((other) => other.address === text)
    } else if (word === 'LADDR') {
      filters.push((other) => other.localAddress === text)
    } else if (word === 'USER') {
      if (text !== 'default') return error(replies, `ERR No such user '${cString(text)}'`)
    } else if (word === 'SKIPME' && /^(?:YES|NO)$/.test(option(args, at + 1))) {
      skipMe = option(args, at + 1) === 'YES'
    } else {
      return syntaxError(replies)
    }
  }
  const chosen = sessions.filter(
    (other) => !(skipMe && other === session) && filters.every((fits) => fits(other)),
  )
  integer(replies, chosen.length)
  for (const other of chosen) kill(other, session)
}

/** Closes a connection at once; the caller's own only when the reply has gone, the last one. */
function kill(other: Session, session: Session): void {
  if (other === session) {
    session.after = 'close'
    session.replying = 'off' // to what EXEC runs after this
    return
  }
  other.after = 'drop'
  other.hangUp()
  other.keyspace.close(other)
}

function clientReply(args: Arguments, replies: Replies, session: Session): void {
  const word = option(args, 2)
  if (word === 'ON') {
    session.replying = 'on'
    ok(replies)
  } else if (word === 'OFF') {
    session.replying = 'off'
  } else if (word === 'SKIP') {
    if (session.replying !== 'off') session.replying = 'skip next'
  } else {
    syntaxError(replies)
  }
}

function clientPause(args: Arguments, replies: Replies, session: Session): void {
  if (args.count > 4) return tooManyWords(args, replies)
  const mode = args.count === 4 ? option(args, 3) : 'ALL'
  if (mode !== 'WRITE' && mode !== 'ALL') {
    return error(replies, 'ERR CLIENT PAUSE mode must be WRITE or ALL')
  }
  const time = parseInt64(args.text(2))
  if (time === undefined) return error(replies, 'ERR timeout is not an integer or out of range')
  if (time < 0n) return error(replies, 'ERR timeout is negative')
  const end = time === 0n ? 0 : Date.now() + Number(time)
  pauseClients(session.keyspace, end, mode === 'WRITE')
  ok(replies)
}

/** Which keys a client has read is not remembered, so that tracking can be off only. */
function clientTracking(args: Arguments, replies: Replies): void {
  for (let at = 3; at < args.count; at++) {
    const word = option(args, at)
    if (word === 'REDIRECT' && at + 1 < args.count) {
      const id = parseInt64(args.text(++at))
      if (id === undefined) return notAnInteger(replies)
      return error(replies, 'ERR The client ID you want redirect to does not exist')
    }
    if (word === 'PREFIX' && at + 1 < args.count) at++
    else if (!/^(?:BCAST|OPTIN|OPTOUT|NOLOOP)$/.test(word)) return syntaxError(replies)
  }
  const word = option(args, 2)
  if (word === 'ON') return error(replies, 'ERR this server cannot track keys for client caches')
  if (word !== 'OFF') return syntaxError(replies)
  ok(replies)
}

function trackingInfo(_args: Arguments, replies: Replies): void {
  map(replies, 3)
  replies.bulk('flags')
  set(replies, 1)
  replies.bulk('off')
  replies.bulk('redirect')
  integer(replies, -1)
  replies.bulk('prefixes')
  array(replies, 0)
}

/** The connections that speak RESP3; all others speak RESP2. */
const inResp3 = new WeakSet<Session>()

/** Chooses the version of the protocol for all that follows, this reply included. */
export function setProtocol(protocol: 2 | 3, replies: Replies, session: Session): void {
  replies.protocol = protocol
  if (protocol === 3) inResp3.add(session)
  else inResp3.delete(session)
}

/** A line of CLIENT LIST: the fields of Redis whose values are known here. */
function describe(session: Session): string {
  const { transaction, watch } = session
  const queued = session.queued()
  const unread = session.unread()
  const waiting = session.postponed?.bytes ?? 0
  const queuedCommands = transaction?.bytes ?? 0
  const flags = [
    transaction === undefined ? '' : 'x',
    session.postponed === undefined ? '' : 'b',
    watch?.isChanged ? 'd' : '',
    session.after === 'go on' ? '' : 'c',
  ].join('')
  const fields: Record<string, string | number> = {
    id: session.id,
    addr: session.address,
    laddr: session.localAddress,
    fd: session.descriptor(),
    name: session.name,
    age: Math.floor((Date.now() - session.connectedAt) / 1000),
    idle: idleSeconds(session),
    flags: flags === '' ? 'N' : flags,
    db: session.databaseIndex,
    sub: 0,
    psub: 0,
    ssub: 0,
    multi: transaction?.commands.length ?? -1,
    qbuf: unread.used,
    'qbuf-free': unread.size - unread.used,
    'argv-mem': waiting,
    'multi-mem': queuedCommands,
    // No connection has memory of its own for replies that do not wait.
    rbs: 0,
    rbp: 0,
    obl: 0,
    oll: queued > 0 ? 1 : 0,
    omem: queued,
    'tot-mem': unread.size + waiting + queuedCommands + queued,
    // The reader is always on; the writer while something waits.
    events: queued > 0 ? 'rw' : 'r',
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

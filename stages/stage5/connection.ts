import type net from 'node:net'
import { acceptInto } from '../../src/server/accept.ts'
import { execute } from '../../src/server/execute.ts'
import type { Keyspace } from '../../src/server/keyspace.ts'
import { optimization } from '../../src/server/optimizations.ts'
import type { Output } from '../../src/server/output.ts'
import { isStuck } from '../../src/server/output-limit.ts'
import type { OwnDatabase } from '../../src/server/own-memory/own-database.ts'
import { answerProtocolError, openSession, tieSession } from '../../src/server/session.ts'
import { LookAhead } from './look-ahead.ts'
import { Parser } from './parser.ts'
import { Reader } from './reader.ts'
import { Replies } from './replies.ts'

const BATCH = optimization('one-write', 'sends every reply with a write of its own')

/** Serves one connection: bytes to the reader, commands from the parser, replies sent together. */
export function serve(
  server: net.Server,
  accepted: net.Socket,
  keyspace: Keyspace,
): Output | undefined {
  const session = openSession(keyspace, accepted)
  const reader = new Reader()
  const parser = new Parser(reader)
  const lookAhead = new LookAhead(reader)
  const socket = acceptInto(server, accepted, { buffer: reader.nextTarget, callback: onRead })
  if (socket === undefined) {
    keyspace.close(session)
    return undefined
  }
  const output = tieSession(session, socket)
  const replies = new Replies(output)
  session.unread = () => reader.unread
  return output

  function onRead(bytesRead: number): void {
    if (session.after !== 'go on') return
    reader.received(bytesRead)
    lookAhead.begin()
    try {
      executeAll()
    } catch (failure) {
      answerProtocolError(failure, replies, session)
    }
    endBatch()
  }

  /** Sends the replies to all that one read brought, together. */
  function endBatch(): void {
    if (session.after === 'drop') replies.discard()
    else replies.send()
    if (session.after !== 'go on') session.hangUp()
  }

  /** Runs every command that has arrived whole. */
  function executeAll(): void {
    for (;;) {
      const args = parser.parseCommand()
      if (args === undefined || (output.isBehind && isStuck(session))) return
      replies.begin()
      execute(args, replies, session)
      if (!BATCH) replies.send()
      if (session.after !== 'go on') return
      lookAhead.touch(session.database as OwnDatabase)
    }
  }
}

/** MULTI, EXEC, DISCARD, WATCH and UNWATCH. */
import type { Arguments } from '../arguments.ts'
import { call } from '../call.ts'
import { MutedReplies } from '../muted-replies.ts'
import { isStuck } from '../output-limit.ts'
import { array, error, nilArray, ok, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { begin, discard, hasChanged, type Transaction, unwatch, watch } from '../transaction.ts'
import { gatherReplies } from '../value.ts'
import type { Handlers } from './command.ts'

export const transactions: Handlers = {
  multi,
  exec,
  discard: discardCommand,
  watch: watchCommand,
  unwatch: (_args, replies, session) => {
    unwatch(session)
    ok(replies)
  },
}

function multi(_args: Arguments, replies: Replies, session: Session): void {
  if (session.transaction !== undefined) {
    return error(replies, 'ERR MULTI calls can not be nested')
  }
  begin(session)
  ok(replies)
}

function exec(_args: Arguments, replies: Replies, session: Session): void {
  const { transaction } = session
  if (transaction === undefined) return error(replies, 'ERR EXEC without MULTI')
  const isChanged = hasChanged(session)
  unwatch(session) // what the commands change is their own affair
  try {
    if (transaction.hasError) {
      error(replies, 'EXECABORT Transaction discarded because of previous errors.')
    } else if (isChanged) {
      nilArray(replies)
    } else {
      gatherReplies(() => runAll(transaction, replies, session))
    }
  } finally {
    discard(session)
  }
}

function runAll({ commands }: Transaction, replies: Replies, session: Session): void {
  array(replies, commands.length)
  const muted = new MutedReplies(replies, session)
  for (const { command, args } of commands) {
    call(command, args, muted, session)
    // All of it runs; but of what a client does not read, only so much is saved.
    if (session.after !== 'drop' && isStuck(session, muted.written)) session.replying = 'off'
  }
}

function discardCommand(_args: Arguments, replies: Replies, session: Session): void {
  if (session.transaction === undefined) return error(replies, 'ERR DISCARD without MULTI')
  discard(session)
  ok(replies)
}

function watchCommand(args: Arguments, replies: Replies, session: Session): void {
  if (session.transaction !== undefined) {
    return error(replies, 'ERR WATCH inside MULTI is not allowed')
  }
  for (let at = 1; at < args.count; at++) watch(args.text(at), session)
  ok(replies)
}

import type { Arguments } from './arguments.ts'
import { call } from './call.ts'
import { beginCommand } from './clock.ts'
import { type Command, wrongArityMessage } from './commands/command.ts'
import { commands } from './commands/table.ts'
import { isMuted, MutedReplies } from './muted-replies.ts'
import { hasToWait, postpone } from './pause.ts'
import { cString, error, type Replies } from './replies.ts'
import type { Session } from './session.ts'
import { discard, enqueue, runsAtOnce, takesMemory } from './transaction.ts'

/** Runs one command and writes its reply. Never throws: what goes wrong is that command's error. */
export function execute(args: Arguments, replies: Replies, session: Session): void {
  beginCommand()
  // What was sent already cannot be taken back: the client would take an error for the rest of it, so
  // the connection ends.
  try {
    if (session.keyspace.pause !== undefined && waits(args, session)) {
      postpone(execute, args, replies, session)
    } else if (session.replying === 'on') run(args, replies, session)
    else runMuted(args, replies, session)
  } catch (failure) {
    console.error('a command failed:', failure)
    if (!replies.rewind()) session.after = 'drop'
    else if (!isMuted(session)) error(replies, 'ERR internal error')
  }
}

/** After CLIENT REPLY: without a reply, or with one if this command asks for replies again. */
function runMuted(args: Arguments, replies: Replies, session: Session): void {
  if (session.replying === 'skip next') session.replying = 'skip'
  try {
    run(args, new MutedReplies(replies, session), session)
  } finally {
    if (session.replying === 'skip') session.replying = 'on'
  }
}

/** While clients are paused; what is refused anyway is refused at once. */
function waits(args: Arguments, session: Session): boolean {
  if (session.postponed !== undefined) return true
  const first = commands.get(args.word(0))
  const one = args.count > 1 && first?.subcommands ? first.subcommands.get(args.word(1)) : first
  return one !== undefined && hasArity(one, args) && hasToWait(one, session)
}

function hasArity({ arity }: Command, { count }: Arguments): boolean {
  return arity >= 0 ? count === arity : count >= -arity
}

function run(args: Arguments, replies: Replies, session: Session): void {
  let command = commands.get(args.word(0))
  if (command === undefined) return unknownCommand(args, replies, session)
  if (command.subcommands !== undefined && args.count > 1) {
    const subcommand = command.subcommands.get(args.word(1))
    if (subcommand === undefined) return unknownSubcommand(args, replies, session, command)
    command = subcommand
  }
  session.lastCommand = command.name
  if (!hasArity(command, args)) {
    return refuse(wrongArityMessage(command.name), replies, session, command)
  }
  if (session.transaction !== undefined) return runInTransaction(command, args, replies, session)
  if (command.denyOom && session.keyspace.memory.isFull()) {
    return refuse(OUT_OF_MEMORY, replies, session, command)
  }
  call(command, args, replies, session)
}

const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'."

/** After MULTI: most commands wait for EXEC. */
function runInTransaction(
  command: Command,
  args: Arguments,
  replies: Replies,
  session: Session,
): void {
  if (takesMemory(command, session.transaction!) && session.keyspace.memory.isFull()) {
    return refuse(OUT_OF_MEMORY, replies, session, command)
  }
  if (!runsAtOnce(command)) return enqueue(command, args, replies, session)
  call(command, args, replies, session)
}

/** Answers with an error what did not run; the transaction that is open will then fail as a whole. */
function refuse(message: string, replies: Replies, session: Session, command?: Command): void {
  if (command !== undefined) command.rejectedCalls++
  if (command?.name === 'exec') {
    discard(session)
    const reason = message.replace(/^ERR /, '')
    return error(replies, `EXECABORT Transaction discarded because of: ${reason}`)
  }
  if (session.transaction !== undefined) session.transaction.hasError = true
  error(replies, message)
}

/** How much of an unknown command is repeated in the error, in bytes: the name, then the arguments. */
const SHOWN = 128

/** What a browser says first that was talked into sending us an HTTP request. */
const HTTP: ReadonlySet<string> = new Set(['POST', 'HOST:'])

function unknownCommand(args: Arguments, replies: Replies, session: Session): void {
  if (HTTP.has(args.word(0))) {
    session.after = 'drop'
    return
  }
  let shown = ''
  for (let at = 1; at < args.count && shown.length < SHOWN; at++) {
    shown += `'${cString(args.text(at)).slice(0, SHOWN - shown.length)}' `
  }
  const name = cString(args.text(0)).slice(0, SHOWN)
  refuse(`ERR unknown command '${name}', with args beginning with: ${shown}`, replies, session)
}

function unknownSubcommand(
  args: Arguments,
  replies: Replies,
  session: Session,
  command: Command,
): void {
  const name = cString(args.text(1)).slice(0, SHOWN)
  const help = `${command.name.toUpperCase()} HELP`
  refuse(`ERR unknown subcommand '${name}'. Try ${help}.`, replies, session)
}

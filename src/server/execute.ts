import type { Arguments } from './arguments.ts'
import { type Command, wrongArity } from './commands/command.ts'
import { commands } from './commands/table.ts'
import { cString, error, type Replies } from './replies.ts'
import type { Session } from './session.ts'

/**
 * Runs one command and writes its reply. Never throws: what goes wrong inside a command is that
 * command's error, and the connection goes on. Only where part of its reply was sent already it
 * cannot: the client would take what follows for the rest of that.
 */
export function execute(args: Arguments, replies: Replies, session: Session): void {
  session.keyspace.commandsProcessed++
  try {
    run(args, replies, session)
  } catch (failure) {
    console.error('a command failed:', failure)
    if (replies.rewind()) error(replies, 'ERR internal error')
    else session.after = 'drop'
  }
}

function run(args: Arguments, replies: Replies, session: Session): void {
  let command = commands.get(args.word(0))
  if (command === undefined) return unknownCommand(args, replies)
  if (command.subcommands !== undefined && args.count > 1) {
    const subcommand = command.subcommands.get(args.word(1))
    if (subcommand === undefined) return unknownSubcommand(args, replies, command)
    command = subcommand
  }
  const { arity } = command
  if (arity >= 0 ? args.count !== arity : args.count < -arity) {
    return wrongArity(replies, command.name)
  }
  if (command.denyOom && session.keyspace.memory.isFull()) {
    return error(replies, "OOM command not allowed when used memory > 'maxmemory'.")
  }
  session.lastCommand = command.name
  command.run(args, replies, session)
}

/** How much of an unknown command is repeated in the error, in bytes: the name, then the arguments. */
const SHOWN = 128

function unknownCommand(args: Arguments, replies: Replies): void {
  let shown = ''
  for (let at = 1; at < args.count && shown.length < SHOWN; at++) {
    shown += `'${cString(args.text(at)).slice(0, SHOWN - shown.length)}' `
  }
  const name = cString(args.text(0)).slice(0, SHOWN)
  error(replies, `ERR unknown command '${name}', with args beginning with: ${shown}`)
}

function unknownSubcommand(args: Arguments, replies: Replies, command: Command): void {
  const name = cString(args.text(1)).slice(0, SHOWN)
  const help = `${command.name.toUpperCase()} HELP`
  error(replies, `ERR unknown subcommand '${name}'. Try ${help}.`)
}

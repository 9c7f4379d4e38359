import { bits } from './bits.ts'
import { catalogue } from './catalogue.ts'
import { client } from './client.ts'
import {
  type Command,
  type Commands,
  command,
  type Description,
  type Handlers,
  type Run,
} from './command.ts'
import table from './command-table.json' with { type: 'json' }
import { config } from './config.ts'
import { connection } from './connection.ts'
import { expiry } from './expiry.ts'
import { info } from './info.ts'
import { keys } from './keys.ts'
import { longestCommon } from './lcs.ts'
import { numbers } from './numbers.ts'
import { object } from './object.ts'
import { scanning } from './scan.ts'
import { server } from './server.ts'
import { strings } from './strings.ts'
import { transactions } from './transactions.ts'
import { transfer } from './transfer.ts'

const all = new Map<string, Command>()

const handlers: Handlers = {
  ...strings,
  ...numbers,
  ...bits,
  ...longestCommon,
  ...keys,
  ...transfer,
  ...object,
  ...scanning,
  ...expiry,
  ...transactions,
  ...connection,
  ...client,
  ...config,
  ...server,
  ...info(all),
  ...catalogue(all),
}

/** Every command that the stages know, by its name in upper case. */
export const commands: Commands = all

for (const description of table as Description[]) {
  all.set(description.name.toUpperCase(), build(description))
}

function build(description: Description): Command {
  const { name, subcommands } = description
  if (subcommands === undefined) return command(description, handlerOf(name))
  const byName = new Map<string, Command>()
  for (const one of subcommands) {
    byName.set(one.name.slice(name.length + 1).toUpperCase(), build(one))
  }
  return command(description, handlers[name] ?? needsSubcommand, byName)
}

function handlerOf(name: string): Run {
  const run = handlers[name]
  if (run === undefined) throw new Error(`command-table.json: nothing runs ${name}`)
  return run
}

/** Arity says that at least one word follows, and that is taken for a subcommand. */
function needsSubcommand(): never {
  throw new Error('a command with subcommands is run through them')
}

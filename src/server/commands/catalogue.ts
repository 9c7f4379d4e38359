/** COMMAND: what the server tells of its commands. redis-cli asks when it connects. */
import type { Arguments } from '../arguments.ts'
import { array, integer, map, nil, type Replies, set, simple } from '../replies.ts'
import { type Command, command, wrongArity } from './command.ts'

/** COMMAND over a table of commands; the table is filled in after this is made. */
export function catalogue(table: ReadonlyMap<string, Command>): Command {
  const list = command('list', 2, '', 'Lists the names of the commands.', (_args, replies) => {
    array(replies, table.size)
    for (const { name } of table.values()) replies.bulk(name)
  })
  const count = command('count', 2, '', 'Counts the commands.', (_args, replies) =>
    integer(replies, table.size),
  )
  const info = command('info', -2, '', 'Describes commands.', (args, replies) => {
    const asked = args.count === 2 ? [...table.values()] : named(args, table)
    array(replies, asked.length)
    for (const entry of asked) {
      if (entry === undefined) nullArray(replies)
      else describe(entry, replies)
    }
  })
  const docs = command('docs', -2, '', 'Documents commands.', (args, replies) => {
    const asked = args.count === 2 ? [...table.values()] : named(args, table)
    const known = asked.filter((entry) => entry !== undefined)
    map(replies, known.length)
    for (const entry of known) document(entry, replies)
  })
  const subcommands = new Map<string, Command>()
  for (const sub of [list, count, info, docs]) {
    subcommands.set(sub.name.toUpperCase(), { ...sub, name: `command|${sub.name}` })
  }
  const all = command('command', -1, '', 'Describes the commands.', (args, replies) => {
    if (args.count > 1) return wrongArity(replies, 'command')
    array(replies, table.size)
    for (const entry of table.values()) describe(entry, replies)
  })
  return { ...all, subcommands }
}

function named(args: Arguments, table: ReadonlyMap<string, Command>): (Command | undefined)[] {
  const found: (Command | undefined)[] = []
  for (let at = 2; at < args.count; at++) found.push(table.get(args.word(at)))
  return found
}

function nullArray(replies: Replies): void {
  if (replies.protocol === 3) nil(replies)
  else replies.text('*-1\r\n')
}

/** The ten fields of a command's entry; the last four are empty here. */
function describe(entry: Command, replies: Replies): void {
  const [first, last, step] = entry.keys
  array(replies, 10)
  replies.bulk(entry.name)
  integer(replies, entry.arity)
  set(replies, entry.flags.length)
  for (const flag of entry.flags) simple(replies, flag)
  integer(replies, first)
  integer(replies, last)
  integer(replies, step)
  set(replies, 0) // ACL categories
  array(replies, 0) // tips
  array(replies, 0) // key specifications
  const subcommands = [...(entry.subcommands?.values() ?? [])]
  array(replies, subcommands.length)
  for (const sub of subcommands) describe(sub, replies)
}

function document(entry: Command, replies: Replies): void {
  const subcommands = [...(entry.subcommands?.values() ?? [])]
  replies.bulk(entry.name)
  map(replies, subcommands.length > 0 ? 2 : 1)
  replies.bulk('summary')
  replies.bulk(entry.summary)
  if (subcommands.length > 0) {
    replies.bulk('subcommands')
    map(replies, subcommands.length)
    for (const sub of subcommands) document(sub, replies)
  }
}

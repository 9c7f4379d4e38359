/** COMMAND: what the server tells of its commands. redis-cli asks when it connects. */
import type { Arguments } from '../arguments.ts'
import { array, error, integer, map, nil, type Replies, set, simple } from '../replies.ts'
import { type Command, command, wrongArity } from './command.ts'
import { help } from './help.ts'

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
      if (entry === undefined) nil(replies)
      else describe(entry, replies)
    }
  })
  const docs = command('docs', -2, '', 'Documents commands.', (args, replies) => {
    const asked = args.count === 2 ? [...table.values()] : named(args, table)
    const known = asked.filter((entry) => entry !== undefined)
    map(replies, known.length)
    for (const entry of known) document(entry, replies)
  })
  const getKeys = command('getkeys', -4, '', 'Finds the keys in a command.', (args, replies) => {
    keysOf(args, replies, table)
  })
  const subcommands = new Map<string, Command>()
  for (const sub of [list, count, info, docs, getKeys, help('command')]) {
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

/** COMMAND GETKEYS: the command that is asked about begins at the third word. */
function keysOf(args: Arguments, replies: Replies, table: ReadonlyMap<string, Command>): void {
  let entry = table.get(args.word(2))
  if (entry?.subcommands !== undefined) entry = entry.subcommands.get(args.word(3))
  if (entry === undefined) return error(replies, 'ERR Invalid command specified')
  const [first, last, step] = entry.keys
  if (first === 0) return error(replies, 'ERR The command has no key arguments')
  const count = args.count - 2
  const { arity } = entry
  if (arity >= 0 ? count !== arity : count < -arity) {
    return error(replies, 'ERR Invalid number of arguments specified for command')
  }
  const end = last < 0 ? count + last : last
  array(replies, Math.floor((end - first) / step) + 1)
  for (let at = first; at <= end; at += step) replies.bulk(args.value(at + 2))
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

/** COMMAND: the server's description of its commands. redis-cli asks when it connects. */
import type { Arguments } from '../arguments.ts'
import { matchesGlob } from '../glob.ts'
import { array, error, integer, map, nil, type Replies, set, simple } from '../replies.ts'
import {
  type Command,
  type Commands,
  eachOf,
  type Handlers,
  type Json,
  option,
  syntaxError,
  wrongArity,
} from './command.ts'
import { help } from './help.ts'

/** COMMAND over a table of commands; the table is filled in after this is made. */
export function catalogue(table: Commands): Handlers {
  return {
    command: (args, replies) => {
      if (args.count > 1) return wrongArity(replies, 'command')
      array(replies, table.size)
      for (const entry of table.values()) describe(entry, replies)
    },
    'command|count': (_args, replies) => integer(replies, table.size),
    'command|info': (args, replies) => {
      const asked = args.count === 2 ? [...table.values()] : named(args, table)
      array(replies, asked.length)
      for (const entry of asked) {
        if (entry === undefined) nil(replies)
        else describe(entry, replies)
      }
    },
    'command|docs': (args, replies) => {
      const asked = args.count === 2 ? [...table.values()] : named(args, table)
      const known = asked.filter((entry) => entry !== undefined)
      map(replies, known.length)
      for (const entry of known) document(entry, replies)
    },
    'command|list': (args, replies) => list(args, replies, table),
    'command|getkeys': (args, replies) => {
      const keys = keysOf(args, replies, table)
      if (keys === undefined) return
      array(replies, keys.positions.length)
      for (const at of keys.positions) replies.bulk(args.value(at))
    },
    'command|getkeysandflags': (args, replies) => {
      const keys = keysOf(args, replies, table)
      if (keys === undefined) return
      array(replies, keys.positions.length)
      for (const [nth, at] of keys.positions.entries()) {
        array(replies, 2)
        replies.bulk(args.value(at))
        words(keys.flags[Math.min(nth, keys.flags.length - 1)]!, replies)
      }
    },
    'command|help': help('command'),
  }
}

/** A subcommand is asked for as `client|id`. */
function find(name: string, table: Commands): Command | undefined {
  const [container, subcommand, more] = name.split('|')
  const entry = table.get(container!)
  if (subcommand === undefined || more !== undefined) return more === undefined ? entry : undefined
  return entry?.subcommands?.get(subcommand)
}

function named(args: Arguments, table: Commands): (Command | undefined)[] {
  return Array.from({ length: args.count - 2 }, (_, at) => find(args.word(at + 2), table))
}

/** COMMAND LIST, all or FILTERBY one of three things. */
function list(args: Arguments, replies: Replies, table: Commands): void {
  let names: string[]
  if (args.count === 2) {
    names = [...table.values()].map(({ name }) => name)
  } else if (args.count === 5 && option(args, 2) === 'FILTERBY') {
    const wanted = args.text(4)
    const filters: Record<string, (entry: Command) => boolean> = {
      // There are no modules.
      MODULE: () => false,
      ACLCAT: ({ description }) => description.categories.includes(`@${wanted.toLowerCase()}`),
      PATTERN: ({ name }) => matchesGlob(wanted.toLowerCase(), name),
    }
    const filter = filters[option(args, 3)]
    if (filter === undefined) return syntaxError(replies)
    names = [...eachOf(table)].filter(filter).map(({ name }) => name)
  } else {
    return syntaxError(replies)
  }
  array(replies, names.length)
  for (const name of names) replies.bulk(name)
}

interface Keys {
  /** Which words of the COMMAND itself they are. */
  positions: number[]
  /** What the command does with the first key, with the second, and with all others. */
  flags: string[][]
}

/** The keys in the command that begins at the third word. Undefined: the error has been written. */
function keysOf(args: Arguments, replies: Replies, table: Commands): Keys | undefined {
  let entry = table.get(args.word(2))
  if (entry?.subcommands !== undefined && args.count > 3) {
    entry = entry.subcommands.get(args.word(3))
  }
  if (entry === undefined) {
    error(replies, 'ERR Invalid command specified')
    return undefined
  }
  const { keys, keySpecifications } = entry.description
  const [first, last, step] = keys as [number, number, number]
  if (first === 0) {
    error(replies, 'ERR The command has no key arguments')
    return undefined
  }
  const count = args.count - 2
  const { arity } = entry
  if (arity >= 0 ? count !== arity : count < -arity) {
    error(replies, 'ERR Invalid number of arguments specified for command')
    return undefined
  }
  const end = last < 0 ? count + last : last
  const positions: number[] = []
  for (let at = first; at <= end; at += step) positions.push(at + 2)
  const flags = keySpecifications.map((one) => (one as { flags: string[] }).flags)
  if (entry.name === 'set' && !hasGet(args)) return { positions, flags: [['OW', 'update']] }
  return { positions, flags: flags.map((one) => one.filter((flag) => flag !== VARIABLE)) }
}

/** What a command does with its key depends on its options. */
const VARIABLE = 'variable_flags'

/** Whether SET, at the third word, is to give the value before. */
function hasGet(args: Arguments): boolean {
  for (let at = 5; at < args.count; at++) if (option(args, at) === 'GET') return true
  return false
}

/** The ten fields of a command's entry. */
function describe({ description, subcommands }: Command, replies: Replies): void {
  array(replies, 10)
  replies.bulk(description.name)
  integer(replies, description.arity)
  words(description.flags, replies)
  for (const key of description.keys) integer(replies, key)
  words(description.categories, replies)
  set(replies, description.tips.length)
  for (const tip of description.tips) replies.bulk(tip)
  set(replies, description.keySpecifications.length)
  for (const one of description.keySpecifications) write(one, replies)
  set(replies, subcommands?.size ?? 0)
  for (const one of subcommands?.values() ?? []) describe(one, replies)
}

function document({ description, subcommands }: Command, replies: Replies): void {
  const fields = Object.entries(description.docs)
  replies.bulk(description.name)
  map(replies, fields.length + (subcommands === undefined ? 0 : 1))
  for (const [name, value] of fields) writeField(name, value, replies)
  if (subcommands === undefined) return
  replies.bulk('subcommands')
  map(replies, subcommands.size)
  for (const one of subcommands.values()) document(one, replies)
}

function write(value: Json, replies: Replies): void {
  if (typeof value === 'string') {
    replies.bulk(value)
  } else if (typeof value === 'number') {
    integer(replies, value)
  } else if (Array.isArray(value)) {
    array(replies, value.length)
    for (const item of value) write(item, replies)
  } else {
    const fields = Object.entries(value)
    map(replies, fields.length)
    for (const [name, field] of fields) writeField(name, field, replies)
  }
}

/** Some lists are sets in RESP3, and flags are no bulk strings. */
function writeField(name: string, value: Json, replies: Replies): void {
  replies.bulk(name)
  if (/^(?:doc_)?flags$/.test(name)) {
    words(value as string[], replies)
  } else if (name === 'history') {
    const changes = value as Json[]
    set(replies, changes.length)
    for (const change of changes) write(change, replies)
  } else {
    write(value, replies)
  }
}

/** A set of status replies. */
function words(list: string[], replies: Replies): void {
  set(replies, list.length)
  for (const word of list) simple(replies, word)
}

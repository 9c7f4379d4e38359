/**
 * COMMAND: each command as the stages describe it. What they say is their table, so the real Redis
 * shows that the table is right, and a stage that it is sent as Redis sends it.
 */
import { type Command, eachOf } from '../../server/commands/command.ts'
import { commands as all } from '../../server/commands/table.ts'
import { type Case, commands, each } from '../case.ts'
import {
  arity,
  array,
  bulk,
  bulks,
  emptyArray,
  err,
  int,
  nil,
  type Reply,
  replyWhere,
  simple,
  syntaxError,
  texts,
} from '../replies.ts'

/** Redis 7.0 does not have it, and describes it from 7.2 on; client libraries send it. */
const LATER = 'client|setinfo'

const known = [...eachOf(all)].filter(({ name }) => name !== LATER)

/** Subcommands come in the order of a hash, and Redis has more of them. */
const plain = known.filter(({ subcommands }) => subcommands === undefined)
const containers = known.filter(({ subcommands }) => subcommands !== undefined)

const words = (list: string[]) => array(...list.map(simple))
const fields = (reply: Reply | undefined) =>
  new Map(
    (reply?.items ?? []).flatMap((item, at, items) =>
      at % 2 === 0 ? [[item.text, items[at + 1]!] as const] : [],
    ),
  )

/** The first six fields of an entry; the others are asked for by shape. */
const head = ({ description }: Command) =>
  bulk(description.name) +
  int(description.arity) +
  words(description.flags) +
  description.keys.map(int).join('') +
  words(description.categories) +
  bulks(...description.tips)

const describes = (command: Command) =>
  replyWhere(`the description of ${command.name}`, ({ items }, bytes) => {
    const specifications = items?.[0]?.items?.[8]?.items ?? []
    return (
      bytes.startsWith(`*1\r\n*10\r\n${head(command)}`) &&
      specifications.map(json).join() === command.description.keySpecifications.map(text).join()
    )
  })

/** A reply as JSON, in which a map of RESP2 is the list of its names and values. */
function json({ type, text: said, items }: Reply): string {
  if (type === '*') return `[${items!.map(json).join(',')}]`
  return type === ':' ? said : JSON.stringify(said)
}

/** JSON of the table in the same form. */
function text(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(text).join(',')}]`
  if (typeof value === 'object' && value !== null) return text(Object.entries(value).flat())
  return JSON.stringify(value)
}

export const commandTable: Case[] = [
  ...plain.map((command) =>
    commands(`COMMAND INFO and DOCS ${command.name}`, [
      [`COMMAND INFO ${command.name}`, describes(command)],
      [
        `COMMAND DOCS ${command.name}`,
        replyWhere(`the documentation of ${command.name}`, ({ items }) => {
          return (
            items?.[0]?.text === command.name && json(items[1]!) === text(command.description.docs)
          )
        }),
      ],
    ]),
  ),
  ...containers.map((command) =>
    commands(`COMMAND INFO and DOCS ${command.name}, with subcommands`, [
      [
        `COMMAND INFO ${command.name}`,
        replyWhere(`${command.name} with its subcommands`, ({ items }, bytes) => {
          const subcommands = items?.[0]?.items?.[9]?.items ?? []
          const names = subcommands.map((one) => one.items?.[0]?.text)
          return bytes.startsWith(`*1\r\n*10\r\n${head(command)}`) && hasAll(names, command)
        }),
      ],
      [
        `COMMAND DOCS ${command.name}`,
        replyWhere(`the documentation of ${command.name}`, ({ items }) => {
          const documented = fields(items?.[1])
          const names = [...fields(documented.get('subcommands')).keys()]
          return documented.has('summary') && documented.has('group') && hasAll(names, command)
        }),
      ],
    ]),
  ),
  commands(
    'COMMAND in RESP3',
    [
      ['HELLO 3', replyWhere('a map', ({ type }) => type === '%')],
      [
        'COMMAND INFO get',
        replyWhere('sets, and maps in them', ({ items }) => {
          const kinds = items?.[0]?.items?.map(({ type }) => type).join('')
          const specification = items?.[0]?.items?.[8]?.items?.[0]
          return kinds === '$:~:::~~~~' && specification?.type === '%'
        }),
      ],
      [
        'COMMAND DOCS get set',
        replyWhere('maps', ({ type, items }) => {
          const set = fields(items?.[3])
          return (
            type === '%' &&
            items?.[1]?.type === '%' &&
            set.get('history')?.type === '~' &&
            set.get('arguments')?.items?.[2]?.type === '%'
          )
        }),
      ],
      [
        'COMMAND GETKEYSANDFLAGS GET a',
        `*1\r\n*2\r\n${bulk('a')}~2\r\n${simple('RO')}${simple('access')}`,
      ],
    ],
    { changesConnection: true },
  ),
  commands('COMMAND INFO of what is not there', [
    ['COMMAND INFO post host: nosuch', array(nil, nil, nil)],
    ['COMMAND INFO client|nosuch get|x client|id|x', array(nil, nil, nil)],
    ['COMMAND DOCS post client|nosuch', emptyArray],
  ]),
  commands('COMMAND LIST', [
    ['COMMAND LIST', has('get', 'quit', 'multi')],
    ['COMMAND LIST FILTERBY PATTERN getr?nge', bulks('getrange')],
    ['command list filterby pattern GETRANGE', bulks('getrange')],
    ['COMMAND LIST FILTERBY PATTERN nosuch*', emptyArray],
    ['COMMAND LIST FILTERBY PATTERN config*', has('config', 'config|get', 'config|set')],
    ['COMMAND LIST FILTERBY ACLCAT Transaction', has('multi', 'exec', 'watch')],
    ['COMMAND LIST FILTERBY ACLCAT nosuch', emptyArray],
    ['COMMAND LIST FILTERBY MODULE nosuch', emptyArray],
  ]),
  commands('COMMAND GETKEYSANDFLAGS', [
    ['COMMAND GETKEYSANDFLAGS GET a', flagged(['a', 'RO', 'access'])],
    ['COMMAND GETKEYSANDFLAGS SET a 1', flagged(['a', 'OW', 'update'])],
    ['COMMAND GETKEYSANDFLAGS SET a 1 get', flagged(['a', 'RW', 'access', 'update'])],
    ['COMMAND GETKEYSANDFLAGS MSET a 1 b 2', flagged(['a', 'OW', 'update'], ['b', 'OW', 'update'])],
    [
      'COMMAND GETKEYSANDFLAGS RENAME a b',
      flagged(['a', 'RW', 'access', 'delete'], ['b', 'OW', 'update']),
    ],
    ['COMMAND GETKEYSANDFLAGS LCS a b', flagged(['a', 'RO', 'access'], ['b', 'RO', 'access'])],
  ]),
  ...each('bad COMMAND', [
    ['COMMAND LIST x', syntaxError],
    ['COMMAND LIST FILTERBY', syntaxError],
    ['COMMAND LIST FILTERBY PATTERN', syntaxError],
    ['COMMAND LIST FILTERBY FOO x', syntaxError],
    ['COMMAND LIST FILTERBY PATTERN x y', syntaxError],
    ['COMMAND GETKEYSANDFLAGS GET', arity('command|getkeysandflags')],
    ['COMMAND GETKEYSANDFLAGS ECHO a', err('The command has no key arguments')],
    ['COMMAND GETKEYSANDFLAGS nosuch a', err('Invalid command specified')],
    ['COMMAND GETKEYSANDFLAGS GET a b', err('Invalid number of arguments specified for command')],
  ]),
]

function has(...names: string[]) {
  return replyWhere(`names, with ${names.join(', ')} among them`, ({ type, items }) => {
    const all = texts(items)
    return type === '*' && names.every((name) => all.includes(name)) && !all.includes('post')
  })
}

function hasAll(names: (string | undefined)[], { subcommands }: Command): boolean {
  return [...subcommands!.values()].every(({ name }) => name === LATER || names.includes(name))
}

function flagged(...keys: [key: string, ...flags: string[]][]): string {
  return array(...keys.map(([key, ...flags]) => array(bulk(key), words(flags))))
}

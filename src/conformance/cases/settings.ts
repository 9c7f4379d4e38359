/** CONFIG SET, REWRITE and RESETSTAT. */
import { type Case, commands, each } from '../case.ts'
import { arity, bulks, err, matching, ok, syntaxError } from '../replies.ts'

const refused = (name: string, why: string) =>
  err(`CONFIG SET failed (possibly related to argument '${name}') - ${why}`)
const unknownSetting = (name: string) =>
  err(`Unknown option or number of arguments for CONFIG SET - '${name}'`)

/** Settings are the whole server's. */
const everywhere = { wholeServer: true }

export const settings: Case[] = [
  commands(
    'CONFIG SET to what it is',
    [
      ['CONFIG SET appendonly no', ok],
      [['CONFIG', 'SET', 'save', ''], ok],
      ['config set SAVE'.split(' ').concat(''), ok],
      ['CONFIG SET timeout 0 APPENDONLY NO', ok],
      ['CONFIG SET maxclients 10000', ok],
      ['CONFIG SET maxmemory 0', ok],
      [['CONFIG', 'SET', 'maxmemory', ''], ok],
      ['CONFIG SET maxmemory 0mb maxmemory-policy NoEviction', ok],
      ['CONFIG SET proto-max-bulk-len 512mb', ok],
      ['CONFIG SET proto-max-bulk-len 536870912', ok],
      ['CONFIG GET timeout', bulks('timeout', '0')],
      // Without a star it is a name, in which a backslash is a backslash.
      ['CONFIG GET time\\out', bulks()],
    ],
    everywhere,
  ),
  ...each(
    'bad CONFIG SET',
    [
      ['CONFIG SET', arity('config|set')],
      ['CONFIG SET timeout', arity('config|set')],
      ['CONFIG SET timeout 0 save', syntaxError],
      ['CONFIG SET nosuch 1', unknownSetting('nosuch')],
      ['CONFIG SET NoSuch 1 other 2', unknownSetting('NoSuch')],
      ['CONFIG SET timeout 0 nosuch 1', unknownSetting('nosuch')],
      ['CONFIG SET DataBases 16', refused('DataBases', "can't set immutable config")],
      ['CONFIG SET databases 16', refused('databases', "can't set immutable config")],
      ['CONFIG SET timeout 0 timeout 0', refused('timeout', 'duplicate parameter')],
      ['CONFIG SET appendonly maybe', refused('appendonly', "argument must be 'yes' or 'no'")],
      ['CONFIG SET TimeOut x', refused('timeout', "argument couldn't be parsed into an integer")],
      [
        'CONFIG SET timeout -1',
        refused('timeout', 'argument must be between 0 and 2147483647 inclusive'),
      ],
      ['CONFIG SET maxmemory x', refused('maxmemory', 'argument must be a memory value')],
      ['CONFIG SET maxmemory 1x', refused('maxmemory', 'argument must be a memory value')],
      [
        'CONFIG SET proto-max-bulk-len 5',
        refused(
          'proto-max-bulk-len',
          'argument must be between 1048576 and 9223372036854775807 inclusive',
        ),
      ],
      [
        'CONFIG SET maxmemory-policy nosuch',
        refused(
          'maxmemory-policy',
          'argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction',
        ),
      ],
      ['CONFIG SET save x', refused('save', 'Invalid save parameters')],
      [['CONFIG', 'SET', 'save', '0 1'], refused('save', 'Invalid save parameters')],
      ['CONFIG RESETSTAT x', arity('config|resetstat')],
      ['CONFIG REWRITE', err('The server is running without a config file')],
      ['CONFIG HELP x', arity('config|help')],
      ['CONFIG nope', err("unknown subcommand 'nope'. Try CONFIG HELP.")],
    ],
    everywhere,
  ),
  commands(
    'CONFIG SET timeout',
    [
      ['CONFIG SET timeout 3600', ok],
      ['CONFIG GET timeout', bulks('timeout', '3600')],
      ['CONFIG SET timeout 0', ok],
    ],
    everywhere,
  ),
  commands(
    'CONFIG RESETSTAT',
    [
      ['CONFIG RESETSTAT', ok],
      ['INFO stats', matching(/\$\d+\r\n[\s\S]*total_commands_processed:[01]\r\n[\s\S]*\r\n/)],
    ],
    everywhere,
  ),
]

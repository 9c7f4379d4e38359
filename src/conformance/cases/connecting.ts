/** What clients say when they connect: HELLO, CLIENT, COMMAND, CONFIG, INFO; PING and ECHO. */
import { type Case, commands, each, poll, type Row } from '../case.ts'
import {
  arity,
  array,
  bulk,
  bulks,
  emptyArray,
  err,
  error,
  int,
  intBetween,
  matching,
  nil,
  nil3,
  notInteger,
  ok,
  pong,
  replyWhere,
  simple,
  texts,
  unknown,
} from '../replies.ts'

const noProto = error('NOPROTO unsupported protocol version')
const badVersion = err('Protocol version is not an integer or out of range')
const badName = err('Client names cannot contain spaces, newlines or special characters.')
const badOption = (word: string) => err(`Syntax error in HELLO option '${word}'`)

const greeting = (protocol: number) => {
  const fields = `server redis version \\d+\\.\\d+\\.\\d+ proto ${protocol} id \\d+ mode standalone role master modules`
  const start = protocol === 2 ? '\\*14' : '%7'
  const parts = fields.split(' ').map((word, i, all) => {
    const numeric = all[i - 1] === 'proto' || all[i - 1] === 'id'
    return numeric ? `:${word}\\r\\n` : `\\$\\d+\\r\\n${word}\\r\\n`
  })
  return matching(new RegExp(`${start}\\r\\n${parts.join('')}\\*0\\r\\n`))
}
const hello2 = greeting(2)
const hello3 = greeting(3)
const toResp3: Row = ['HELLO 3', hello3]

const anyId = intBetween(1, Number.MAX_SAFE_INTEGER)

const info = (prefix: string, ...fields: string[]) =>
  replyWhere(`a text with ${fields.join(', ')}`, ({ type, text }) => {
    if (type !== prefix) return false
    const body = type === '=' ? text.slice('txt:'.length) : text
    const lines = body.split('\r\n')
    return fields.every((field) => lines.some((line) => line.startsWith(field)))
  })

/** The same as a bulk string; a whole field, or how it begins. */
const has = (...fields: string[]) => info('$', ...fields)

/** Calls, the time that they took, refusals and errors, of those commands that came. */
const statistics = (calls: number, rejected: number, failed: number) =>
  `calls=${calls},usec=\\d+,usec_per_call=\\d+\\.\\d\\d,rejected_calls=${rejected},failed_calls=${failed}`
const counts = [
  ['get', statistics(3, 1, 0)],
  ['incrby', statistics(1, 0, 1)],
  ['hello', statistics(1, 0, 1)],
  ['exec', statistics(1, 0, 0)],
].map(([name, numbers]) => new RegExp(`^cmdstat_${name}:${numbers}$`, 'm'))
const countsCommands = ({ text }: { text: string }) =>
  counts.every((line) => line.test(text.replaceAll('\r', '')))

/** What redis-cli, RedisInsight and the client libraries read of INFO. */
const readByTools = [
  'redis_version redis_mode os arch_bits process_id run_id tcp_port uptime_in_seconds uptime_in_days hz',
  'connected_clients maxclients blocked_clients tracking_clients',
  'used_memory used_memory_human used_memory_rss used_memory_peak used_memory_peak_human used_memory_lua',
  'maxmemory maxmemory_human maxmemory_policy mem_fragmentation_ratio total_system_memory_human',
  'loading rdb_bgsave_in_progress aof_enabled total_connections_received total_commands_processed',
  'instantaneous_ops_per_sec total_net_input_bytes total_net_output_bytes instantaneous_input_kbps',
  'instantaneous_output_kbps rejected_connections expired_keys evicted_keys keyspace_hits',
  'keyspace_misses pubsub_channels total_error_replies role connected_slaves master_repl_offset',
  'used_cpu_sys used_cpu_user used_cpu_sys_children used_cpu_user_children cluster_enabled',
].flatMap((line) => line.split(' '))

const any = matching(/[\s\S]*/)

/** With `a` and `b` there and `c` not: 21 hits and 12 misses. */
const reads = [
  ...['GET a', 'GET c', 'MGET a b c', 'EXISTS a a c', 'TTL a', 'PTTL c', 'EXPIRETIME a', 'TYPE a'],
  ...[
    'TYPE c',
    'STRLEN b',
    'STRLEN c',
    'GETRANGE a 0 1',
    'GETRANGE c 0 1',
    'GETBIT a 0',
    'TOUCH a c',
  ],
  ...['LCS a b', 'LCS a c', 'OBJECT ENCODING a', 'OBJECT REFCOUNT c', 'OBJECT IDLETIME a'],
  ...['GETEX a', 'GETEX c', 'COPY a b', 'COPY c b', 'SET a 1 GET', 'GETSET b 2'],
]

/** None of these counts. */
const writes = [
  ...[
    'SET a 1',
    'SETNX a 1',
    'INCR a',
    'APPEND c x',
    'SETRANGE c 0 y',
    'EXPIRE nope 1',
    'PERSIST a',
  ],
  ...['RENAME c d', 'MSETNX a 1 e 2', 'DEL d e', 'KEYS *', 'DBSIZE', 'MOVE nope 1', 'SETBIT a 0 0'],
]

const clientLine =
  /id=\d+ addr=127\.0\.0\.1:\d+ laddr=127\.0\.0\.1:\d+ fd=-?\d+ name=lab .* cmd=client\|info .*resp=[23].*\n/

/** A change of protocol or name stays with the connection. */
const own = { changesConnection: true }

export const connecting: Case[] = [
  commands('PING', [
    ['PING', pong],
    ['PING hello', bulk('hello')],
    [['PING', ''], bulk('')],
    [['PING', '\r\n\0\xff'], bulk('\r\n\0\xff')],
    ['PING a b', arity('ping')],
  ]),
  commands('ECHO', [
    ['ECHO hello', bulk('hello')],
    [['echo', ''], bulk('')],
    [['ECHO', '\r\n\0\xff'], bulk('\r\n\0\xff')],
  ]),
  commands('HELLO', [
    ['HELLO', hello2],
    ['HELLO 2', hello2],
    ['hello 2', hello2],
  ]),
  commands(
    'HELLO changes the protocol and back',
    [
      ['GET k', nil],
      ['HELLO 3', hello3],
      ['GET k', nil3],
      ['HELLO', hello3],
      ['HELLO 2', hello2],
      ['GET k', nil],
    ],
    own,
  ),
  commands(
    'HELLO that fails keeps the protocol',
    [
      ['HELLO 4', noProto],
      ['GET k', nil],
      toResp3,
      ['HELLO 1', noProto],
      ['HELLO x', badVersion],
      ['HELLO 2 FOO', badOption('FOO')],
      [['HELLO', '2', 'F\0O'], badOption('F')],
      ['HELLO 2 SETNAME a AUTH default', badOption('AUTH')],
      ['GET k', nil3],
      // The options are taken one by one: the name before the bad one counts.
      ['CLIENT GETNAME', bulk('a')],
    ],
    own,
  ),
  commands(
    'HELLO SETNAME',
    [
      ['HELLO 3 SETNAME lab', hello3],
      ['CLIENT GETNAME', bulk('lab')],
      [['HELLO', '2', 'setname', 'a b'], badName],
      ['CLIENT GETNAME', bulk('lab')],
    ],
    own,
  ),
  ...each('bad HELLO', [
    ['HELLO 0', noProto],
    ['HELLO 1', noProto],
    ['HELLO 4', noProto],
    ['HELLO -1', noProto],
    ['HELLO x', badVersion],
    ['HELLO 2.0', badVersion],
    [['HELLO', ''], badVersion],
    ['HELLO 03', badVersion],
    ['HELLO 99999999999999999999', badVersion],
    ['HELLO 2 FOO', badOption('FOO')],
    ['HELLO 3 foo bar', badOption('foo')],
    ['HELLO 2 SETNAME', badOption('SETNAME')],
    ['HELLO 2 AUTH default', badOption('AUTH')],
  ]),
  commands(
    'RESP3: nulls',
    [
      toResp3,
      ['GET k', nil3],
      ['MGET a b', array(nil3, nil3)],
      ['GETDEL k', nil3],
      ['GETEX k', nil3],
      ['RANDOMKEY', nil3],
      ['CLIENT GETNAME', nil3],
      ['SET k v XX', nil3],
      ['SET k v GET', nil3],
      ['SET k v NX', nil3],
      ['GETSET j v', nil3],
      ['MGET k x', array(bulk('v'), nil3)],
    ],
    own,
  ),
  commands(
    'RESP3: what stays as it was',
    [
      toResp3,
      ['PING', pong],
      ['SET k 1', ok],
      ['INCR k', int(2)],
      ['INCRBYFLOAT k 0.5', bulk('2.5')],
      ['KEYS *', bulks('k')],
      ['SCAN 0', array(bulk('0'), bulks('k'))],
      ['EXISTS k', int(1)],
      ['GET', arity('get')],
      ['nosuch', unknown('nosuch')],
      ['CLIENT ID', anyId],
    ],
    own,
  ),
  commands(
    'RESP3: maps and texts',
    [
      toResp3,
      ['CONFIG GET databases', `%1\r\n${bulk('databases')}${bulk('16')}`],
      ['CONFIG GET nosuch', '%0\r\n'],
      ['COMMAND DOCS nosuch', '%0\r\n'],
      ['INFO server', info('=', '# Server', 'redis_version:')],
      ['CLIENT SETNAME lab', ok],
      ['CLIENT INFO', matching(new RegExp(`=\\d+\\r\\ntxt:${clientLine.source}\\r\\n`))],
    ],
    own,
  ),
  commands(
    'RESP3: a key expires',
    [toResp3, ['SET k v PX 5', ok], poll('GET k', bulk('v'), nil3)],
    own,
  ),
  commands('CLIENT ID', [
    ['CLIENT ID', anyId],
    ['client id', anyId],
  ]),
  commands(
    'CLIENT SETNAME and GETNAME',
    [
      ['CLIENT GETNAME', nil],
      ['CLIENT SETNAME lab', ok],
      ['CLIENT GETNAME', bulk('lab')],
      [['CLIENT', 'SETNAME', 'a b'], badName],
      [['CLIENT', 'SETNAME', 'a\nb'], badName],
      [['CLIENT', 'SETNAME', 'a\xffb'], badName],
      [['CLIENT', 'SETNAME', 'a\x7f'], badName],
      ['CLIENT GETNAME', bulk('lab')],
      ['client setname ~!', ok],
      ['client getname', bulk('~!')],
      [['CLIENT', 'SETNAME', ''], ok],
      ['CLIENT GETNAME', nil],
    ],
    own,
  ),
  commands(
    'CLIENT INFO',
    [
      ['CLIENT SETNAME lab', ok],
      ['CLIENT INFO', matching(new RegExp(`\\$\\d+\\r\\n${clientLine.source}\\r\\n`))],
    ],
    own,
  ),
  commands(
    'CLIENT INFO shows the database',
    [
      ['SELECT 7', ok],
      ['CLIENT INFO', replyWhere('db=7', ({ text }) => / db=7 /.test(text))],
    ],
    { ...own, wholeServer: true },
  ),
  commands('CONFIG GET', [
    ['CONFIG GET databases', bulks('databases', '16')],
    ['CONFIG GET save', bulks('save', '')],
    ['CONFIG GET appendonly', bulks('appendonly', 'no')],
    ['config get proto-max-bulk-len', bulks('proto-max-bulk-len', '536870912')],
    ['CONFIG GET nosuch', emptyArray],
    ['CONFIG GET nosuch*', emptyArray],
    ['CONFIG GET databases databases', bulks('databases', '16')],
    ['CONFIG GET database?', bulks('databases', '16')],
    // A name without a pattern comes back as it was asked for.
    ['CONFIG GET DataBases', bulks('DataBases', '16')],
    ['CONFIG GET DATABASE*', bulks('databases', '16')],
    [
      'CONFIG GET save appendonly',
      replyWhere(
        'save and appendonly in any order',
        ({ items }) => texts(items).toSorted().join(' ') === ' appendonly no save',
      ),
    ],
    [
      'CONFIG GET *',
      replyWhere('names and values', ({ items }) => {
        const all = texts(items)
        return all.length % 2 === 0 && all.includes('databases') && all.includes('maxmemory')
      }),
    ],
    ['CONFIG GET maxmemory', matching(/\*2\r\n\$9\r\nmaxmemory\r\n\$\d+\r\n\d+\r\n/)],
  ]),
  commands('COMMAND', [
    [
      'COMMAND',
      replyWhere('an array of commands with get and set among them', ({ type, items }) => {
        const names = (items ?? []).map((item) => item.items?.[0]?.text)
        return type === '*' && names.includes('get') && names.includes('set')
      }),
    ],
    ['COMMAND COUNT', intBetween(40, 500)],
    [
      'COMMAND DOCS',
      replyWhere('names and descriptions', ({ type, items }) => {
        return type === '*' && items!.length % 2 === 0 && texts(items).includes('get')
      }),
    ],
    [
      'COMMAND DOCS get nosuch',
      replyWhere('the description of get', ({ type, items }) => {
        const fields = texts(items?.[1]?.items ?? [])
        return type === '*' && items?.[0]?.text === 'get' && fields.includes('summary')
      }),
    ],
    ['COMMAND DOCS nosuch', emptyArray],
  ]),
  commands('INFO', [
    [
      'INFO',
      info('$', '# Server', 'redis_version:', '# Clients', 'connected_clients:', '# Keyspace'),
    ],
    ['info SERVER', info('$', '# Server', 'redis_version:', 'redis_mode:standalone', 'tcp_port:')],
    ['INFO server clients', info('$', '# Server', '# Clients')],
    ['INFO nosuch', bulk('')],
    [
      'INFO',
      has('arch_bits:64', 'blocked_clients:0', 'loading:0', 'role:master', 'cluster_enabled:0'),
    ],
    ['INFO memory', has('used_memory_human:', 'used_memory_peak:', 'used_memory_peak_perc:')],
    ['INFO cpu', has('used_cpu_sys:', 'used_cpu_user:', 'used_cpu_user_main_thread:')],
    ['INFO server', matching(/[\s\S]*\r\nrun_id:[0-9a-f]{40}\r\n[\s\S]*/)],
    ['INFO', has(...readByTools.map((field) => `${field}:`))],
    ['INFO modules', bulk('# Modules\r\n')],
    ['INFO', replyWhere('no statistics of commands', ({ text }) => !text.includes('cmdstat_'))],
    ['INFO all', has('# Commandstats', '# Errorstats', 'cmdstat_info:calls=')],
    ['INFO default commandstats', has('# Server', '# Keyspace', 'cmdstat_info:calls=')],
  ]),
  commands(
    'INFO counts what is asked for and whether it was there',
    [
      ['MSET a 1 b 2', ok],
      ['CONFIG RESETSTAT', ok],
      ['INFO stats', has('keyspace_hits:0', 'keyspace_misses:0', 'total_error_replies:0')],
      ...reads.map((line): Row => [line, any]),
      ['INFO stats', has('keyspace_hits:21', 'keyspace_misses:12')],
      ...writes.map((line): Row => [line, any]),
      ['INFO stats', has('keyspace_hits:21', 'keyspace_misses:12')],
    ],
    { wholeServer: true },
  ),
  commands(
    'INFO counts commands and errors',
    [
      ['CONFIG RESETSTAT', ok],
      ['GET a', nil],
      ['GET', arity('get')],
      ['get a', nil],
      ['nosuch', unknown('nosuch')],
      ['INCRBY a x', notInteger],
      ['HELLO 9', noProto],
      ['MULTI', ok],
      ['GET a', simple('QUEUED')],
      ['INFO stats', simple('QUEUED')],
      ['EXEC', replyWhere('two replies', ({ items }) => items?.length === 2)],
      ['INFO commandstats', replyWhere('calls, times and errors', countsCommands)],
      ['INFO errorstats', has('errorstat_ERR:count=3', 'errorstat_NOPROTO:count=1')],
      ['INFO stats', has('total_error_replies:4', 'rejected_connections:0', 'evicted_keys:0')],
    ],
    { wholeServer: true },
  ),
  commands(
    'INFO counts keys that expire',
    [
      ['CONFIG RESETSTAT', ok],
      ['SET k v PX 5', ok],
      poll('GET k', bulk('v'), nil),
      ['INFO stats', has('expired_keys:1')],
    ],
    { wholeServer: true },
  ),
  commands(
    'INFO keyspace',
    [
      ['INFO keyspace', bulk('# Keyspace\r\n')],
      ['SET a 1', ok],
      ['SET b 1 EX 100', ok],
      ['SELECT 3', ok],
      ['SET c 1', ok],
      [
        'INFO keyspace',
        info('$', 'db0:keys=2,expires=1,avg_ttl=', 'db3:keys=1,expires=0,avg_ttl='),
      ],
    ],
    { ...own, wholeServer: true },
  ),
  commands('errors of SELECT do not change the connection', [
    ['SELECT x', notInteger],
    ['PING', pong],
  ]),
  commands('a setting asked for twice is given once, as it was spelt first', [
    [['CONFIG', 'GET', 'TimeOut', 'timeout', 'timeou?'], bulks('TimeOut', '0')],
  ]),
  commands('COMMAND INFO of a command that is not there', [
    [['COMMAND', 'INFO', 'nope', ''], '*2\r\n$-1\r\n$-1\r\n'],
  ]),
  commands('an option ends at a NUL, the name of a command does not', [
    [['EXPIRE', 'nope', '100', 'GT\0x'], int(0)],
    [['SET', 'k', 'v', 'EX\0', '100'], ok],
  ]),
]

/**
 * Generates commands as a client sends them that knows the names but not always the rest: options
 * that exclude each other, numbers that do not fit, a word too many. There are few keys, so that
 * commands work on each other's. Bytes are latin1 text.
 */
import fc from 'fast-check'
import {
  anyCase,
  databases,
  float,
  glob,
  integer,
  joined,
  key,
  line,
  parts,
  pick,
  split,
  time,
  type Unit,
  units,
  value,
  type Words,
  weighted,
} from './words.ts'

const none: Words = fc.constant([])
const oneKey = line(key)
const keyValue = line(key, value)
const twoKeys = line(key, key)
const someKeys = fc.array(key, { minLength: 1, maxLength: 5 })
const pairs = weighted(
  [87, parts(keyValue, 1, 4)],
  [10, joined(parts(keyValue, 1, 4), oneKey)],
  [3, parts(line(key, fc.constant('v')), 500, 1299)],
)
const flush = pick([], [], ['ASYNC'], ['async'], ['FOO'], ['ASYNC', 'ASYNC'], [''])

/** Some of the options; those that take a time mostly have one. */
function options(words: readonly string[], maxLength: number): Words {
  const option = (word: string): Words => {
    const unit = units.find((unit) => unit === word)
    const alone = line(anyCase(word))
    if (unit === undefined) return alone
    return weighted([92, line(anyCase(word), time(unit))], [8, alone])
  }
  return parts(fc.oneof(...words.map(option)), 0, maxLength)
}

/** No GT and LT with a relative time: which of two equal ones is later depends on the clock. */
function expire(unit: Unit): Words {
  const conditions = ['NX', 'XX', 'FOO', ...(unit.endsWith('AT') ? ['GT', 'LT', 'GT\0x'] : [])]
  return joined(line(key, time(unit)), options(conditions, 2))
}

/** SETRANGE really allocates up to its offset: none from a thousand to the limit. */
const offset = weighted(
  [7, fc.nat(299).map(String)],
  [3, integer.map((word) => (Number(word) > 1000 && Number(word) < 536_870_912 ? '300' : word))],
)
/** SETBIT really allocates up to its bit. */
const bit = weighted([8, fc.nat(299).map(String)], [2, pick('-1', 'x', '', '4294967296')])
const index = weighted([6, fc.integer({ min: -20, max: 19 }).map(String)], [4, integer])
const notADatabase = pick(
  ...split('16 -1 x 99999999999 2147483648 -2147483649 01 2147483647'),
  ...['', ' 1', '1\0'],
)

const hello = pick(
  ...split('2 3 3 3 4 x 03 1 -3 99999999999999999999').map((word) => [word]),
  ...['3 SETNAME foo', '3 SETNAME', '2 AUTH default x', '3 AUTH foo x', '3 FOO'].map(split),
  ...['3 AUTH default', '3 SETNAME x FOO', '3 FO\0O x'].map(split),
  ...[[], [''], ['3\0'], ['3', 'SETNAME', 'a b'], ['2', 'setname', '']],
  ['2', 'SETNAME', 'y', 'AUTH', 'default', ''],
)

const client = pick(
  ...['GETNAME', 'getname', 'ID', 'SETNAME x', 'SETNAME ~!', 'SETNAME', 'FOO'].map(split),
  ...['GETNAME x', 'FO\0O x', 'x'.repeat(200), 'ID x', 'SETNAME a b', 'SETNAME \x7f'].map(split),
  ...[[], [''], ['SETNAME', ''], ['SETNAME', 'a\nb'], ['SETNAME', 'a\0']],
  ...['KILL 1.2.3.4:5', 'KILL ID 0', 'TRACKINGINFO', 'CACHING YES', 'UNPAUSE'].map(split),
)

const config = pick(
  ...['GET appendonly', 'GET databases', 'get nosuch', 'GET maxclients', 'FOO', 'GET'].map(split),
  ...['GET MaxClients', 'GET timeout TIMEOUT', 'GET TimeOut timeou*', 'GET timeou?'].map(split),
  ...['GET timeout appendonly nosuch', 'GET maxclient[s]', 'GET timeout timeout'].map(split),
  ...['GET databas?s databases', 'GET proto-max-bulk-le*'].map(split),
  ...[[], ['GET', '']],
)

/** A SCAN that returns all keys at once, or a wrong one. */
const scan = joined(
  line(
    weighted(
      [3, pick('0', '0', '00', '+0', '-0', '')],
      [1, pick(...split('x - 99999999999999999999 1x 18446744073709551616 0x0'), ' 0')],
    ),
    fc.constant('COUNT'),
    fc.constant('1000'),
  ),
  weighted([6, none], [4, line(anyCase('MATCH'), glob)]),
  weighted([8, none], [2, line(fc.constant('TYPE'), pick('string', 'STRING', 'hash', 'x', ''))]),
  weighted([85, none], [15, line(pick('FOO', 'COUNT', 'MATCH'))]),
  weighted(
    [85, none],
    [15, line(fc.constant('COUNT'), pick(...split('0 -1 x 99999999999999999999 2000')))],
  ),
)

/** The commands by name, each with its weight and the words after the name. */
const commands: Record<string, [weight: number, words: Words]> = {
  PING: [40, weighted([7, none], [3, line(value)])],
  ECHO: [20, line(value)],
  QUIT: [2, weighted([8, none], [2, line(value)])],
  POST: [1, pick([], ['/', 'HTTP/1.1'])],
  'HOST:': [1, line(fc.constant('x'))],
  SELECT: [14, line(weighted([6, pick(...databases.map(String))], [4, notADatabase]))],
  HELLO: [20, hello],
  CLIENT: [20, client],
  CONFIG: [12, config],
  COMMAND: [6, pick(['FOO'], ['COUNT', 'x'], ['DOCS', 'nope'], ['INFO', 'nope', 'x'], ['L\0'])],
  INFO: [2, line(fc.constant('nosuch'))],
  RANDOMKEY: [2, line(fc.constant('x'))],
  SET: [
    120,
    joined(
      keyValue,
      weighted([1, none], [1, options([...units, 'KEEPTTL', 'NX', 'XX', 'GET', 'FOO'], 4)]),
    ),
  ],
  GET: [100, oneKey],
  SETNX: [20, keyValue],
  GETSET: [20, keyValue],
  APPEND: [40, keyValue],
  STRLEN: [20, oneKey],
  GETDEL: [20, oneKey],
  GETEX: [40, joined(oneKey, options([...units, 'PERSIST', 'FOO'], 2))],
  SETEX: [20, line(key, time('EX'), value)],
  PSETEX: [20, line(key, time('PX'), value)],
  MSET: [20, pairs],
  MSETNX: [20, pairs],
  MGET: [30, someKeys],
  DEL: [20, someKeys],
  UNLINK: [14, someKeys],
  EXISTS: [20, someKeys],
  TYPE: [14, oneKey],
  SETRANGE: [30, line(key, offset, value)],
  GETRANGE: [30, line(key, index, index)],
  INCR: [30, oneKey],
  DECR: [20, oneKey],
  INCRBY: [30, line(key, integer)],
  DECRBY: [20, line(key, integer)],
  INCRBYFLOAT: [40, line(key, weighted([8, float], [2, integer]))],
  KEYS: [20, line(weighted([3, fc.constant('*')], [7, glob]))],
  SCAN: [20, scan],
  RENAME: [20, twoKeys],
  RENAMENX: [20, twoKeys],
  EXPIRE: [20, expire('EX')],
  PEXPIRE: [14, expire('PX')],
  EXPIREAT: [14, expire('EXAT')],
  PEXPIREAT: [14, expire('PXAT')],
  TTL: [20, oneKey],
  PTTL: [10, oneKey],
  EXPIRETIME: [10, oneKey],
  PEXPIRETIME: [10, oneKey],
  PERSIST: [14, oneKey],
  TOUCH: [10, someKeys],
  SUBSTR: [6, line(key, index, index)],
  GETBIT: [10, line(key, bit)],
  SETBIT: [10, line(key, bit, pick('0', '1', '1', '2', 'x', ''))],
  RESET: [2, none],
  AUTH: [4, pick(['x'], ['default', 'x'], ['foo', 'x'], ['a', 'b', 'c'])],
  COPY: [10, joined(twoKeys, pick([], [], ['REPLACE'], ['DB', '1'], ['DB', 'x'], ['FOO']))],
  MOVE: [6, line(key, pick('0', '1', '9', '16', '-1', 'x'))],
  SWAPDB: [2, line(pick('0', '1', '9'), pick('0', '1', '9', '16', 'x'))],
  DBSIZE: [14, none],
  FLUSHDB: [6, flush],
  FLUSHALL: [6, flush],
  MULTI: [10, none],
  EXEC: [20, none],
  DISCARD: [4, none],
  WATCH: [10, someKeys],
  UNWATCH: [4, none],
}

/** The names of all generated commands, in upper case. */
export const generatedCommands: readonly string[] = Object.keys(commands)

/** Names that neither server knows, some of them almost a command's. */
const unknown = joined(
  line(
    pick(
      ...['foo', 'foo\r\nbar', 'f'.repeat(150), 'fo\0o', '\xff\xfe', '', 'GETT', 'GET ', 'pingg'],
      'ping\0',
    ),
  ),
  fc.array(value, { maxLength: 4 }),
)

/**
 * A command, its name first.
 * @param past whether deadlines may be past: if so, there is no DBSIZE, which counts keys until Redis
 *   deletes them
 */
export function command(past: boolean): Words {
  const known = fc.oneof(
    ...Object.entries(commands)
      .filter(([name]) => !(past && name === 'DBSIZE'))
      .map(([name, [weight, words]]) => ({
        weight,
        arbitrary: joined(line(anyCase(name)), past ? words : words.map(withoutPast)),
      })),
  )
  return weighted([97, weighted([97, known], [3, wrongArity(known)])], [3, unknown])
}

function withoutPast(words: string[]): string[] {
  return words.map((word) => (/^(?:1600000000|1000)$/.test(word) ? '4102444800000' : word))
}

/** A word too many, or words too few. */
function wrongArity(words: Words): Words {
  const extra = fc.tuple(words, pick('x', '', '1', 'NX')).map(([list, word]) => [...list, word])
  const fewer = fc.tuple(words, fc.nat(99)).map(([list, count]) => {
    // With fewer words these ask for what cannot be compared.
    if (/^(?:info|command|randomkey|client)$/i.test(list[0]!)) return list
    return list.slice(0, 1 + (count % (list.length - 1 || 1)))
  })
  return fc.oneof(extra, fewer)
}

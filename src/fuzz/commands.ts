/**
 * Commands as somebody might send them, who knows the names but not always the rest: options that
 * exclude each other, numbers that do not fit, a word too many.
 */
import type { Random } from './random.ts'
import { anyCase, DATABASES, float, glob, integer, key, time, value } from './values.ts'

/** The words after the command's name. */
type Recipe = (random: Random) => string[]

/** What may differ from case to case. */
export interface Mood {
  /** Deadlines may be past: then DBSIZE depends on when Redis looks. */
  past: boolean
}

/** The commands that are generated, by name, each with how often beside the others. */
const recipes: Record<string, readonly [weight: number, Recipe]> = {
  PING: [2, (r) => (r.chance(0.7) ? [] : [value(r)])],
  ECHO: [1, (r) => [value(r)]],
  QUIT: [0.1, (r) => (r.chance(0.8) ? [] : [value(r)])],
  POST: [0.05, (r) => (r.chance(0.5) ? [] : ['/', 'HTTP/1.1'])],
  'HOST:': [0.05, () => ['x']],
  SELECT: [0.7, (r) => [r.chance(0.6) ? String(r.pick(DATABASES)) : notADatabase(r)]],
  HELLO: [1, hello],
  CLIENT: [1, client],
  CONFIG: [0.6, config],
  COMMAND: [
    0.3,
    (r) => r.pick([['FOO'], ['COUNT', 'x'], ['DOCS', 'nope'], ['INFO', 'nope', 'x'], ['L\0']]),
  ],
  INFO: [0.1, () => ['nosuch']],
  RANDOMKEY: [0.1, () => ['x']],
  SET: [6, set],
  GET: [5, oneKey],
  SETNX: [1, keyValue],
  GETSET: [1, keyValue],
  APPEND: [2, keyValue],
  STRLEN: [1, oneKey],
  GETDEL: [1, oneKey],
  GETEX: [
    2,
    (r) => [key(r), ...expiryOptions(r, ['EX', 'PX', 'EXAT', 'PXAT', 'PERSIST', 'FOO'], 2)],
  ],
  SETEX: [1, (r) => [key(r), time(r, 'EX'), value(r)]],
  PSETEX: [1, (r) => [key(r), time(r, 'PX'), value(r)]],
  MSET: [1, pairs],
  MSETNX: [1, pairs],
  MGET: [1.5, keys],
  DEL: [1, keys],
  UNLINK: [0.7, keys],
  EXISTS: [1, keys],
  TYPE: [0.7, oneKey],
  SETRANGE: [1.5, (r) => [key(r), offset(r), value(r)]],
  GETRANGE: [1.5, (r) => [key(r), index(r), index(r)]],
  INCR: [1.5, oneKey],
  DECR: [1, oneKey],
  INCRBY: [1.5, (r) => [key(r), integer(r)]],
  DECRBY: [1, (r) => [key(r), integer(r)]],
  INCRBYFLOAT: [2, (r) => [key(r), r.chance(0.8) ? float(r) : integer(r)]],
  KEYS: [1, (r) => [r.chance(0.3) ? '*' : glob(r)]],
  SCAN: [1, scan],
  RENAME: [1, twoKeys],
  RENAMENX: [1, twoKeys],
  EXPIRE: [1, expire('EX')],
  PEXPIRE: [0.7, expire('PX')],
  EXPIREAT: [0.7, expire('EXAT')],
  PEXPIREAT: [0.7, expire('PXAT')],
  TTL: [1, oneKey],
  PTTL: [0.5, oneKey],
  EXPIRETIME: [0.5, oneKey],
  PEXPIRETIME: [0.5, oneKey],
  PERSIST: [0.7, oneKey],
  TOUCH: [0.5, keys],
  SUBSTR: [0.3, (r) => [key(r), index(r), index(r)]],
  GETBIT: [0.5, (r) => [key(r), bit(r)]],
  SETBIT: [0.5, (r) => [key(r), bit(r), r.pick(['0', '1', '1', '2', 'x', ''])]],
  RESET: [0.1, () => []],
  AUTH: [0.2, (r) => r.pick([['x'], ['default', 'x'], ['foo', 'x'], ['a', 'b', 'c']])],
  COPY: [
    0.5,
    (r) => [...twoKeys(r), ...r.pick([[], [], ['REPLACE'], ['DB', '1'], ['DB', 'x'], ['FOO']])],
  ],
  MOVE: [0.3, (r) => [key(r), r.pick(['0', '1', '9', '16', '-1', 'x'])]],
  SWAPDB: [0.1, (r) => [r.pick(['0', '1', '9']), r.pick(['0', '1', '9', '16', 'x'])]],
  DBSIZE: [0.7, () => []],
  FLUSHDB: [0.3, flush],
  FLUSHALL: [0.3, flush],
  MULTI: [0.5, () => []],
  EXEC: [1, () => []],
  DISCARD: [0.2, () => []],
  WATCH: [0.5, keys],
  UNWATCH: [0.2, () => []],
}

/** Every command that is generated, in upper case. */
export const generatedCommands: readonly string[] = Object.keys(recipes)

const lottery: string[] = Object.entries(recipes).flatMap(([name, [weight]]) =>
  new Array(Math.max(1, Math.round(weight * 20))).fill(name),
)

/** A command, its name first. */
export function command(random: Random, mood: Mood): string[] {
  if (random.chance(0.03)) return unknown(random)
  const name = random.pick(lottery)
  if (name === 'DBSIZE' && mood.past) return ['PING']
  const rest = recipes[name]![1](random)
  const words = [anyCase(name, random), ...(mood.past ? rest : rest.map(notPast))]
  return random.chance(0.03) ? wrongArity(words, random) : words
}

/** Names that neither server knows, among them some that are almost a command's. */
function unknown(random: Random): string[] {
  const names = [
    'foo',
    'foo\r\nbar',
    'f'.repeat(150),
    'fo\0o',
    '\xff\xfe',
    '',
    'GETT',
    'GET ',
    'pingg',
    'ping\0',
  ]
  const words = [random.pick(names)]
  for (let left = random.int(5); left > 0; left--) words.push(value(random))
  return words
}

/** A word too many or too few; a command that would then mean something else is left as it is. */
function wrongArity(words: string[], random: Random): string[] {
  if (random.chance(0.5)) return [...words, random.pick(['x', '', '1', 'NX'])]
  const fewer = words.slice(0, 1 + random.int(words.length - 1 || 1))
  return /^(?:info|command|randomkey|client)$/i.test(words[0]!) ? words : fewer
}

/** For a case with DBSIZE: deadlines from the past become ones in the future. */
function notPast(word: string): string {
  return /^(?:1600000000|1000)$/.test(word) ? '4102444800000' : word
}

function oneKey(random: Random): string[] {
  return [key(random)]
}

function keyValue(random: Random): string[] {
  return [key(random), value(random)]
}

function twoKeys(random: Random): string[] {
  return [key(random), key(random)]
}

function keys(random: Random): string[] {
  return Array.from({ length: 1 + random.int(5) }, () => key(random))
}

function pairs(random: Random): string[] {
  if (random.chance(0.03))
    return Array.from({ length: 2 * (500 + random.int(800)) }, (_, at) =>
      at % 2 ? 'v' : key(random),
    )
  const words = Array.from({ length: 1 + random.int(4) }, () => keyValue(random)).flat()
  return random.chance(0.1) ? [...words, key(random)] : words
}

function set(random: Random): string[] {
  const words = ['EX', 'PX', 'EXAT', 'PXAT', 'KEEPTTL', 'NX', 'XX', 'GET', 'FOO']
  return [...keyValue(random), ...(random.chance(0.5) ? [] : expiryOptions(random, words, 4))]
}

/** Some of the words, those that want a time mostly with one. */
function expiryOptions(random: Random, words: readonly string[], most: number): string[] {
  const options: string[] = []
  for (let left = random.int(most + 1); left > 0; left--) {
    const word = random.pick(words)
    options.push(anyCase(word, random))
    if (isUnit(word) && random.chance(0.92)) options.push(time(random, word))
  }
  return options
}

function isUnit(word: string): word is 'EX' | 'PX' | 'EXAT' | 'PXAT' {
  return /^(?:EX|PX)(?:AT)?$/.test(word)
}

/** Whether one relative time is greater than the same one a moment ago, the clock decides: not sent. */
function expire(unit: 'EX' | 'PX' | 'EXAT' | 'PXAT'): Recipe {
  const conditions = ['NX', 'XX', 'FOO', ...(unit.endsWith('AT') ? ['GT', 'LT', 'GT\0x'] : [])]
  return (random) => {
    const words = [key(random), time(random, unit)]
    for (let left = random.chance(0.5) ? random.int(3) : 0; left > 0; left--) {
      words.push(anyCase(random.pick(conditions), random))
    }
    return words
  }
}

/** SETRANGE really allocates up to its offset: none between a few hundred and the limit. */
function offset(random: Random): string {
  if (random.chance(0.7)) return String(random.int(300))
  const text = integer(random)
  const size = Number(text)
  return size > 1000 && size < 536_870_912 ? '300' : text
}

/** Of a bit; SETBIT really allocates up to it. */
function bit(random: Random): string {
  return random.chance(0.8) ? String(random.int(300)) : random.pick(['-1', 'x', '', '4294967296'])
}

function index(random: Random): string {
  return random.chance(0.6) ? String(random.int(40) - 20) : integer(random)
}

function notADatabase(random: Random): string {
  return random.pick([
    '16',
    '-1',
    'x',
    '99999999999',
    '2147483648',
    '-2147483649',
    '',
    ' 1',
    '01',
    '1\0',
    '2147483647',
  ])
}

function flush(random: Random): string[] {
  return random.pick([[], [], ['ASYNC'], ['async'], ['FOO'], ['ASYNC', 'ASYNC'], ['']])
}

function hello(random: Random): string[] {
  return random.pick([
    ...[['2'], ['3'], ['3'], ['3'], [], ['4'], ['x'], [''], ['3\0'], ['03'], ['1'], ['-3']],
    ...[
      ['3', 'SETNAME', 'foo'],
      ['3', 'SETNAME', 'a b'],
      ['2', 'setname', ''],
      ['3', 'SETNAME'],
    ],
    ...[
      ['2', 'AUTH', 'default', 'x'],
      ['3', 'AUTH', 'foo', 'x'],
      ['3', 'FOO'],
      ['3', 'AUTH', 'default'],
    ],
    ...[
      ['3', 'SETNAME', 'x', 'FOO'],
      ['2', 'SETNAME', 'y', 'AUTH', 'default', ''],
      ['3', 'FO\0O', 'x'],
    ],
    ['99999999999999999999'],
  ])
}

function client(random: Random): string[] {
  return random.pick([
    ...[['GETNAME'], ['getname'], ['ID'], ['SETNAME', 'x'], ['SETNAME', ''], ['SETNAME', 'a\nb']],
    ...[['SETNAME', '~!'], ['SETNAME', '\x7f'], ['SETNAME', 'a\0'], ['SETNAME'], ['FOO'], ['']],
    ...[
      ['GETNAME', 'x'],
      [],
      ['FO\0O', 'x'],
      ['x'.repeat(200)],
      ['ID', 'x'],
      ['SETNAME', 'a', 'b'],
      ['KILL', '1.2.3.4:5'],
      ['KILL', 'ID', '0'],
      ['TRACKINGINFO'],
      ['CACHING', 'YES'],
      ['UNPAUSE'],
    ],
  ])
}

function config(random: Random): string[] {
  return random.pick([
    ...[
      ['GET', 'appendonly'],
      ['GET', 'databases'],
      ['get', 'nosuch'],
      ['GET', 'maxclients'],
      [],
      ['FOO'],
    ],
    ...[
      ['GET', 'MaxClients'],
      ['GET', 'timeout', 'TIMEOUT'],
      ['GET', 'TimeOut', 'timeou*'],
      ['GET', 'timeout', 'appendonly', 'nosuch'],
    ],
    ...[
      ['GET', 'maxclient[s]'],
      ['GET', 'databas?s', 'databases'],
      ['GET', 'proto-max-bulk-le*'],
    ],
    ...[['GET'], ['GET', ''], ['GET', 'timeout', 'timeout'], ['GET', 'timeou?']],
  ])
}

/** A walk that is over in one step: all keys at once. Or a wrong one. */
function scan(random: Random): string[] {
  const cursor = random.chance(0.75)
    ? random.pick(['0', '0', '00', '+0', '-0', ''])
    : random.pick(['x', '-', ' 0', '99999999999999999999', '1x', '18446744073709551616', '0x0'])
  const words = [cursor, 'COUNT', '1000']
  if (random.chance(0.4)) words.push(anyCase('MATCH', random), glob(random))
  if (random.chance(0.2)) words.push('TYPE', random.pick(['string', 'STRING', 'hash', 'x', '']))
  if (random.chance(0.15)) words.push(random.pick(['FOO', 'COUNT', 'MATCH']))
  if (random.chance(0.15))
    words.push('COUNT', random.pick(['0', '-1', 'x', '99999999999999999999', '2000']))
  return words
}

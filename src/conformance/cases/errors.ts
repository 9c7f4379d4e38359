/** Unknown commands, and the number of arguments of the known ones. */
import { cmd } from '../bytes.ts'
import { bytes, type Case, commands, each } from '../case.ts'
import { arity, err, matching, ok, pong, unknown } from '../replies.ts'

const b = (length: number) => 'b'.repeat(length)

/** Commands with one argument too few, and one too many if there is a maximum. */
const arities: [command: string, ...lines: string[]][] = [
  ['ping', 'PING a b'],
  ['echo', 'ECHO', 'ECHO a b'],
  ['set', 'SET', 'SET k'],
  ['get', 'GET', 'GET k k'],
  ['getdel', 'GETDEL', 'GETDEL k k'],
  ['getex', 'GETEX'],
  ['getset', 'GETSET k', 'GETSET k v x'],
  ['setnx', 'SETNX k', 'SETNX k v x'],
  ['setex', 'SETEX k 10', 'SETEX k 10 v x'],
  ['psetex', 'PSETEX k 10', 'PSETEX k 10 v x'],
  ['mset', 'MSET', 'MSET k', 'MSET k v k'],
  ['mget', 'MGET'],
  ['msetnx', 'MSETNX', 'MSETNX k', 'MSETNX k v k'],
  ['append', 'APPEND k', 'APPEND k v x'],
  ['strlen', 'STRLEN', 'STRLEN k k'],
  ['setrange', 'SETRANGE k 0', 'SETRANGE k 0 v x'],
  ['getrange', 'GETRANGE k 0', 'GETRANGE k 0 1 2'],
  ['incr', 'INCR', 'INCR k 1'],
  ['decr', 'DECR', 'DECR k 1'],
  ['incrby', 'INCRBY k', 'INCRBY k 1 2'],
  ['decrby', 'DECRBY k', 'DECRBY k 1 2'],
  ['incrbyfloat', 'INCRBYFLOAT k', 'INCRBYFLOAT k 1 2'],
  ['del', 'DEL'],
  ['unlink', 'UNLINK'],
  ['exists', 'EXISTS'],
  ['type', 'TYPE', 'TYPE k k'],
  ['keys', 'KEYS', 'KEYS a b'],
  ['scan', 'SCAN'],
  ['randomkey', 'RANDOMKEY k'],
  ['rename', 'RENAME k', 'RENAME k j x'],
  ['renamenx', 'RENAMENX k', 'RENAMENX k j x'],
  ['expire', 'EXPIRE', 'EXPIRE k'],
  ['pexpire', 'PEXPIRE k'],
  ['expireat', 'EXPIREAT k'],
  ['pexpireat', 'PEXPIREAT k'],
  ['ttl', 'TTL', 'TTL k k'],
  ['pttl', 'PTTL', 'PTTL k k'],
  ['expiretime', 'EXPIRETIME', 'EXPIRETIME k k'],
  ['pexpiretime', 'PEXPIRETIME', 'PEXPIRETIME k k'],
  ['persist', 'PERSIST', 'PERSIST k k'],
  ['dbsize', 'DBSIZE x'],
  ['select', 'SELECT', 'SELECT 0 1'],
  ['client', 'CLIENT'],
  ['client|id', 'CLIENT ID x'],
  ['client|getname', 'CLIENT GETNAME x'],
  ['client|setname', 'CLIENT SETNAME', 'CLIENT SETNAME a b'],
  ['client|info', 'CLIENT INFO x'],
  ['config', 'CONFIG'],
  ['config|get', 'CONFIG GET'],
  ['command|count', 'COMMAND COUNT x'],
]

/** Commands of Redis that need not be there: whatever is said, it is one good reply. */
const optional = [
  'COPY a b',
  'OBJECT ENCODING a',
  'TOUCH a',
  'LPUSH a b',
  'HSET a b c',
  'CLIENT SETINFO LIB-NAME lab',
  'CLIENT SETINFO lib-ver 1.0',
].map((line) =>
  commands(`one reply, whether it is known or not: ${line}`, [
    [line, matching(/\+(OK)\r\n|:[01]\r\n|\$-1\r\n|-ERR unknown (sub)?command '[^\r]*\r\n/)],
  ]),
)

export const errors: Case[] = [
  ...each('unknown', [
    ['FoO', unknown('FoO')],
    ['FoO a b', unknown('FoO', 'a', 'b')],
    ['GETS a', unknown('GETS', 'a')],
    ['GE a', unknown('GE', 'a')],
    [['foo', ''], unknown('foo', '')],
    [['foo', 'a', '', 'b'], unknown('foo', 'a', '', 'b')],
    [['', ''], unknown('', '')],
    [[' get', 'a'], unknown(' get', 'a')],
    [['get ', 'a'], unknown('get ', 'a')],
    [["it's", "a'b"], unknown("it's", "a'b")],
    [['f\xff', 'g\xff'], unknown('f\xff', 'g\xff')],
    ['foo a{0} %s %d', unknown('foo', 'a{0}', '%s', '%d')],
    ['constructor', unknown('constructor')],
    ['__proto__', unknown('__proto__')],
    ['hasOwnProperty', unknown('hasOwnProperty')],
  ]),
  commands('unknown: line ends become blanks', [
    [['a\r\nb', 'c\r\nd', '\n'], unknown('a  b', 'c  d', ' ')],
  ]),
  commands('unknown: name and arguments end at a NUL', [
    [['a\0b', 'c\0d', '\0', 'e'], unknown('a', 'c', '', 'e')],
  ]),
  commands('unknown: a long name is cut at 128 bytes', [
    [b(127), unknown(b(127))],
    [b(128), unknown(b(128))],
    [b(129), unknown(b(128))],
    [[b(300), 'a'], unknown(b(128), 'a')],
  ]),
  commands('unknown: the arguments share 128 bytes', [
    [['foo', b(300), 'c'], unknown('foo', b(128))],
    [['foo', b(128), 'c'], unknown('foo', b(128))],
    [['foo', b(125), 'c'], unknown('foo', b(125))],
    [['foo', b(124), 'c', 'd'], unknown('foo', b(124), 'c')],
    [['foo', b(100), b(100), 'd'], unknown('foo', b(100), b(25))],
    [['foo', ...Array(60).fill('ab')], unknown('foo', ...Array(26).fill('ab'))],
  ]),
  bytes(
    'unknown: the connection goes on',
    `nosuch\r\n${cmd('PING')}`,
    [unknown('nosuch'), pong],
    'open',
  ),
  ...arities.flatMap(([command, ...lines]) =>
    each(
      'arity',
      lines.map((line) => [line, arity(command)]),
    ),
  ),
  ...each('any case of letters', [
    ['ping', pong],
    ['PiNg', pong],
    ['sEt k v', ok],
    ['gEt', arity('get')],
    ['CLIENT nosuch', err("unknown subcommand 'nosuch'. Try CLIENT HELP.")],
    ['client NoSuch', err("unknown subcommand 'NoSuch'. Try CLIENT HELP.")],
    ['CONFIG FOO a', err("unknown subcommand 'FOO'. Try CONFIG HELP.")],
    ['COMMAND FOO', err("unknown subcommand 'FOO'. Try COMMAND HELP.")],
  ]),
  ...optional,
]

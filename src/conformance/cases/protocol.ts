/** The frames of RESP: what is a request, what is odd but fine, what ends the connection. */
import { cmd, readable } from '../bytes.ts'
import { bytes, type Case } from '../case.ts'
import { arity, bulk, bulks, int, maybe, ok, pong, protocolError, unknown } from '../replies.ts'

const ping = 'PING\r\n'

/** What a browser sends. A reply to its first line is dropped with the connection, at `Host:`. */
const browser = (method: string) =>
  `${method} / HTTP/1.1\r\nHost: 127.0.0.1:6379\r\nAccept: */*\r\n\r\n`

/** Lengths that mean no command at all: nothing is answered, the next command is. */
const nothingToDo = [
  '*0',
  '*-1',
  '*-10',
  '*-2147483649',
  '*-9999999999',
  '*-9223372036854775808',
].map((line) => bytes(`no command: ${line}`, `${line}\r\n${ping}`, [pong], 'open'))

const badCount = protocolError('invalid multibulk length')
const badCounts = [
  '*',
  '*abc',
  '*1x',
  '*1 ',
  '*+1',
  '* 1',
  '*01',
  '*-0',
  '*-01',
  '*--1',
  '*1.0',
  '*2147483648',
  '*3000000000',
  `*${'9'.repeat(20)}`,
  '*-9223372036854775809',
  '*9223372036854775808',
  '*18446744073709551617',
].map((line) => bytes(`invalid multibulk length: ${line}`, `${line}\r\n`, [badCount], 'closed'))

const badLength = protocolError('invalid bulk length')
const badLengths = [
  '$-1',
  '$-10',
  '$abc',
  '$',
  '$04',
  '$00',
  '$ 4',
  '$4 ',
  '$+4',
  '$-0',
  '$4x',
  '$536870913',
  '$2000000000',
  '$2147483648',
  '$9223372036854775808',
  '$18446744073709551620',
].map((line) => bytes(`invalid bulk length: ${line}`, `*1\r\n${line}\r\n`, [badLength], 'closed'))

const notDollar: [line: string, got: string][] = [
  ['PING', 'P'],
  [':4', ':'],
  ['+PING', '+'],
  ['*1', '*'],
  [' $4', ' '],
  ['\xff', '\xff'],
  ['\x80x', '\x80'],
  ['\x01', '\x01'],
  ["'", "'"],
  ['\r\n', ' '],
  ['\n', ' '],
]

const noDollar = notDollar.map(([line, got]) =>
  bytes(
    `expected '$': *1 and ${readable(line)}`,
    `*1\r\n${line}\r\n`,
    [protocolError(`expected '$', got '${got}'`)],
    'closed',
  ),
)

const waits: [string, string][] = [
  ['the largest count', '*2147483647\r\n'],
  ['a count above 1024 * 1024', '*1048577\r\n'],
  ['the largest bulk', '*1\r\n$536870912\r\n'],
  ['a count without its end', '*1'],
  ['a count with its CR only', '*1\r'],
  ['a length without its end', '*1\r\n$4'],
  ['a bulk without its end', '*1\r\n$4\r\nPING'],
  ['a bulk with its CR only', '*1\r\n$4\r\nPING\r'],
  ['one argument of two', '*2\r\n$4\r\nECHO\r\n'],
  ['a wrong byte in place of a $, before its line ends', '*1\r\nPING'],
  ['a wrong count, before its line ends', '*abc'],
  ['lines that end in LF only', '*1\n$4\nPING\n'],
  ['a NUL in a count hides the CR after it', '*1\0\r\n$4\r\nPING\r\n'],
  ['a NUL in a length hides the CR after it', '*1\r\n$4\0\r\nPING\r\n'],
  ['a NUL in place of the $ hides the CR after it', '*1\r\n\0\r\n'],
  ['a NUL in place of the $, before a length', '*1\r\n\x004\r\nPING\r\n'],
]

const waiting = waits.map(([name, send]) => bytes(`waits: ${name}`, send, [], 'waiting'))

const limits: Case[] = [
  bytes(
    'too big mbulk count string: 65537 digits and no CR',
    `*${'1'.repeat(65537)}`,
    [protocolError('too big mbulk count string')],
    'closed',
    { big: true },
  ),
  bytes('waits: a count of 65535 digits and no CR', `*${'1'.repeat(65535)}`, [], 'waiting', {
    big: true,
  }),
  bytes(
    'too big bulk count string: 65537 digits and no CR',
    `*1\r\n$${'1'.repeat(65537)}`,
    [protocolError('too big bulk count string')],
    'closed',
    { big: true },
  ),
  bytes('waits: a length of 65535 digits and no CR', `*1\r\n$${'1'.repeat(65535)}`, [], 'waiting', {
    big: true,
  }),
]

export const protocol: Case[] = [
  ...nothingToDo,
  ...badCounts,
  ...badLengths,
  ...noDollar,
  ...waiting,
  ...limits,
  bytes('a command', cmd('PING'), [pong], 'open'),
  bytes(
    'commands in a row',
    cmd('PING') + cmd('PING', 'a') + cmd('PING'),
    [pong, bulk('a'), pong],
    'open',
  ),
  bytes('an empty bulk', cmd('PING', ''), [bulk('')], 'open'),
  bytes('a bulk of every byte', cmd('PING', everyByte()), [bulk(everyByte())], 'open'),
  bytes('a bulk that looks like a command', cmd('PING', cmd('PING')), [bulk(cmd('PING'))], 'open'),
  bytes(
    'multibulk and inline on one connection',
    `${cmd('PING', 'a')}PING b\r\n${cmd('PING', 'c')}\r\nPING\n`,
    [bulk('a'), bulk('b'), bulk('c'), pong],
    'open',
  ),
  bytes(
    'nothing to do between commands',
    `PING\r\n*0\r\n\r\n*-1\r\n${cmd('PING', 'x')}\n  \r\nPING\r\n`,
    [pong, bulk('x'), pong],
    'open',
  ),
  bytes('a length too short', '*1\r\n$3\r\nPING\r\n', [unknown('PIN')], 'open'),
  bytes(
    'a length too short, and what is left of the line',
    '*1\r\n$3\r\nPING\r\nPING\r\n',
    [unknown('PIN'), pong],
    'open',
  ),
  bytes('the two bytes after a bulk are not looked at', '*1\r\n$4\r\nPINGxx', [pong], 'open'),
  bytes('NULs after a bulk', `*1\r\n$4\r\nPING\0\0${cmd('PING')}`, [pong, pong], 'open'),
  bytes('the byte after a CR is not looked at', '*1\rX$4\rXPING\r\n', [pong], 'open'),
  bytes('lines that end in LF only, up to the next CR', '*1\n$4\nPING\n\r\n', [badCount], 'closed'),
  bytes('a length that ends in LF only', '*1\r\n$4\nPING\r\n', [badLength], 'closed'),
  bytes('an empty name', '*1\r\n$0\r\n\r\n', [unknown('')], 'open'),
  bytes('an empty name with an argument', cmd('', 'a'), [unknown('', 'a')], 'open'),
  bytes('a bulk at top level is an inline command', '$4\r\n', [unknown('$4')], 'open'),
  bytes('a map at top level is an inline command', '%1\r\n', [unknown('%1')], 'open'),
  bytes(
    'good, bad, good: the last is dropped',
    `PING\r\n*x\r\n${ping}`,
    [pong, badCount],
    'closed',
  ),
  bytes(
    'a bad bulk after good commands',
    `${cmd('SET', 'k', 'v')}${cmd('GET', 'k')}*2\r\n$3\r\nGET\r\n$-1\r\n${ping}`,
    [ok, bulk('v'), badLength],
    'closed',
  ),
  bytes(
    'a bad second argument',
    '*2\r\n$4\r\nPING\r\n+a\r\n',
    [protocolError("expected '$', got '+'")],
    'closed',
  ),
  bytes('an arity error is not the end', `${cmd('GET')}${ping}`, [arity('get'), pong], 'open'),
  bytes('POST closes without a word', 'POST / HTTP/1.1\r\nHost: x\r\n\r\n', [], 'closed'),
  bytes('POST alone, in small letters', 'post\r\n', [], 'closed'),
  bytes('POST as a multibulk', cmd('POST', '/'), [], 'closed'),
  bytes('Host: closes without a word', 'Host: localhost\r\n', [], 'closed'),
  bytes('HOST: in capitals', 'HOST: x\r\n', [], 'closed'),
  bytes('Host: as a multibulk', cmd('Host:'), [], 'closed'),
  bytes('HOST without its colon is only unknown', 'HOST\r\n', [unknown('HOST')], 'open'),
  bytes('GET of a browser is a command', 'GET / HTTP/1.1\r\n', [arity('get')], 'open'),
  ...['GET', 'POST', 'PUT'].map((method) =>
    bytes(`${method} of a browser, with headers`, browser(method), [], 'closed', {
      inOnePiece: true,
    }),
  ),
  // Redis drops the replies that it has not sent yet; one that came earlier may have left.
  bytes('POST after a PING', `PING\r\nPOST / HTTP/1.1\r\n${ping}`, [maybe(pong)], 'closed'),
  bytes('QUIT', cmd('QUIT'), [ok], 'closed'),
  bytes('QUIT inline', 'quit\r\n', [ok], 'closed'),
  bytes('QUIT with arguments', cmd('QUIT', 'now'), [ok], 'closed'),
  bytes('QUIT drops what follows', `${cmd('QUIT')}${ping}${ping}`, [ok], 'closed'),
  bytes(
    'QUIT after commands',
    `${cmd('SET', 'k', 'v')}${cmd('GET', 'k')}${cmd('QUIT')}${cmd('DEL', 'k')}`,
    [ok, bulk('v'), ok],
    'closed',
  ),
  bytes('10,000 commands in a row', ping.repeat(10_000), [pong.repeat(10_000)], 'open', {
    big: true,
  }),
  bytes(
    '1,000 multibulk commands in a row',
    cmd('PING', 'hello').repeat(1000),
    [bulk('hello').repeat(1000)],
    'open',
    { big: true },
  ),
  bytes(
    '1,000 writes and reads in a row',
    range(1000)
      .map((i) => cmd('SET', `k${i}`, `v${i}`) + cmd('GET', `k${i}`))
      .join(''),
    [
      range(1000)
        .map((i) => ok + bulk(`v${i}`))
        .join(''),
    ],
    'open',
    { big: true },
  ),
  bytes(
    '1,000 keys in one MSET and one MGET',
    cmd('MSET', ...range(1000).flatMap((i) => [`k${i}`, `v${i}`])) +
      cmd('MGET', ...range(1000).map((i) => `k${i}`)) +
      cmd('DBSIZE'),
    [ok, bulks(...range(1000).map((i) => `v${i}`)), int(1000)],
    'open',
    { big: true },
  ),
  bytes(
    'a value of 1 MiB',
    cmd('SET', 'k', mebibyte()) +
      cmd('STRLEN', 'k') +
      cmd('GET', 'k') +
      cmd('GETRANGE', 'k', '-5', '-1'),
    [ok, int(1 << 20), bulk(mebibyte()), bulk(mebibyte().slice(-5))],
    'open',
    { big: true },
  ),
  bytes(
    'a word of 100 KiB between small commands',
    ping + cmd('PING', mebibyte().slice(0, 102_400)) + ping,
    [pong, bulk(mebibyte().slice(0, 102_400)), pong],
    'open',
    { big: true },
  ),
  bytes(
    'a key of 64 KiB',
    cmd('SET', 'k'.repeat(65536), 'v') +
      cmd('GET', 'k'.repeat(65536)) +
      cmd('GET', 'k'.repeat(65535)),
    [ok, bulk('v'), '$-1\r\n'],
    'open',
    { big: true },
  ),
]

function everyByte(): string {
  return String.fromCharCode(...range(256))
}

/** Not the same byte all over, so that a piece in the wrong place is seen. */
function mebibyte(): string {
  return range(1 << 16)
    .map((i) => `${i}`.padStart(15, '.') + String.fromCharCode(i & 0xff))
    .join('')
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

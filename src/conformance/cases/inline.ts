/** Commands as they are typed: words, quotes and escapes in a line. */
import { cmd, readable } from '../bytes.ts'
import { bytes, type Case, type Ending } from '../case.ts'
import { arity, bulk, ok, pong, protocolError, unknown } from '../replies.ts'

const unbalanced = protocolError('unbalanced quotes in request')

const empty = ['\r\n', '\n', '   \r\n', '\t\n', '\r\r\n', '\x0b\x0c\r\n'].map((line) =>
  bytes(`an empty line: ${readable(line)}`, `${line}PING\r\n`, [pong], 'open'),
)

/** What is typed after ECHO, and what it says. */
const words: [string, string][] = [
  ['foo', 'foo'],
  ['\xff\xfe\x80', '\xff\xfe\x80'],
  ['"a b"', 'a b'],
  ['""', ''],
  ["''", ''],
  ["'a b'", 'a b'],
  ['"\\x41\\x4a\\x4A\\x00\\xff"', 'AJJ\0\xff'],
  ['"\\n\\r\\t\\b\\a"', '\n\r\t\b\x07'],
  ['"\\"\\\\\\q\\\'"', '"\\q\''],
  ['"\\xzz\\x4"', 'xzzx4'],
  ["'a\\'b\\n\\x41'", "a'b\\n\\x41"],
  ['a"b"', 'ab'],
  ['a"b c"', 'ab c'],
  ["a'b c'", 'ab c'],
  ['a\\nb', 'a\\nb'],
  ["'a\"b'", 'a"b'],
  ['"a\'b"', "a'b"],
  ['a\x0bb', 'a\x0bb'],
  ['a\x0c', 'a\x0c'],
  ['"a\rb"', 'a\rb'],
  ['"\xff\x01"', '\xff\x01'],
  ['*1', '*1'],
]

const echoes = words.map(([typed, said]) =>
  bytes(`ECHO ${readable(typed)}`, `ECHO ${typed}\r\n`, [bulk(said)], 'open'),
)

const unbalancedLines = [
  'set "a b',
  "set 'a b",
  'set "a"b c',
  "set 'a'b c",
  'set """k""" v',
  'echo "',
  "echo '",
  'echo "a\\',
  'echo "a\\"',
  "echo 'a\\'",
  "echo a'b c'd",
  '"P"ING',
].map((line) => bytes(`unbalanced quotes: ${line}`, `${line}\r\n`, [unbalanced], 'closed'))

const long = (length: number) => 'a'.repeat(length)
/** A name is cut at 128 bytes in the error. */
const unknownLong = unknown(long(128))

/** Redis refuses a line of more than 64 KiB only if the end has not come with what it has read. */
const inOnePiece = (name: string, send: string, expect: string, ends: Ending) =>
  bytes(`in one piece: ${name}`, send, [expect], ends, { big: true, inOnePiece: true })

const length = 'invalid multibulk length'
const longLines = [
  ...[65_536, 65_537, 70_000].map((count) =>
    inOnePiece(`a line of ${count} bytes`, `SET k ${long(count - 6)}\r\n`, ok, 'open'),
  ),
  inOnePiece(
    'a line of 68,007 bytes, in two',
    `PING ${long(68_000)}\rx\r\n`,
    arity('ping'),
    'open',
  ),
  inOnePiece('a count of 68,000 bytes', `*${long(68_000)}\r\n`, protocolError(length), 'closed'),
  inOnePiece(
    'a length of 68,000 bytes',
    `*1\r\n$${long(68_000)}\r\n`,
    protocolError('invalid bulk length'),
    'closed',
  ),
  inOnePiece('a quote of 68,000 bytes', `"${long(68_000)}\r\n`, unbalanced, 'closed'),
]

export const inline: Case[] = [
  ...empty,
  ...echoes,
  ...unbalancedLines,
  bytes('a line that ends in LF', 'PING\n', [pong], 'open'),
  bytes('blanks around the words', '  \t PING \t  hello  \r\n', [bulk('hello')], 'open'),
  bytes('two CRs before the LF', 'PING\r\r\n', [pong], 'open'),
  bytes('a CR between words is a blank', 'PING a\rb\r\n', [arity('ping')], 'open'),
  bytes('a quoted name', '"PING"\r\n\'PING\' x\r\n', [pong, bulk('x')], 'open'),
  bytes('an empty quoted name', '""\r\n', [unknown('')], 'open'),
  bytes('a closing quote and a tab', 'PING "a"\tb\r\n', [arity('ping')], 'open'),
  bytes(
    'many lines',
    'SET k v\r\nGET k\nget k\r\nDEL k\r\n',
    [ok, bulk('v'), bulk('v'), ':1\r\n'],
    'open',
  ),
  bytes(
    'a binary value through escapes',
    `SET k "\\x00\\r\\n\\xff"\r\n${cmd('GET', 'k')}`,
    [ok, bulk('\0\r\n\xff')],
    'open',
  ),
  bytes(
    'an error and the next line',
    'nosuch a b\r\nPING\r\n',
    [unknown('nosuch', 'a', 'b'), pong],
    'open',
  ),
  bytes(
    'what is before unbalanced quotes is answered',
    'PING\r\nset "a\r\nPING\r\n',
    [pong, unbalanced],
    'closed',
  ),
  bytes('waits: a line without its end', 'PING', [], 'waiting'),
  bytes('waits: a line with its CR only', 'PING\r', [], 'waiting'),
  bytes('waits: open quotes, before the line ends', 'set "a b', [], 'waiting'),
  bytes('waits: a NUL hides the LF after it', 'PING\0\r\nPING\r\n', [], 'waiting'),
  bytes('waits: a NUL at the start', '\0\r\nPING\r\n', [], 'waiting'),
  bytes(
    'too big inline request: 65537 bytes without LF',
    long(65537),
    [protocolError('too big inline request')],
    'closed',
    { big: true },
  ),
  bytes(
    'too big inline request: 65537 blanks',
    ' '.repeat(65537),
    [protocolError('too big inline request')],
    'closed',
    { big: true },
  ),
  bytes(
    'too big inline request after a good one',
    `PING\r\n${long(65537)}`,
    [pong, protocolError('too big inline request')],
    'closed',
    { big: true },
  ),
  bytes('waits: 65536 bytes without LF', long(65536), [], 'waiting', { big: true }),
  bytes('65536 bytes and LF are fine', `${long(65536)}\n`, [unknownLong], 'open', { big: true }),
  bytes('65535 bytes, CR and LF are fine', `${long(65535)}\r\n`, [unknownLong], 'open', {
    big: true,
  }),
  ...longLines,
  bytes('a long argument', `ECHO ${long(60000)}\r\nPING\r\n`, [bulk(long(60000)), pong], 'open', {
    big: true,
  }),
]

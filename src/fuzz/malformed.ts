/** Bytes that no client library sends: odd frames, damaged commands, lines beyond the limit. */
import type { Random } from './random.ts'

/** Frames at the edge of the protocol, and just beyond. */
const ODD_FRAMES = [
  ...[
    '\r\n',
    '\n',
    ' \r\n',
    '\t\n',
    '\r\r\n',
    '*0\r\n',
    '*-1\r\n',
    '*-10\r\n',
    '*\r\n',
    '*abc\r\n',
  ],
  ...['*1x\r\n', '*+1\r\n', '* 1\r\n', '*01\r\n', '*-0\r\n', '*00\r\n', '*0\rx', '*2147483648\r\n'],
  ...['*2147483647\r\n', '*1048577\r\n', '*3000000000\r\n', '*10000000000\r\n', '*-2147483649\r\n'],
  ...['*-9223372036854775808\r\n', '*-9223372036854775809\r\n', '*9223372036854775807\r\n'],
  ...[`*${'9'.repeat(20)}\r\n`, '*1\r\nPING\r\n', '*1\r\n:4\r\nPING\r\n', '*1\r\n+PING\r\n'],
  ...[
    '*1\r\n\r\n',
    '*1\r\n\n\r\n',
    '*1\r\n*1\r\n$4\r\nPING\r\n',
    '*1\r\n\xe44\r\nPING\r\n',
    '*1\r\n\xe4',
  ],
  ...['*1\r\n$-1\r\n', '*1\r\n$-10\r\n', '*1\r\n$abc\r\n', '*1\r\n$\r\n', '*1\r\n$04\r\nPING\r\n'],
  ...['*1\r\n$00\r\n', '*1\r\n$ 4\r\n', '*1\r\n$+4\r\n', '*1\r\n$4 \r\n', '*1\r\n$536870913\r\n'],
  ...[
    '*1\r\n$536870912\r\n',
    '*1\r\n$2000000000\r\n',
    '*1\r\n$12345678901\r\n',
    '*1\r\n$32768\r\n',
  ],
  ...['*1\r\n$9223372036854775808\r\n', '*1\r\n$-9223372036854775809\r\n', '*1\r\n$3\r\nPING\r\n'],
  ...['*1\r\n$5\r\nPING\r\n', '*1\r\n$4\r\nPINGxx', '*1\r\n$4\r\nPING\0\0', '*1\rX$4\rXPING\r\n'],
  ...[
    '*1\r$4\rPING\r\n',
    '*1\n$4\nPING\n',
    '*1\r\n$4\nPING\r\n',
    '*1\r\n$0\r\n\r\n',
    '$4\r\nPING\r\n',
  ],
  ...[
    '%1\r\n',
    '~1\r\n',
    '>1\r\n',
    '$-1\r\n',
    ':1\r\n',
    '+PING\r\n',
    '-PING\r\n',
    '_\r\n',
    '#t\r\n',
  ],
  ...[
    '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n+5\r\n',
    '*2\r\n$3\r\nGET\r\n:1\r\n',
    '*2\r\n$4\r\nECHO\r\n$-1\r\n',
  ],
  ...['*1\0\r\n', '*\x001\r\n$4\r\nPING\r\n', '*1\r\n$4\0\r\nPING\r\n', '*1\r\n\0$4\r\nPING\r\n'],
  ...[
    '*1\r\n$\x004\r\nPING\r\n',
    '*1\r\0$4\r\0PING\r\n',
    '\0\r\n',
    'PI\0NG\r\n',
    'PING\0\r\nPING\r\n',
  ],
  ...[
    'ping\r\n',
    'ping\n',
    ' ping\r\n',
    'ping x\r\n',
    'ping\tx\r\n',
    'ping\v\r\n',
    'ping \f x\r\n',
  ],
  ...[
    'ping\r\r\n',
    'ping\rping\r\n',
    'ping a\x0bb\r\n',
    'ping a\rb\r\n',
    '"ping"\v\r\n',
    '\x85ping\r\n',
  ],
  ...[
    '\xa0ping\r\n',
    '\v\fping\r\n',
    '\xff\xfe\r\n',
    '"ping"\r\n',
    "'ping'\r\n",
    'p"in"\r\n',
    'p"ing"\r\n',
  ],
  ...[
    'p"in"g\r\n',
    '"p"ing\r\n',
    '""\r\n',
    "''\r\n",
    'set k ""\r\n',
    'echo "\\xzz"\r\n',
    'echo "\\x4"\r\n',
  ],
  ...[
    'echo "\\x4a\\x0d\\x0A\\n\\r\\t\\b\\a\\q\\""\r\n',
    "echo '\\''\r\n",
    "echo '\\a\\n'\r\n",
    '"\\"\r\n',
  ],
  ...[
    'set "a b\r\n',
    "set 'a b\r\n",
    'set "a"b c\r\n',
    "set 'a'b c\r\n",
    'set """k""" v\r\n',
    '"ping\\\r\n',
  ],
  ...[
    'echo "a\rb"\r\n',
    'echo "a\\',
    'echo "a" \r\n',
    'echo "a"\t\n',
    'echo a"b c"\r\n',
    "echo a'b c'\r\n",
  ],
  ...[
    'POST / HTTP/1.1\r\n',
    'Host: x\r\n',
    'host:\r\n',
    '*1\r\n$4\r\npost\r\n',
    'GET / HTTP/1.1\r\n',
  ],
  ...[
    'QUIT\r\n',
    '*1\r\n$4\r\nquit\r\n',
    '*',
    '*1',
    '*1\r',
    '*1\r\n',
    '*1\r\n$',
    '*1\r\n$4',
    '*1\r\n$4\r',
  ],
  ...[
    '*1\r\n$4\r\n',
    '*1\r\n$4\r\nPI',
    '*1\r\n$4\r\nPING',
    '*1\r\n$4\r\nPING\r',
    'PIN',
    'PING\r',
    '"',
    "'",
  ],
]

export function oddFrame(random: Random): string {
  return random.pick(ODD_FRAMES)
}

const SPECIAL = [
  '\0',
  '\n',
  '\r',
  '$',
  '*',
  '-',
  '+',
  '0',
  '1',
  '9',
  ' ',
  '"',
  "'",
  '\\',
  '\xff',
  '\r\n',
]

/** Damages bytes in one place: a flip, a cut, something put in, taken out or said twice. */
export function damage(bytes: string, random: Random): string {
  // Headers matter most, and those are at the beginning.
  const at = random.int(random.chance(0.6) ? Math.min(bytes.length, 30) : bytes.length)
  const before = bytes.slice(0, at)
  const after = bytes.slice(at)
  switch (random.int(6)) {
    case 0:
      return before + random.pick(SPECIAL) + after.slice(1)
    case 1:
      return before
    case 2:
      return before + (random.chance(0.5) ? random.pick(SPECIAL) : random.bytes(1)) + after
    case 3:
      return before + after.slice(1 + random.int(3))
    case 4:
      return before + after.slice(0, 1 + random.int(12)) + after
    default:
      return (
        before +
        random.pick(['\r', '\n', '\0', '']) +
        String.fromCharCode(after.charCodeAt(0) ^ (1 << random.int(8))) +
        after.slice(1)
      )
  }
}

/** The longest line, in bytes, without its end. */
const MAX_LINE = 65_536

/**
 * Lines about as long as the limit, and what follows them, which must be sent separately: Redis lets
 * a line pass that is too long where its end comes with the same read, and the kernel decides that.
 */
export function longLine(random: Random): string[] {
  const length = MAX_LINE - 1 + random.int(4)
  const fill = (start: string, character: string) => start + character.repeat(length - start.length)
  const line = random.pick([
    fill('', 'x'),
    fill('PING ', ' '),
    fill('"', 'x'),
    fill('', '\0'),
    fill('*', '1'),
    fill('*', '0'),
    fill('*-', '1'),
    fill('*1', 'x'),
  ])
  const header = `*1\r\n${fill('$', random.pick(['1', '0', 'x']))}`
  const sent = random.chance(0.3) ? header : line
  if (length > MAX_LINE) return [sent, random.pick(['\r\n', '\n', '\r', '1', 'PING\r\n'])]
  // What is not too long yet must not become so together with its end, in whatever pieces.
  return [sent, sent.startsWith('*') ? '\r\n' : '\n']
}

/** Generates bytes that no client library sends: odd frames, damaged commands, lines at the limit. */
import fc from 'fast-check'

/** Frames at the edge of the protocol, and just beyond; `|` is between two of them. */
const oddFrames = [
  '\r\n|\n| \r\n|\t\n|\r\r\n|*0\r\n|*-1\r\n|*-10\r\n|*\r\n|*abc\r\n|*1x\r\n|*+1\r\n|* 1\r\n|*01\r\n',
  '*-0\r\n|*00\r\n|*0\rx|*2147483648\r\n|*2147483647\r\n|*1048577\r\n|*3000000000\r\n',
  '*10000000000\r\n|*-2147483649\r\n|*-9223372036854775808\r\n|*-9223372036854775809\r\n',
  '*9223372036854775807\r\n|*99999999999999999999\r\n|*1\r\nPING\r\n|*1\r\n:4\r\nPING\r\n',
  '*1\r\n+PING\r\n|*1\r\n\r\n|*1\r\n\n\r\n|*1\r\n*1\r\n$4\r\nPING\r\n|*1\r\n\xe44\r\nPING\r\n',
  '*1\r\n\xe4|*1\r\n$-1\r\n|*1\r\n$-10\r\n|*1\r\n$abc\r\n|*1\r\n$\r\n|*1\r\n$04\r\nPING\r\n',
  '*1\r\n$00\r\n|*1\r\n$ 4\r\n|*1\r\n$+4\r\n|*1\r\n$4 \r\n|*1\r\n$536870913\r\n|*1\r\n$536870912\r\n',
  '*1\r\n$2000000000\r\n|*1\r\n$12345678901\r\n|*1\r\n$32768\r\n|*1\r\n$9223372036854775808\r\n',
  '*1\r\n$-9223372036854775809\r\n|*1\r\n$3\r\nPING\r\n|*1\r\n$5\r\nPING\r\n|*1\r\n$4\r\nPINGxx',
  '*1\r\n$4\r\nPING\0\0|*1\rX$4\rXPING\r\n|*1\r$4\rPING\r\n|*1\n$4\nPING\n|*1\r\n$4\nPING\r\n',
  '*1\r\n$0\r\n\r\n|$4\r\nPING\r\n|%1\r\n|~1\r\n|>1\r\n|$-1\r\n|:1\r\n|+PING\r\n|-PING\r\n|_\r\n|#t\r\n',
  '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n+5\r\n|*2\r\n$3\r\nGET\r\n:1\r\n|*2\r\n$4\r\nECHO\r\n$-1\r\n',
  '*1\0\r\n|*\x001\r\n$4\r\nPING\r\n|*1\r\n$4\0\r\nPING\r\n|*1\r\n\0$4\r\nPING\r\n',
  '*1\r\n$\x004\r\nPING\r\n|*1\r\0$4\r\0PING\r\n|\0\r\n|PI\0NG\r\n|PING\0\r\nPING\r\n|ping\r\n|ping\n',
  ' ping\r\n|ping x\r\n|ping\tx\r\n|ping\v\r\n|ping \f x\r\n|ping\r\r\n|ping\rping\r\n|ping a\x0bb\r\n',
  'ping a\rb\r\n|"ping"\v\r\n|\x85ping\r\n|\xa0ping\r\n|\v\fping\r\n|\xff\xfe\r\n|"ping"\r\n',
  '\'ping\'\r\n|p"in"\r\n|p"ing"\r\n|p"in"g\r\n|"p"ing\r\n|""\r\n|\'\'\r\n|set k ""\r\n',
  'echo "\\xzz"\r\n|echo "\\x4"\r\n|echo "\\x4a\\x0d\\x0A\\n\\r\\t\\b\\a\\q\\""\r\n|"\\"\r\n',
  "echo '\\''\r\n|echo '\\a\\n'\r\n|set \"a b\r\n|set 'a b\r\n|set \"a\"b c\r\n|set 'a'b c\r\n",
  'set """k""" v\r\n|"ping\\\r\n|echo "a\rb"\r\n|echo "a\\|echo "a" \r\n|echo "a"\t\n',
  'echo a"b c"\r\n|echo a\'b c\'\r\n|POST / HTTP/1.1\r\n|Host: x\r\n|host:\r\n|*1\r\n$4\r\npost\r\n',
  'GET / HTTP/1.1\r\n|QUIT\r\n|*1\r\n$4\r\nquit\r\n|*|*1|*1\r|*1\r\n|*1\r\n$|*1\r\n$4|*1\r\n$4\r',
  '*1\r\n$4\r\n|*1\r\n$4\r\nPI|*1\r\n$4\r\nPING|*1\r\n$4\r\nPING\r|PIN|PING\r|"|\'',
].flatMap((frames) => frames.split('|'))

export const oddFrame: fc.Arbitrary<string> = fc.constantFrom(...oddFrames)

const special = fc.oneof(
  fc.constantFrom(...'\0\n\r$*-+019 "\'\\\xff', '\r\n'),
  fc.nat(255).map((code) => String.fromCharCode(code)),
)

/** Damages bytes in one place: a flip, a cut, something put in, taken out or doubled. */
export function damaged(intact: fc.Arbitrary<string>): fc.Arbitrary<string> {
  // Headers matter most, and those are at the beginning.
  const place = fc.record({ atHeader: fc.constantFrom(true, true, false), at: fc.nat(99_999) })
  const kind = fc.constantFrom('replace', 'cut', 'insert', 'delete', 'double', 'flip')
  const details = fc.record({
    kind,
    special,
    count: fc.integer({ min: 1, max: 12 }),
    bit: fc.nat(7),
  })
  return fc.tuple(intact, place, details).map(([bytes, { atHeader, at }, how]) => {
    const offset = at % Math.max(1, atHeader ? Math.min(bytes.length, 30) : bytes.length)
    const [before, after] = [bytes.slice(0, offset), bytes.slice(offset)]
    switch (how.kind) {
      case 'replace':
        return before + how.special + after.slice(1)
      case 'cut':
        return before
      case 'insert':
        return before + how.special + after
      case 'delete':
        return before + after.slice(Math.ceil(how.count / 4))
      case 'double':
        return before + after.slice(0, how.count) + after
      default:
        return before + String.fromCharCode(after.charCodeAt(0) ^ (1 << how.bit)) + after.slice(1)
    }
  })
}

/** The longest line, in bytes, without its end. */
const longestLine = 65_536

/**
 * A line about as long as the limit, and what follows it. The two must be sent separately: Redis
 * accepts a line that is too long if its end comes with the same read, and the kernel decides that.
 */
export const longLine: fc.Arbitrary<string[]> = fc
  .record({
    length: fc.integer({ min: longestLine - 1, max: longestLine + 2 }),
    start: fc.constantFrom('x', 'PING  ', '"x', '\0', '*1', '*0', '*-1', '*1x'),
    header: fc.constantFrom('$1', '$0', '$x'),
    asHeader: fc.constantFrom(true, false, false),
    tooLongEnd: fc.constantFrom('\r\n', '\n', '\r', '1', 'PING\r\n'),
  })
  .map(({ length, start, header, asHeader, tooLongEnd }) => {
    // The last character of a start fills the line.
    const fill = (text: string) => text.slice(0, -1) + text.at(-1)!.repeat(length - text.length + 1)
    const sent = asHeader ? `*1\r\n${fill(header)}` : fill(start)
    if (length > longestLine) return [sent, tooLongEnd]
    // What is not too long yet must not become so together with its end, in whatever pieces.
    return [sent, sent.startsWith('*') ? '\r\n' : '\n']
  })

/** Generates the words of commands: keys, numbers, values, patterns, times. Bytes are latin1 text. */
import fc from 'fast-check'

type Text = fc.Arbitrary<string>
export type Words = fc.Arbitrary<string[]>

/** The keys that are compared after each case; others are seen by KEYS only. */
export const keys = ['a', 'b', 'c', 'k', 'key', '', 'k\0', 'ke*'] as const

/** The databases that SELECT is sent to. */
export const databases = [0, 1, 9] as const

export const pick = <T>(...list: readonly T[]) => fc.constantFrom(...list)

/** One of several; the weights are whole numbers. */
export function weighted<T>(
  ...list: [weight: number, arbitrary: fc.Arbitrary<T>][]
): fc.Arbitrary<T> {
  return fc.oneof(...list.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

/** Any bytes. */
function bytes(minLength: number, maxLength: number): Text {
  return fc
    .uint8Array({ minLength, maxLength })
    .map((codes) => Buffer.from(codes).toString('latin1'))
}

/** Words in order, each of its own kind. */
export const line = (...words: Text[]): Words => fc.tuple(...words)

/** Up to `maxLength` parts of some words each. */
export function parts(part: Words, minLength: number, maxLength: number): Words {
  return fc.array(part, { minLength, maxLength }).map((list) => list.flat())
}

export const joined = (...list: Words[]): Words => fc.tuple(...list).map((lists) => lists.flat())

/** Texts without a blank in them, as a list. */
export const split = (text: string) => text.trim().split(/\s+/)

export const key = weighted(
  [93, pick<string>(...keys)],
  [4, bytes(0, 3)],
  [3, fc.nat(399).map((length) => 'x'.repeat(length))],
)

export const integer = pick(
  ...split('0 1 -1 5 10 100 1000 007 +5 -0 abc - 1.5 1e3 0x10 2147483647 2147483648 -2147483648'),
  ...split('-2147483649 4294967296 9223372036854775807 9223372036854775808 9223372036854775806'),
  ...split('-9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616'),
  ...split('999999999999999 1000000000000000 -999999999999999 99999999999999999999 536870912'),
  ...split('536870913 9223372036854775 9223372036854776 -9223372036854775 -9223372036854776'),
  ...split('9007199254740993 -9007199254740993 9007199254740992 12345678901234567890123'),
  ...[' 1', '1 ', '', '\0', '1\0', '0'.repeat(30)],
)

export const float = weighted(
  [
    8,
    pick(
      ...split('0.1 0.2 3.0 1e5 1E2 1e400 -1e400 1e4933 1e-4960 1e-4951 inf -inf +inf infinity'),
      ...split('INFINITY infinit nan NaN nan(1) -nan 0x1p3 0x.8 0xa 0x10 0x 0x1p 0x1p-20 0X1P+2'),
      ...split('.5 5. -.5 . 1e 1e+ 1e+5 1e-5 +1 -0 -0.0 00.1 01 3.14159265358979323846 1e17 1e18'),
      ...split('1e20 12345678901234567890.123456789 1.7976931348623157e308 5e-324 1e-17 1e-18'),
      ...split('5e-18 1_0 1e300 --1 0.00000000000000000499 1e4932 -1e4932 18446744073709551617'),
      ...split('1.18973149535723176502e4932 0.30000000000000004 1e-13 100000'),
      ...['123456789.123456789123', ' 1', '1 ', '1\t', '\n1', '', '1\0', '\x001'],
    ),
  ],
  [
    2,
    fc
      .tuple(pick('', '-', ''), fc.nat(10 ** 9), fc.option(fc.nat(10 ** 9), { freq: 2 }))
      .map(([sign, whole, rest]) => `${sign}${whole}${rest === null ? '' : `.${rest}`}`),
  ],
)

/**
 * Some bytes longer or shorter than the buffers of the servers and the limit of an inline line. It
 * has line ends: should a damaged frame before it make a server read it as lines, none of them is
 * near the limit of a line, where the outcome depends on the reads.
 */
const long = fc
  .tuple(
    pick(8190, 8192, 16_380, 16_384, 16_385, 20_000, 32_766, 32_768, 40_000, 65_534, 65_536),
    fc.nat(3),
    pick(0, 0, 0, 0, 20_000, 40_000),
  )
  .map(([edge, less, more]) => edge - less + more)
  .map((length) => `${'v'.repeat(997)}\r\n`.repeat(Math.ceil(length / 999)).slice(0, length))

export const value = weighted(
  [25, integer],
  [15, float],
  [25, bytes(0, 19)],
  [15, bytes(0, 119)],
  [8, bytes(220, 299)],
  [5, bytes(900, 1199)],
  [4, pick('PING', '\r\n', '*1\r\n$4\r\nPING\r\n', '-ERR x', '$', '*', "'")],
  [3, long],
)

export const glob = fc
  .array(
    pick(
      ...split(String.raw`* * ? [abc] [^a] [a-c] [c-a] \a \* a b k ke key [ \ [a [^ [\]] [] - y`),
      ...['[\\', '**', '[^]', '[a-', '[a-]', '\0'],
    ),
    { maxLength: 6 },
  )
  .map((list) => list.join(''))

export const units = ['EX', 'PX', 'EXAT', 'PXAT'] as const
export type Unit = (typeof units)[number]

/** Deadlines are far in the future or long past: the same seed sends the same bytes at any time. */
const deadlines: Record<Unit, Text> = {
  EX: pick('1000000', '2000000', '5000000'),
  PX: pick('1000000000', '2000000000', '5000000000'),
  EXAT: weighted([8, pick('4102444800', '4200000000')], [2, pick('1', '5', '1000', '1600000000')]),
  PXAT: weighted(
    [8, pick('4102444800000', '4102444800499', '4102444800500', '4200000000000')],
    [2, pick('1', '5', '1000', '1600000000')],
  ),
}

/** The time after a word such as EX or a command such as PEXPIREAT. */
export function time(unit: Unit): Text {
  return weighted(
    [15, pick('0', '-1', 'x', '', '9223372036854775807', '9223372036854775808', '1.5')],
    [10, pick('9223372036854775', '9223372036854776', '-9223372036854775808')],
    [4, integer.map((word) => word.replace(/^(?:5|10+)$/, '1000000'))],
    [71, deadlines[unit]],
  )
}

/** A word in letters of either case. */
export function anyCase(word: string): Text {
  return weighted([6, fc.constant(word)], [2, fc.constant(word.toLowerCase())], [2, mixed(word)])
}

const mixed = (word: string) => fc.mixedCase(fc.constant(word))

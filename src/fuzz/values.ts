/**
 * The words that commands are made of: few keys, so that commands meet each other's; numbers at the
 * edges of what fits; values of all sizes, with any bytes. Bytes are latin1 text.
 */
import type { Random } from './random.ts'

/** The keys that are looked at after each case; others are seen by KEYS only. */
export const KEYS = ['a', 'b', 'c', 'k', 'key', '', 'k\0', 'ke*'] as const

/** The databases that SELECT is sent to. */
export const DATABASES = [0, 1, 9] as const

export function key(random: Random): string {
  if (random.chance(0.93)) return random.pick(KEYS)
  if (random.chance(0.6)) return random.bytes(random.int(4))
  return 'x'.repeat(random.int(400))
}

const INTEGERS = [
  ...['0', '1', '-1', '5', '10', '100', '1000', '007', '+5', '-0', ' 1', '1 ', '', 'abc', '-'],
  ...['9223372036854775807', '9223372036854775808', '9223372036854775806'],
  ...['-9223372036854775808', '-9223372036854775809', '18446744073709551615'],
  ...['18446744073709551616', '2147483647', '2147483648', '-2147483648', '-2147483649'],
  ...['4294967296', '999999999999999', '1000000000000000', '-999999999999999', '1.5', '1e3'],
  ...['99999999999999999999', '0x10', '\0', '1\0', '536870912', '536870913', '9223372036854775'],
  ...['9223372036854776', '-9223372036854775', '-9223372036854776', '9007199254740993'],
  ...['-9007199254740993', '9007199254740992', '12345678901234567890123', '0'.repeat(30)],
] as const

export function integer(random: Random): string {
  return random.pick(INTEGERS)
}

const FLOATS = [
  ...['0.1', '0.2', '3.0', '1e5', '1E2', '1e400', '-1e400', '1e4933', '1e-4960', '1e-4951'],
  ...['inf', '-inf', '+inf', 'infinity', 'INFINITY', 'infinit', 'nan', 'NaN', 'nan(1)', '-nan'],
  ...['0x1p3', '0x.8', '0xa', '0x10', '0x', '0x1p', '0x1p-20', '0X1P+2', '.5', '5.', '-.5', '.'],
  ...['1e', '1e+', '1e+5', '1e-5', '+1', '-0', '-0.0', '00.1', '01', '3.14159265358979323846'],
  ...['1e17', '1e18', '1e20', '12345678901234567890.123456789', '1.7976931348623157e308'],
  ...['5e-324', ' 1', '1 ', '1\t', '\n1', '', '1e-17', '1e-18', '5e-18', '1_0', '1e300', '--1'],
  ...['0.00000000000000000499', '1\0', '\x001', '1e4932', '-1e4932', '1.18973149535723176502e4932'],
  ...['18446744073709551617', '0.30000000000000004', '1e-13', '100000', '123456789.123456789123'],
] as const

export function float(random: Random): string {
  if (random.chance(0.8)) return random.pick(FLOATS)
  const whole = `${random.chance(0.3) ? '-' : ''}${random.int(10 ** random.int(10))}`
  return random.chance(0.7) ? `${whole}.${random.int(10 ** (1 + random.int(12)))}` : whole
}

/** Where the buffers of the servers end, in bytes, and the limit for an inline line. */
const EDGES = [8190, 8192, 16_380, 16_384, 16_385, 20_000, 32_766, 32_768, 40_000, 65_534, 65_536]

export function value(random: Random): string {
  const kind = random.int(100)
  if (kind < 25) return integer(random)
  if (kind < 40) return float(random)
  if (kind < 65) return random.bytes(random.int(20))
  if (kind < 80) return random.bytes(random.int(120))
  if (kind < 88) return random.bytes(220 + random.int(80))
  if (kind < 93) return random.bytes(900 + random.int(300))
  if (kind < 97)
    return random.pick(['PING', '\r\n', '*1\r\n$4\r\nPING\r\n', '-ERR x', '$', '*', "'"])
  return long(random.pick(EDGES) - random.int(4) + random.int(3) * 20_000 * random.int(2))
}

/**
 * Something long. It has a line end every now and then: should a broken frame before it make a
 * server take it for lines, none of them is near the limit of a line, where the reads decide.
 */
export function long(length: number): string {
  return `${'v'.repeat(997)}\r\n`.repeat(Math.ceil(length / 999)).slice(0, length)
}

const GLOB_ITEMS = [
  ...['*', '*', '?', '[abc]', '[^a]', '[a-c]', '[c-a]', '\\a', '\\*', 'a', 'b', 'k', 'ke', 'key'],
  ...['[', '\\', '[a', '[^', '[\\]]', '[]', '-', 'y', '**', '[^]', '[a-', '[a-]', '\0', '[\\'],
] as const

export function glob(random: Random): string {
  let pattern = ''
  for (let left = random.int(7); left > 0; left--) pattern += random.pick(GLOB_ITEMS)
  return pattern
}

/**
 * Times to live, each so far away that a run does not see it end, and deadlines in the far future or
 * long past. Written out, not reckoned from the clock: the same seed gives the same bytes for ever.
 */
const SECONDS = ['1000000', '2000000', '5000000']
const MILLISECONDS = ['1000000000', '2000000000', '5000000000']
/** 1 January 2100 and later. */
const AT_SECONDS = ['4102444800', '4200000000']
const AT_MILLISECONDS = ['4102444800000', '4102444800499', '4102444800500', '4200000000000']
const NEVER = ['0', '-1', 'x', '', '9223372036854775807', '9223372036854775808', '1.5']
const TOO_LONG = ['9223372036854775', '9223372036854776', '-9223372036854775808']

/** The time after a word such as EX or a command such as PEXPIREAT. */
export function time(random: Random, unit: 'EX' | 'PX' | 'EXAT' | 'PXAT'): string {
  if (random.chance(0.15)) return random.pick(NEVER)
  if (random.chance(0.12)) return random.pick(TOO_LONG)
  if (random.chance(0.05)) return integer(random).replace(/^(?:5|10+)$/, '1000000')
  if (unit === 'EX') return random.pick(SECONDS)
  if (unit === 'PX') return random.pick(MILLISECONDS)
  if (random.chance(0.2)) return random.pick(['1', '5', '1000', '1600000000'])
  return unit === 'EXAT' ? random.pick(AT_SECONDS) : random.pick(AT_MILLISECONDS)
}

/** A word in letters of either case. */
export function anyCase(word: string, random: Random): string {
  const kind = random.int(10)
  if (kind < 6) return word
  if (kind < 8) return word.toLowerCase()
  return [...word].map((letter) => (random.chance(0.5) ? letter.toLowerCase() : letter)).join('')
}

/** Numbers as Redis reads them from text: strictly, so that a typing error is an error. */

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** True if a 64-bit signed integer can hold it. */
export function fitsInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX
}

/**
 * A 64-bit integer from decimal text: no `+`, no leading zero, no blank, no `-0`.
 * Undefined if the text is anything else, or the number out of range.
 */
export function parseInt64(text: string): bigint | undefined {
  if (text.length > 20 || !/^(?:0|-?[1-9][0-9]*)$/.test(text)) return undefined
  const value = BigInt(text)
  return fitsInt64(value) ? value : undefined
}

const UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1024n,
  m: 1000n ** 2n,
  mb: 1024n ** 2n,
  g: 1000n ** 3n,
  gb: 1024n ** 3n,
}

/** A number of bytes, such as `100mb`, no digits being a 0; undefined if it is none. */
export function parseMemory(text: string): bigint | undefined {
  const [, digits, letters] = /^([0-9]*)([a-z]*)$/i.exec(text) ?? []
  const unit = UNITS[letters?.toLowerCase() ?? 'none']
  return digits === undefined || unit === undefined ? undefined : BigInt(digits) * unit
}

/** A length in a header of the protocol; NaN if it is no number. */
export function parseLength(text: string): number {
  return parseSmallInteger(text) ?? Number(parseInt64(text) ?? Number.NaN)
}

/**
 * The same for integers that a double holds exactly: up to 15 digits, which is nearly all of them,
 * and no BigInt is allocated. Undefined: ask `parseInt64`.
 */
export function parseSmallInteger(text: string): number | undefined {
  const length = text.length
  if (length === 0 || length > 15) return undefined
  let index = 0
  const negative = text.charCodeAt(0) === 0x2d
  if (negative) index = 1
  const first = text.charCodeAt(index) - 0x30
  if (first === 0) return length === 1 ? 0 : undefined
  let value = 0
  for (; index < length; index++) {
    const digit = text.charCodeAt(index) - 0x30
    // NaN, from a lone "-", fails this test too.
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  if (value === 0) return undefined
  return negative ? -value : value
}

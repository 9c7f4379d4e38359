/**
 * The arithmetic of INCRBYFLOAT. Redis computes it in C's `long double`, which on x86-64 has 64 bits
 * of mantissa, a JavaScript number 53: 0.1 + 0.2 is 0.3 there. To send the same bytes, the
 * few operations that are needed are done here on a BigInt mantissa, rounded as the hardware does.
 */

/** `mantissa * 2 ** exponent`, the mantissa of at most 64 bits and either odd, or zero; or infinite. */
export interface LongDouble {
  mantissa: bigint
  exponent: number
  infinite: boolean
}

const MANTISSA_BITS = 64
/** Of the highest bit of the largest number, and of the lowest bit of the smallest. */
const MAX_EXPONENT = 16383
const MIN_EXPONENT = -16445

const INFINITY: LongDouble = { mantissa: 1n, exponent: 0, infinite: true }
const MINUS_INFINITY: LongDouble = { mantissa: -1n, exponent: 0, infinite: true }

const DECIMAL = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:e([+-]?\d+))?$/i
const HEXADECIMAL = /^([+-]?)0x(?:([0-9a-f]+)\.?([0-9a-f]*)|\.([0-9a-f]+))(?:p([+-]?\d+))?$/i

export function isFiniteNumber(value: LongDouble): boolean {
  return !value.infinite
}

/**
 * Reads what C's `strtold` reads: decimal, hexadecimal, `inf`. Undefined for anything else, for
 * NaN, and for what is too large or too small to be represented.
 */
export function parseLongDouble(text: string): LongDouble | undefined {
  if (/^[+]?inf(?:inity)?$/i.test(text)) return INFINITY
  if (/^-inf(?:inity)?$/i.test(text)) return MINUS_INFINITY
  const hex = HEXADECIMAL.exec(text)
  const parts = hex ?? DECIMAL.exec(text)
  if (!parts) return undefined
  const fraction = parts[3] ?? parts[4] ?? ''
  const digits = (parts[2] ?? '') + fraction
  const magnitude = BigInt(hex ? `0x${digits}` : digits)
  if (magnitude === 0n) return { mantissa: 0n, exponent: 0, infinite: false }
  const power = Number(parts[5] ?? 0)
  const signed = parts[1] === '-' ? -magnitude : magnitude
  const value = hex
    ? round(signed, 1n, power - 4 * fraction.length)
    : fromDecimal(signed, power - fraction.length)
  return value.infinite || value.mantissa === 0n ? undefined : value
}

function fromDecimal(digits: bigint, power: number): LongDouble {
  // Far outside the range there is no need for numbers of a million digits.
  if (power > 6000) return INFINITY
  if (power < -12000) return { mantissa: 0n, exponent: 0, infinite: false }
  return power >= 0
    ? round(digits * 10n ** BigInt(power), 1n, 0)
    : round(digits, 10n ** BigInt(-power), 0)
}

export function add(a: LongDouble, b: LongDouble): LongDouble {
  if (a.infinite) return a
  if (b.infinite) return b
  const exponent = Math.min(a.exponent, b.exponent)
  const sum =
    (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent))
  return round(sum, 1n, exponent)
}

/**
 * The number as Redis prints it: 17 decimals (`%.17Lf`), then no trailing zeros and no `-0`.
 * `value` is finite.
 */
export function formatLongDouble(value: LongDouble): string {
  const magnitude = value.mantissa < 0n ? -value.mantissa : value.mantissa
  const scaled = magnitude * 10n ** 17n
  const units =
    value.exponent >= 0
      ? scaled << BigInt(value.exponent)
      : divideToNearestEven(scaled, 1n << BigInt(-value.exponent))
  const digits = units.toString().padStart(18, '0')
  const text = `${digits.slice(0, -17)}.${digits.slice(-17)}`.replace(/\.?0+$/, '')
  return value.mantissa < 0n && text !== '0' ? `-${text}` : text
}

/** `numerator / denominator * 2 ** exponent`, rounded to a mantissa of 64 bits. */
function round(numerator: bigint, denominator: bigint, exponent: number): LongDouble {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0, infinite: false }
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  // Scale so that the quotient has 64 or 65 bits, then cut to 64, or fewer near the smallest number.
  let shift = bitLength(magnitude) - bitLength(denominator) - MANTISSA_BITS
  if (scaledQuotientBits(magnitude, denominator, shift) > MANTISSA_BITS) shift++
  shift = Math.max(shift, MIN_EXPONENT - exponent)
  const [top, bottom] =
    shift >= 0
      ? [magnitude, denominator << BigInt(shift)]
      : [magnitude << BigInt(-shift), denominator]
  let mantissa = divideToNearestEven(top, bottom)
  if (mantissa === 0n) return { mantissa: 0n, exponent: 0, infinite: false }
  let power = exponent + shift
  if (power + bitLength(mantissa) - 1 > MAX_EXPONENT) return negative ? MINUS_INFINITY : INFINITY
  while ((mantissa & 1n) === 0n) {
    mantissa >>= 1n
    power++
  }
  return { mantissa: negative ? -mantissa : mantissa, exponent: power, infinite: false }
}

function scaledQuotientBits(magnitude: bigint, denominator: bigint, shift: number): number {
  const quotient =
    shift >= 0
      ? magnitude / (denominator << BigInt(shift))
      : (magnitude << BigInt(-shift)) / denominator
  return bitLength(quotient)
}

function divideToNearestEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n)
  return up ? quotient + 1n : quotient
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4 - LEADING_ZEROS[Number.parseInt(value.toString(16)[0]!, 16)]!
}

/** Of a hexadecimal digit. */
const LEADING_ZEROS = [4, 3, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]

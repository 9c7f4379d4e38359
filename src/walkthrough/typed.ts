/** What a reader types, read generously; if it cannot be read, one line says what can. */

export type Typed<T> = { value: T } | { wrong: string }

/** Digits with or without thousands, a fraction, an exponent-free number as people write it. */
const number = /^(?:\d{1,3}(?:[, _']\d{3})+|\d+)?(?:\.\d+)?$/

/**
 * A count or a ratio: `46`, `~40`, `1,000`, `6.5x`, `some 46 calls`.
 * @returns a number from 0 on
 */
export function readNumber(typed: string): Typed<number> {
  const value = bareNumber(typed.replace(/(\d)\s*(?:x|times|µs|us|bytes|calls|reads)\b.*$/i, '$1'))
  if (value !== undefined && value >= 0) return { value }
  return { wrong: `Enter a number, such as 12, 1,000 or 2.5${butNot(typed)}` }
}

/** A share or a change: `40`, `40 %`, `~40%`, `-5`. A change may be below zero, and above a hundred. */
export function readPercent(typed: string): Typed<number> {
  const value = bareNumber(typed.replace(/\s*(?:%|per ?cent|percent)\s*$/i, ''))
  if (value !== undefined) return { value }
  return { wrong: `Enter a number in percent, such as 40 or 40 %${butNot(typed)}` }
}

function bareNumber(typed: string): number | undefined {
  const text = typed
    .trim()
    .replace(/^(?:~|≈|about|some|around|ca\.?|circa)\s*/i, '')
    .trim()
  const sign = /^[-−+]/.test(text) ? text[0] : ''
  const digits = text.slice(sign === '' ? 0 : 1).trim()
  if (digits === '' || !number.test(digits)) return undefined
  const value = Number(digits.replace(/[, _']/g, ''))
  if (!Number.isFinite(value)) return undefined
  return sign === '-' || sign === '−' ? -value : value
}

/**
 * An order of some items, by their numbers: `3 1 2`, `3,1,2`, `312`.
 * @returns the items, the first first
 */
export function readRanking(typed: string, items: readonly string[]): Typed<string[]> {
  const text = typed.trim()
  const parts = /^\d+$/.test(text) && items.length < 10 ? [...text] : text.split(/[\s,;>]+/)
  const order = parts.map((part) => items[Number(part) - 1])
  const whole = order.every((item) => item !== undefined) && new Set(order).size === items.length
  if (whole && order.length === items.length) return { value: order as string[] }
  const example = rankingExample(items)
  return { wrong: `Enter all ${items.length} numbers in order, such as ${example}${butNot(typed)}` }
}

/** An order of some items as it can be typed: `3 1 2`. */
export function rankingExample(items: readonly string[]): string {
  return items.map((_, at) => ((at + 2) % items.length) + 1).join(' ')
}

/** What was typed, if it was anything. */
function butNot(typed: string): string {
  const text = typed.trim()
  if (text === '') return ''
  return `; not '${text.length > 20 ? `${text.slice(0, 19)}…` : text}'`
}

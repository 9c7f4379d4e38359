/**
 * Charts as SVG text: bars with whiskers, and lines. Written by hand, since the page must open
 * without a network and these are two shapes; colours are CSS variables of the page, so that one
 * picture serves light and dark.
 */

import { escapeMarkup } from '../flame/markup.ts'
import { figures, whole } from './format.ts'

export interface Bar {
  label: string
  value: number
  /** Ends of the whisker, in units of `value`; null if there is no interval. */
  low: number | null
  high: number | null
  /** CSS colour. */
  colour: string
  /** Follows the value, e.g. `client-bound`. */
  note?: string
}

const NAME = 122
const WIDTH = 600
const RIGHT = 175

/**
 * Horizontal bars, one below the other, on one scale from 0.
 * @param title for those who do not see the picture
 * @param unit follows each value
 * @param reach says what the whiskers are: an interval of 95 %, unless it says otherwise
 */
export function barChart(
  title: string,
  bars: readonly Bar[],
  unit: string,
  reach = '95 %:',
): string {
  const most = Math.max(...bars.map(({ value, high }) => Math.max(value, high ?? 0)))
  const scale = (WIDTH - NAME - RIGHT) / (most > 0 ? most : 1)
  const height = bars.length * 30 + 4
  const rows = bars.map(({ label, value, low, high, colour, note }, at) => {
    const y = at * 30 + 4
    const middle = y + 11
    const end = NAME + value * scale
    const far = Math.max(end, high === null ? 0 : NAME + high * scale)
    const whisker =
      low === null || high === null
        ? ''
        : whiskerPath(NAME + low * scale, NAME + high * scale, middle)
    return (
      `<g><title>${escapeMarkup(label)}: ${amount(value)} ${escapeMarkup(unit)}${
        low === null || high === null ? '' : `, ${reach} ${amount(low)} to ${amount(high)}`
      }</title>` +
      `<text class="name" x="${NAME - 10}" y="${middle + 4}" text-anchor="end">${escapeMarkup(label)}</text>` +
      `<rect x="${NAME}" y="${y}" width="${round(Math.max(1, value * scale))}" height="22" rx="3" fill="${colour}"/>` +
      whisker +
      `<text class="value" x="${round(far + 8)}" y="${middle + 4}">${amount(value)}${
        note === undefined ? '' : `<tspan class="note"> ${escapeMarkup(note)}</tspan>`
      }</text></g>`
    )
  })
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(title)}">` +
    `<line class="axis" x1="${NAME}" x2="${NAME}" y1="0" y2="${height}"/>${rows.join('')}</svg>`
  )
}

function whiskerPath(from: number, to: number, y: number): string {
  const [a, b] = [round(from), round(to)]
  return `<path class="whisker" d="M${a} ${y}H${b}M${a} ${y - 5}v10M${b} ${y - 5}v10"/>`
}

/** As short as can be: `0`, `0.5`, `12.1`, `67,183`. */
function amount(value: number): string {
  if (value >= 1000) return whole(value)
  return figures(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

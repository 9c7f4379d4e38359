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
  /** Ends of the whisker, in units of `value`; null where there is no interval. */
  low: number | null
  high: number | null
  /** CSS colour. */
  colour: string
  /** Stands behind the value, e.g. `client-bound`. */
  note?: string
}

const NAME = 122
const WIDTH = 600
const RIGHT = 175

/**
 * Horizontal bars, one below the other, on one scale from 0.
 * @param title for those who do not see the picture
 * @param unit stands behind each value
 * @param reach says what the whiskers are: an interval of 95 %, where nothing else is said
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

export interface Line {
  label: string
  points: readonly { x: number; y: number }[]
  colour: string
}

export interface LineChart {
  /** For those who do not see the picture. */
  title: string
  lines: readonly Line[]
  /** Ticks of the horizontal axis: where, and what stands there. */
  ticks: readonly { x: number; text: string }[]
  xLabel: string
  yLabel: string
  /** Whether each point is marked. */
  dots: boolean
}

const CHART = { width: 600, height: 280, left: 66, right: 110, top: 12, bottom: 44 }

/**
 * Lines over a common horizontal axis, each with its name at its right end. Upwards, equal steps are
 * equal factors: the servers differ by factors.
 */
export function lineChart(chart: LineChart): string {
  const { width, height, left, right, top, bottom } = CHART
  const all = chart.lines.flatMap(({ points }) => points)
  if (all.length === 0) return ''
  const xs = all.map(({ x }) => x)
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)]
  const toX = (x: number) => left + ((x - x0) / (x1 - x0 || 1)) * (width - left - right)
  const grid = gridOf(all.map(({ y }) => y))
  const [g0, g1] = [grid[0]!, grid.at(-1)!]
  const place = (y: number) => Math.log(Math.max(y, g0) / g0) / Math.log(g1 / g0)
  const toY = (y: number) => height - bottom - place(y) * (height - top - bottom)
  const out = [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(chart.title)}">`,
  ]
  for (const y of grid) {
    const at = round(toY(y))
    out.push(`<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/>`)
    out.push(
      `<text class="tick" x="${left - 8}" y="${at + 4}" text-anchor="end">${tickText(y)}</text>`,
    )
  }
  for (const { x, text } of chart.ticks) {
    const at = round(toX(x))
    out.push(`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${height - bottom}"/>`)
    out.push(
      `<text class="tick" x="${at}" y="${height - bottom + 17}" text-anchor="middle">${escapeMarkup(text)}</text>`,
    )
  }
  out.push(
    `<text class="tick" x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${escapeMarkup(chart.xLabel)}</text>`,
    `<text class="tick" transform="translate(13 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeMarkup(chart.yLabel)}</text>`,
  )
  const ends = spread(
    chart.lines.map(({ points }) => toY(points.at(-1)?.y ?? g0)),
    15,
  )
  for (const [at, { label, points, colour }] of chart.lines.entries()) {
    const path = points.map(({ x, y }) => `${round(toX(x))} ${round(toY(y))}`).join('L')
    out.push(
      `<g><title>${escapeMarkup(label)}</title><path class="line" stroke="${colour}" d="M${path}"/>`,
    )
    if (chart.dots) {
      for (const { x, y } of points) {
        out.push(
          `<circle cx="${round(toX(x))}" cy="${round(toY(y))}" r="3.5" fill="${colour}"><title>${escapeMarkup(label)}: ${amount(y)}</title></circle>`,
        )
      }
    }
    out.push(
      `<text class="name" x="${width - right + 8}" y="${round(ends[at]! + 4)}" fill="${colour}" style="fill:${colour}">${escapeMarkup(label)}</text></g>`,
    )
  }
  out.push('</svg>')
  return out.join('')
}

/** Moves names apart that would stand on one another; keeps their order. */
function spread(wanted: readonly number[], apart: number): number[] {
  const order = wanted.map((_, at) => at).sort((a, b) => wanted[a]! - wanted[b]!)
  const placed = [...wanted]
  for (let i = 1; i < order.length; i++) {
    const above = placed[order[i - 1]!]!
    placed[order[i]!] = Math.max(placed[order[i]!]!, above + apart)
  }
  // Those pushed off the bottom push the others back up.
  let floor = CHART.height - CHART.bottom + 4
  for (const at of order.toReversed()) {
    placed[at] = Math.min(placed[at]!, floor)
    floor = placed[at]! - apart
  }
  return placed
}

/** 1, 2, 5, 10, 20 … from below the least to above the greatest value; at least two of them. */
function gridOf(values: readonly number[]): number[] {
  const most = Math.max(...values)
  const least = Math.min(...values.filter((value) => value > 0), most > 0 ? most : 1)
  const grid: number[] = []
  for (let exponent = Math.floor(Math.log10(least)); ; exponent++) {
    for (const digit of [1, 2, 5]) {
      const line = digit * 10 ** exponent
      if (line * 2.5 > least) grid.push(line)
      if (line >= most && grid.length >= 2) return grid
    }
  }
}

/** A tick of an axis: `0.5`, `20`, `50 k`, `2 M`. */
function tickText(value: number): string {
  if (value >= 1e6) return `${amount(value / 1e6)} M`
  return value >= 1000 ? `${amount(value / 1000)} k` : amount(value)
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

/** The drawings: amounts, lines, shares; each a function of the width. Ratios: `draw-ratios.ts`. */
import { figures, whole } from '../../measure/format.ts'
import type { Draw } from './chart.tsx'
import { areFarApart, type Bar, isZero, type Point } from './figures.ts'

/** Of a row with its name above, px. */
const rowHeight = 42

/** A mark of an axis: `0.5`, `20`, `50 k`, `2 M`. */
export function tickText(value: number): string {
  if (value >= 1e6) return `${short(value / 1e6)} M`
  return value >= 1000 ? `${short(value / 1000)} k` : short(value)
}

function short(value: number): string {
  if (value === 0) return '0'
  if (value >= 100) return whole(value)
  if (value < 0.1) return String(Number(value.toPrecision(2)))
  return figures(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** A title as part of an id. */
function keyOf(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

const space = 'http://www.w3.org/2000/svg'

/** Patterns of stripes, one for each colour: no part is distinguished by its colour alone. */
function hatching(key: string, colours: readonly string[]): SVGElement {
  const defs = document.createElementNS(space, 'defs')
  for (const [at, colour] of colours.entries()) {
    const pattern = document.createElementNS(space, 'pattern')
    pattern.id = `${key}-${at}`
    for (const [name, value] of Object.entries({
      ...{ width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
      patternTransform: 'rotate(45)',
    })) {
      pattern.setAttribute(name, String(value))
    }
    const stripe = document.createElementNS(space, 'rect')
    stripe.setAttribute('width', '3')
    stripe.setAttribute('height', '6')
    stripe.setAttribute('fill', colour)
    pattern.append(stripe)
    defs.append(pattern)
  }
  return defs
}

/** The room for names at the left, and for figures at the right, px; names that are longer are cut. */
export function sides(names: readonly string[], texts: readonly string[], width: number) {
  const room = (list: readonly string[], most: number) =>
    Math.min(width * most, Math.max(...list.map(({ length }) => length)) * CHARACTER + 14)
  return { marginLeft: room(names, 0.34), marginRight: room(texts, 0.44) }
}

/** Mean width of a character, px. */
const CHARACTER = 7.6

export function cut(text: string, room: number): string {
  const letters = Math.floor((room - 10) / CHARACTER)
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`
}

interface BarOptions {
  bars: readonly Bar[]
  colour(name: string): string
  /** Of the horizontal axis, with its unit. */
  axis: string
}

/**
 * Bars from 0; dots on a logarithmic scale if the values are far apart, when bars would hide the small.
 * @returns what draws them, at any width
 */
export function drawAmounts(options: BarOptions): Draw {
  return areFarApart(options.bars) ? drawDots(options) : drawBars(options)
}

function drawBars({ bars, colour, axis }: BarOptions): Draw {
  return (plot, width, title) => {
    const names = bars.map(({ name }) => name)
    const most = Math.max(...bars.map(({ value }) => value), 1e-9)
    const key = keyOf(title)
    const segments = bars.flatMap((bar) => {
      let from = 0
      const parts = bar.parts.length === 0 ? [{ name: '', value: bar.value }] : bar.parts
      // The medians of the parts need not add up to the median of the whole.
      const scale = bar.value / (parts.reduce((sum, { value }) => sum + value, 0) || 1)
      return parts.map(({ value }, at) => {
        const to = from + value * scale
        const segment = { bar, from, to, at }
        from = to
        return segment
      })
    })
    const fill = ({ bar, at }: (typeof segments)[number]) =>
      at > 0 ? `url(#${key}-${names.indexOf(bar.name)})` : colour(bar.name)
    const frame = frameOf(bars, width)
    const ticks = Math.max(2, (width - frame.marginLeft - frame.marginRight) / 80)
    return plot.plot({
      ...frame,
      ariaLabel: title,
      x: { domain: [0, most], label: null },
      y: { type: 'band', domain: names, axis: null, padding: 0 },
      marks: [
        () => hatching(key, names.map(colour)),
        plot.axisX({ ticks, tickFormat: tickText, label: axis, labelAnchor: 'right' }),
        plot.gridX({ ticks, strokeOpacity: 0.15 }),
        plot.rectX(segments, {
          ...{ x1: 'from', x2: 'to', y: (segment) => segment.bar.name, fill },
          ...{ insetTop: 4, insetBottom: 4, stroke: (segment) => colour(segment.bar.name) },
        }),
        plot.ruleX([0]),
        ...nameMarks(plot, bars, frame),
      ],
    }) as SVGSVGElement
  }
}

/** Zeros stand left of a dotted line: a logarithmic scale has no place for them. */
function drawDots({ bars, colour, axis }: BarOptions): Draw {
  return (plot, width, title) => {
    const values = bars.filter((bar) => !isZero(bar)).map(({ value }) => value)
    const [least, most] = [Math.min(...values) / 1.3, Math.max(...values) * 1.2]
    const length = most / least
    const hasZero = bars.some(isZero)
    const [zero, gap] = [least / length ** 0.2, least / length ** 0.09]
    const from = hasZero ? zero : least
    const frame = frameOf(bars, width)
    const room = width - frame.marginLeft - frame.marginRight - 2 * EDGE
    const ticks = logTicks(least, most, (room * Math.log(length)) / Math.log(most / from))
    return plot.plot({
      ...{ ...frame, insetLeft: EDGE, insetRight: EDGE },
      ariaLabel: title,
      x: { type: 'log', domain: [from, most], label: null },
      y: { type: 'band', domain: bars.map(({ name }) => name), axis: null, padding: 0 },
      marks: [
        plot.axisX(hasZero ? [zero, ...ticks] : ticks, {
          text: (tick: number) => (tick < least ? '0' : tickText(tick)),
          ...{ label: `${axis.replace(' →', '')} (log scale) →`, labelAnchor: 'right' },
        }),
        plot.gridX(hasZero ? [zero, ...ticks] : ticks, { strokeOpacity: 0.15 }),
        ...(hasZero ? [plot.ruleX([gap], { strokeDasharray: '1 4', strokeWidth: 2 })] : []),
        plot.dot(bars, {
          ...{ x: (bar) => (isZero(bar) ? zero : bar.value), y: 'name', r: 6 },
          fill: ({ name }) => colour(name),
        }),
        ...nameMarks(plot, bars, frame),
      ],
    }) as SVGSVGElement
  }
}

/** Between the names and the leftmost dot, px. */
const EDGE = 10

/** Of a row with its name beside it, px. */
export const lineHeight = 28

function frameOf(bars: readonly Bar[], width: number) {
  return {
    ...sides(
      bars.map(({ name }) => name),
      bars.map(({ text }) => text),
      width,
    ),
    ...{ width, height: bars.length * lineHeight + 48, marginTop: 4, marginBottom: 44 },
    style: { fontSize: '13px', overflow: 'visible' },
  }
}

/** Names at the left, figures at the right: no text lies on a line. */
function nameMarks(
  plot: Parameters<Draw>[0],
  bars: readonly Bar[],
  { marginLeft }: { marginLeft: number },
) {
  return [
    plot.text(bars, {
      ...{ y: 'name', frameAnchor: 'left', text: ({ name }) => cut(name, marginLeft) },
      ...{ textAnchor: 'end', dx: -8, fill: 'currentColor' },
    }),
    plot.text(bars, {
      ...{ y: 'name', frameAnchor: 'right', text: 'text', textAnchor: 'start', dx: 8 },
      fill: 'currentColor',
    }),
  ]
}

interface LineOptions {
  points: readonly Point[]
  /** In their order. */
  names: readonly string[]
  colour(name: string): string
  dash(name: string): string
  /** With its unit. */
  xAxis: string
  yAxis: string
  /** Marks of the horizontal axis, in units of `x`. */
  ticks: readonly { x: number; text: string }[]
  /** Whether equal steps to the right are equal factors. */
  factors: boolean
  dots: boolean
}

/** @returns what draws them, at any width; upwards, equal steps are equal factors */
export function drawLines(options: LineOptions): Draw {
  const { points, names, colour, dash, xAxis, yAxis, ticks, factors, dots } = options
  return (plot, width, title) => {
    const ys = points.map(({ y }) => y).filter((y) => y > 0)
    const [least, most] = [Math.min(...ys), Math.max(...ys)]
    const text = new Map(ticks.map((tick) => [tick.x, tick.text]))
    return plot.plot({
      width,
      height: Math.min(320, Math.max(240, width * 0.6)),
      ...{ marginLeft: 52, marginRight: 28, marginTop: 26, marginBottom: 42 },
      ariaLabel: title,
      style: { fontSize: '13px', overflow: 'visible' },
      x: { type: factors ? 'log' : 'linear', label: null },
      y: { type: 'log', domain: [least / 1.1, most * 1.1], label: null },
      marks: [
        plot.axisX([...text.keys()], {
          text: (x: number) => text.get(x) ?? '',
          ...{ label: xAxis, labelAnchor: 'right' },
        }),
        plot.axisY(logTicks(least, most), { text: tickText, label: yAxis }),
        plot.gridY(logTicks(least, most), { strokeOpacity: 0.15 }),
        plot.gridX([...text.keys()], { strokeOpacity: 0.15 }),
        ...names.map((name) =>
          plot.line(
            points.filter((point) => point.name === name),
            {
              ...{ x: 'x', y: 'y', stroke: colour(name), strokeWidth: 2.2 },
              strokeDasharray: dash(name),
            },
          ),
        ),
        ...(dots
          ? [
              plot.dot(points, {
                ...{ x: 'x', y: 'y', r: 4, strokeWidth: 2, title: 'label' },
                fill: (point) => (point.bound === true ? 'var(--card)' : colour(point.name)),
                stroke: (point) => colour(point.name),
              }),
            ]
          : []),
      ],
    }) as SVGSVGElement
  }
}

/**
 * 1, 2, 5, 10, 20 … between the least and the greatest value; fewer of them over a long way.
 * @param room px between the two values: only marks whose texts do not touch
 */
export function logTicks(least: number, most: number, room = Number.POSITIVE_INFINITY): number[] {
  const sets = most / least > 100 ? [[1]] : [[1, 2, 5], [1, 3], [1]]
  const all = sets.map((digits) => ticksOf(digits, least, most))
  const each = room / Math.log(most / least)
  const fits = (ticks: readonly number[]) =>
    ticks.every((tick, at) => {
      const before = ticks[at - 1]
      if (before === undefined) return true
      const letters = (tickText(before).length + tickText(tick).length) / 2
      return Math.log(tick / before) * each >= letters * CHARACTER + 8
    })
  const found = all.find(fits)
  if (found !== undefined) return found
  const tens = all.at(-1)!
  return tens.filter((_, at) => (tens.length - 1 - at) % 2 === 0)
}

function ticksOf(digits: readonly number[], least: number, most: number): number[] {
  const ticks: number[] = []
  for (let ten = Math.floor(Math.log10(least)); 10 ** ten <= most * 1.1; ten++) {
    for (const digit of digits) {
      const tick = Number((digit * 10 ** ten).toPrecision(1))
      if (tick >= least / 1.1 && tick <= most * 1.1) ticks.push(tick)
    }
  }
  return ticks
}

export interface ShareBar {
  name: string
  /** In their order, from the left; shares from 0 to 1. */
  parts: readonly { name: string; colour: string; share: number }[]
}

/** @returns what draws them, at any width; a part is named if its name has room */
export function drawShares(bars: readonly ShareBar[]): Draw {
  return (plot, width, title) => {
    const pieces = bars.flatMap(({ name, parts }) => {
      let from = 0
      return parts.map((part) => {
        const piece = {
          row: name,
          part: part.name,
          colour: part.colour,
          from,
          to: from + part.share,
        }
        from = piece.to
        return piece
      })
    })
    const room = ({ part, from, to }: (typeof pieces)[number]) =>
      (to - from) * (width - 42) > part.length * 7.5 + 8
    return plot.plot({
      width,
      height: bars.length * rowHeight + 48,
      ...{ marginLeft: 16, marginRight: 26, marginTop: 4, marginBottom: 40 },
      ariaLabel: title,
      style: { fontSize: '13px', overflow: 'visible' },
      x: { domain: [0, 1], label: null },
      y: { type: 'band', domain: bars.map(({ name }) => name), axis: null, padding: 0 },
      marks: [
        plot.axisX([0, 0.25, 0.5, 0.75, 1], {
          tickFormat: (share: number) => `${share * 100} %`,
          ...{ label: 'of the server’s time →', labelAnchor: 'right' },
        }),
        plot.rectX(pieces, {
          ...{ x1: 'from', x2: 'to', y: 'row', fill: (piece) => piece.colour },
          ...{ insetTop: 20, insetLeft: 0.5, insetRight: 0.5 },
          title: ({ part, from, to }) => `${part}: ${Math.round((to - from) * 100)} %`,
        }),
        plot.text(pieces.filter(room), {
          ...{ x: ({ from, to }) => (from + to) / 2, y: 'row', text: 'part', dy: 10 },
          fill: '#111',
        }),
        plot.text(bars, {
          ...{ x: () => 0, y: 'name', text: 'name', textAnchor: 'start', dy: -11, dx: 1 },
          fill: 'currentColor',
        }),
      ],
    }) as SVGSVGElement
  }
}

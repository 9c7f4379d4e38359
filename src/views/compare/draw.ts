/** The drawings: bars, lines, ratios with their intervals, shares; each a function of the width. */
import { figures, whole } from '../../measure/format.ts'
import type { Draw } from './chart.tsx'
import { type Bar, type Point, type RatioDot, ratioTicks } from './figures.ts'

/** Of a row with its name above, px. */
const rowHeight = 42

/** A mark of an axis: `0.5`, `20`, `50 k`, `2 M`. */
function tickText(value: number): string {
  if (value >= 1e6) return `${short(value / 1e6)} M`
  return value >= 1000 ? `${short(value / 1000)} k` : short(value)
}

function short(value: number): string {
  if (value === 0) return '0'
  if (value >= 100) return whole(value)
  return figures(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** A title as part of an id. */
function keyOf(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

const space = 'http://www.w3.org/2000/svg'

/** Patterns of stripes, one for each colour: what is not only told by a colour. */
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

interface BarOptions {
  bars: readonly Bar[]
  colour(name: string): string
  /** Of the horizontal axis, with its unit. */
  axis: string
  /** A stretch of the axis that says nothing, in units of the axis. */
  band?: { from: number; to: number; text: string } | undefined
}

/** @returns what draws them, at any width */
export function drawBars({ bars, colour, axis, band }: BarOptions): Draw {
  return (plot, width, title) => {
    const names = bars.map(({ name }) => name)
    const most = Math.max(
      ...bars.map(({ value, high }) => Math.max(value, high ?? 0)),
      band?.to ?? 0,
      1e-9,
    )
    const key = keyOf(title)
    const whiskers = bars.filter(({ low }) => low !== null)
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
    const hatched = ({ bar, at }: (typeof segments)[number]) => bar.bound || at > 0
    const fill = (segment: (typeof segments)[number]) =>
      hatched(segment)
        ? `url(#${key}-${names.indexOf(segment.bar.name)})`
        : colour(segment.bar.name)
    return plot.plot({
      width,
      height: bars.length * rowHeight + 48,
      ...{ marginLeft: 12, marginRight: 20, marginTop: 4, marginBottom: 40 },
      ariaLabel: title,
      style: { fontSize: '13px', overflow: 'visible' },
      x: { domain: [0, most], label: null },
      y: { type: 'band', domain: names, axis: null, padding: 0 },
      marks: [
        () => hatching(key, names.map(colour)),
        plot.axisX({ ticks: width / 90, tickFormat: tickText, label: axis, labelAnchor: 'right' }),
        plot.gridX({ ticks: width / 90, strokeOpacity: 0.15 }),
        ...(band === undefined
          ? []
          : [
              plot.rectX(names, {
                ...{ x1: band.from, x2: band.to, y: (name: string) => name },
                ...{ insetTop: 20, fill: 'currentColor', fillOpacity: 0.14 },
              }),
            ]),
        ...[true, false].map((inconclusive) =>
          plot.rectX(
            segments.filter(({ bar }) => bar.inconclusive === inconclusive),
            {
              ...{ x1: 'from', x2: 'to', y: (segment) => segment.bar.name, fill },
              ...{ insetTop: 22, insetBottom: 4 },
              stroke: (segment) => colour(segment.bar.name),
              strokeDasharray: inconclusive ? '4 3' : 'none',
              fillOpacity: inconclusive ? 0.45 : 1,
            },
          ),
        ),
        ...(['low', 'high'] as const).map((end) =>
          plot.tickX(whiskers, {
            ...{ x: end, y: 'name', stroke: 'currentColor' },
            ...{ insetTop: 25, insetBottom: 7, strokeWidth: 1.5 },
          }),
        ),
        plot.link(whiskers, {
          ...{ x1: 'low', x2: 'high', y: 'name', stroke: 'currentColor' },
          ...{ dy: 9, strokeWidth: 1.5 },
        }),
        plot.ruleX([0]),
        plot.text(bars, {
          ...{ x: 0, y: 'name', text: (bar) => `${bar.name}  ${bar.text}`, fill: 'currentColor' },
          ...{ textAnchor: 'start', dy: -9, dx: 3 },
        }),
      ],
    }) as SVGSVGElement
  }
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

/** 1, 2, 5, 10, 20 … between the least and the greatest value; fewer of them over a long way. */
export function logTicks(least: number, most: number): number[] {
  const ticks: number[] = []
  const digits = most / least > 100 ? [1] : [1, 2, 5]
  const from = Math.floor(Math.log10(least))
  for (let ten = from; 10 ** ten <= most * 1.1; ten++) {
    for (const digit of digits) {
      const tick = Number((digit * 10 ** ten).toPrecision(1))
      if (tick >= least / 1.1 && tick <= most * 1.1) ticks.push(tick)
    }
  }
  return ticks
}

interface RatioOptions {
  dots: readonly RatioDot[]
  colour(name: string): string
  /** `ratio to redis, more is better` */
  axis: string
  band: { from: number; to: number; text: string } | undefined
}

/** @returns what draws them, at any width; a point that is inconclusive is hollow */
export function drawRatios({ dots, colour, axis, band }: RatioOptions): Draw {
  return (plot, width, title) => {
    const ends = dots.flatMap(({ ratio, low, high }) => [ratio, low ?? ratio, high ?? ratio])
    const all = [...ends, 1, band?.from ?? 1, band?.to ?? 1]
    const [least, most] = [Math.min(...all) / 1.03, Math.max(...all) * 1.03]
    const names = dots.map(({ name }) => name)
    const ranged = dots.filter(({ low }) => low !== null)
    const sure = (is: boolean) => (dot: RatioDot) => (dot.verdict !== 'inconclusive') === is
    const link = (list: RatioDot[], dash: string) =>
      plot.link(list, {
        ...{ x1: 'low', x2: 'high', y: 'name', stroke: (dot) => colour(dot.name) },
        ...{ dy: 8, strokeWidth: 2.5, strokeDasharray: dash },
      })
    return plot.plot({
      width,
      height: dots.length * rowHeight + 62,
      ...{ marginLeft: 12, marginRight: 20, marginTop: 18, marginBottom: 40 },
      ariaLabel: title,
      style: { fontSize: '13px', overflow: 'visible' },
      x: { type: 'log', domain: [least, most], label: null },
      y: { type: 'band', domain: names, axis: null, padding: 0 },
      marks: [
        plot.axisX(ratioTicks(least, most), {
          ...{ text: tickText, label: axis, labelAnchor: 'right' },
        }),
        plot.gridX(ratioTicks(least, most), { strokeOpacity: 0.15 }),
        ...(band === undefined
          ? []
          : [
              plot.rectX(names, {
                ...{ x1: band.from, x2: band.to, y: (name: string) => name, insetTop: 20 },
                ...{ fill: 'currentColor', fillOpacity: 0.14 },
              }),
              plot.text([band], {
                ...{ x: () => 1, frameAnchor: 'top', text: 'text', dy: -16 },
                textAnchor: anchorAt((0 - Math.log(least)) / Math.log(most / least)),
                ...{ fill: 'currentColor', fillOpacity: 0.85 },
              }),
            ]),
        plot.tickX(names, {
          ...{ x: 1, y: (name: string) => name, insetTop: 20, strokeDasharray: '3 3' },
        }),
        link(ranged.filter(sure(true)), ''),
        link(ranged.filter(sure(false)), '3 4'),
        plot.dot(dots.filter(sure(true)), {
          ...{ x: 'ratio', y: 'name', r: 5, dy: 8, fill: (dot) => colour(dot.name) },
        }),
        plot.dot(dots.filter(sure(false)), {
          ...{ x: 'ratio', y: 'name', r: 5, dy: 8, fill: 'var(--card)', strokeWidth: 2.5 },
          stroke: (dot) => colour(dot.name),
        }),
        plot.text(dots, {
          ...{ y: 'name', frameAnchor: 'left', text: (dot) => `${dot.name}  ${dot.text}` },
          ...{ textAnchor: 'start', dy: -9, dx: -9, fill: 'currentColor' },
        }),
      ],
    }) as SVGSVGElement
  }
}

/** A text near an end of the axis stays inside the picture. */
function anchorAt(share: number): 'start' | 'middle' | 'end' {
  if (share < 0.2) return 'start'
  return share > 0.8 ? 'end' : 'middle'
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

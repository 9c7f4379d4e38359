/** Bars, one below the other, each under its name and its figure: as readable narrow as wide. */

import type { Bar } from './bars.ts'
import type { Draw } from './chart.tsx'
import { hatching, keyOf, rowHeight, tickText } from './draw-parts.ts'

interface Options {
  bars: readonly Bar[]
  colour(name: string): string
  /** Of the horizontal axis, with its unit. */
  axis: string
  /** A stretch of the axis that says nothing, in units of the axis. */
  band?: { from: number; to: number; text: string } | undefined
}

/** @returns what draws them, at any width */
export function drawBars({ bars, colour, axis, band }: Options): Draw {
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

/** The chart that answers a comparison: ratios to the baseline with their intervals, and the noise. */
import { intervalText } from '../../measure/format.ts'
import type { Draw } from './chart.tsx'
import { cut, lineHeight, sides, tickText } from './draw.ts'
import { type RatioDot, ratioTicks } from './figures.ts'

/** One figure of all targets, as ratios to the baseline. */
export interface RatioGroup {
  /** `Requests per second, redis is 1: more is better`. */
  title: string
  dots: readonly RatioDot[]
  /** Where a ratio says nothing. */
  band: { from: number; to: number } | undefined
}

interface RatioOptions {
  groups: readonly RatioGroup[]
  colour(name: string): string
  axis: string
}

/**
 * All ratios on one scale of factors, a line each, under the title of their figure.
 * @returns what draws them, at any width; a point that is inconclusive is hollow
 */
export function drawRatios({ groups, colour, axis }: RatioOptions): Draw {
  return (plot, width, title) => {
    const dots = groups.flatMap(({ dots }) => [...dots])
    const ends = dots.flatMap(({ ratio, low, high }) => [ratio, low ?? ratio, high ?? ratio])
    const bands = groups.flatMap(({ band, dots }) =>
      band === undefined ? [] : dots.map(({ key }) => ({ ...band, key })),
    )
    const all = [...ends, 1, ...bands.flatMap(({ from, to }) => [from, to])]
    const [least, most] = [Math.min(...all) / 1.05, Math.max(...all) * 1.05]
    const keys = groups.flatMap(({ title, dots }) => [title, ...dots.map(({ key }) => key)])
    const ranged = dots.filter(({ low }) => low !== null)
    const sure = (is: boolean) => dots.filter((dot) => (dot.verdict !== 'inconclusive') === is)
    const texts = dots.map((dot) => (width > 560 ? longText(dot) : dot.text))
    const frame = sides(
      dots.map(({ name }) => name),
      texts,
      width,
    )
    const ticks = ratioTicks(least, most)
    // Not across the titles: a label does not lie on a line.
    const lines = ticks.flatMap((tick) => dots.map(({ key }) => ({ tick, key })))
    return plot.plot({
      ...frame,
      width,
      height: keys.length * lineHeight + 48,
      ...{ marginTop: 4, marginBottom: 44 },
      ariaLabel: title,
      style: { fontSize: '13px', overflow: 'visible' },
      x: { type: 'log', domain: [least, most], label: null },
      y: { type: 'band', domain: keys, axis: null, padding: 0 },
      marks: [
        plot.axisX(ticks, { text: tickText, label: axis, labelAnchor: 'right' }),
        plot.rectX(bands, {
          ...{ x1: 'from', x2: 'to', y: 'key', inset: 0, fill: 'currentColor', fillOpacity: 0.14 },
        }),
        plot.tickX(lines, { x: 'tick', y: 'key', strokeOpacity: 0.15 }),
        plot.tickX(dots, { x: () => 1, y: 'key', strokeWidth: 1.5 }),
        plot.link(ranged, {
          ...{ x1: 'low', x2: 'high', y: 'key', stroke: (dot) => colour(dot.name) },
          strokeWidth: 2.5,
        }),
        plot.dot(sure(true), { x: 'ratio', y: 'key', r: 5.5, fill: (dot) => colour(dot.name) }),
        plot.dot(sure(false), {
          ...{ x: 'ratio', y: 'key', r: 5, fill: 'var(--card)', strokeWidth: 2.5 },
          stroke: (dot) => colour(dot.name),
        }),
        plot.text(groups, {
          ...{ y: 'title', text: 'title', frameAnchor: 'left', textAnchor: 'start' },
          ...{ dx: 8 - frame.marginLeft, fontWeight: 600, fill: 'currentColor' },
        }),
        plot.text(dots, {
          ...{ y: 'key', frameAnchor: 'left', text: ({ name }) => cut(name, frame.marginLeft) },
          ...{ textAnchor: 'end', dx: -8, fill: 'currentColor' },
        }),
        plot.text(dots, {
          ...{ y: 'key', frameAnchor: 'right', text: (_, at) => texts[at], textAnchor: 'start' },
          ...{ dx: 8, fill: 'currentColor' },
        }),
      ],
    }) as SVGSVGElement
  }
}

/** With the interval, and the verdict if there is none. */
function longText({ text, low, high, verdict }: RatioDot): string {
  const interval = low === null || high === null ? '' : ` (${intervalText({ low, high })})`
  return `${text}${interval}${verdict === 'inconclusive' ? ' inconclusive' : ''}`
}

/** Ratios to the baseline as points with their intervals, over the band of the noise. */
import type { Draw } from './chart.tsx'
import { rowHeight, tickText } from './draw-parts.ts'
import { type RatioDot, ratioTicks } from './ratios.ts'

interface Options {
  dots: readonly RatioDot[]
  colour(name: string): string
  /** `ratio to redis, more is better` */
  axis: string
  band: { from: number; to: number; text: string } | undefined
}

/** @returns what draws them, at any width; a point that is inconclusive is hollow */
export function drawRatios({ dots, colour, axis, band }: Options): Draw {
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

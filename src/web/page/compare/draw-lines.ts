/** Lines over a common axis, each with its own colour and its own dashes. */
import type { Draw } from './chart.tsx'
import { tickText } from './draw-parts.ts'
import type { Point } from './points.ts'

interface Options {
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
export function drawLines(options: Options): Draw {
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

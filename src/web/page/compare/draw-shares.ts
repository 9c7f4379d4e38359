/** Shares of a whole as bars of one length, one below the other. */
import type { Draw } from './chart.tsx'
import { rowHeight } from './draw-parts.ts'

export interface ShareBar {
  name: string
  /** In their order, from the left; shares from 0 to 1. */
  parts: readonly { name: string; colour: string; share: number }[]
}

/** @returns what draws them, at any width; a part is named where its name has room */
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

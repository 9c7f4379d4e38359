/** A chart with its title and legend, and the same figures in a table. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Scroll, TableHead, useWidth } from '../parts.tsx'
import type * as Marks from './marks.ts'

/** Draws the chart at a width in px; the title is for those who do not see it. */
export type Draw = (plot: typeof Marks, width: number, title: string) => SVGSVGElement

export interface DataTable {
  heads: readonly string[]
  /** The first cell of a row is its head. */
  rows: readonly (readonly string[])[]
}

interface ChartProps {
  title: string
  /** What to know to read it, a few words. */
  note?: string
  draw: Draw
  table: DataTable
  legend?: readonly LegendItem[]
}

export function Chart({ title, note, draw, table, legend = [] }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  const [plot, setPlot] = useState<typeof Marks>()
  useEffect(() => {
    let wanted = true
    import('./marks.ts').then((marks) => wanted && setPlot(() => marks))
    return () => {
      wanted = false
    }
  }, [])
  useEffect(() => {
    if (plot === undefined || width === 0) return
    const svg = draw(plot, width, title)
    svg.setAttribute('role', 'img')
    // The library names its groups after their shapes, which says nothing to a reader.
    for (const named of svg.querySelectorAll('[aria-label]')) named.removeAttribute('aria-label')
    place.current?.replaceChildren(svg)
  }, [plot, width, draw, title])
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {note === undefined ? null : <span class="dim"> {note}</span>}
      </figcaption>
      {legend.length === 0 ? null : <Legend items={legend} />}
      <div ref={place} class="drawing">
        <p class="dim">Loading…</p>
      </div>
      <details class="below">
        <summary>As a table</summary>
        <Scroll label={`${title}, as a table`}>
          <table>
            <TableHead heads={table.heads} />
            <tbody>
              {table.rows.map(([head, ...cells]) => (
                <tr key={head}>
                  <th scope="row">{head}</th>
                  {cells.map((cell, at) => (
                    <td key={table.heads[at + 1]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </figure>
  )
}

export interface LegendItem {
  name: string
  /** CSS. */
  colour: string
  /** Of a line, '' for a whole one; null: it is a box. */
  dash: string | null
  /** What it means, if its name does not say. */
  means?: string
}

export function Legend({ items }: { items: readonly LegendItem[] }) {
  return (
    <ul class="legend">
      {items.map(({ name, colour, dash, means }) => (
        <li key={name} {...(means === undefined ? {} : { title: means })}>
          {dash === null ? (
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" fill={colour} />
            </svg>
          ) : (
            <svg width="34" height="10" aria-hidden="true">
              <line
                {...{ x1: 0, x2: 34, y1: 5, y2: 5 }}
                stroke={colour}
                stroke-width="2.5"
                stroke-dasharray={dash}
              />
            </svg>
          )}
          {name}
        </li>
      ))}
    </ul>
  )
}

/** The legend of lines. */
export function legendOf(
  names: readonly string[],
  { colour, dash }: { colour(name: string): string; dash(name: string): string },
): LegendItem[] {
  return names.map((name) => ({ name, colour: colour(name), dash: dash(name) }))
}

/** A chart with its title, the same in a table, and a picture to take along. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Scroll } from '../../../views/parts.tsx'
import { Legend, type LegendItem } from './legend.tsx'
import type * as Marks from './marks.ts'
import { savePicture } from './picture.ts'

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
  /** Stands below the picture when it is saved: whose figures, and when. */
  source: string
  legend?: readonly LegendItem[]
}

export function Chart({ title, note, draw, table, source, legend = [] }: ChartProps) {
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
    // The library names its groups after their shapes, which tells nobody anything.
    for (const named of svg.querySelectorAll('[aria-label]')) named.removeAttribute('aria-label')
    place.current?.replaceChildren(svg)
  }, [plot, width, draw, title])
  const save = () => {
    const svg = place.current?.querySelector('svg')
    if (svg != null) savePicture(svg, { title, source, legend })
  }
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {note === undefined ? null : <span class="dim"> {note}</span>}
      </figcaption>
      {legend.length === 0 ? null : <Legend items={legend} />}
      <div ref={place} class="drawing">
        <p class="dim">The chart is loading.</p>
      </div>
      <div class="below">
        <details>
          <summary>As a table</summary>
          <Scroll label={`${title}, as a table`}>
            <table>
              <thead>
                <tr>
                  {table.heads.map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
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
        <button type="button" aria-label={`Save as PNG: ${title}`} onClick={save}>
          PNG
        </button>
      </div>
    </figure>
  )
}

/** How wide an element is now, px; 0 before it is there. */
function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [place])
  return width
}

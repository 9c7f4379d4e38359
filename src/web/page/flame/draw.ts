/**
 * The flame graph itself, by d3-flame-graph: it lays frames out, zooms and moves them. What is here
 * is how the lab wants it: its own order and colours, a frame that is found or not lit, and no motion
 * for readers who want none.
 */
import flamegraph, { type Placed, type Selection } from 'd3-flame-graph'
import type { Cell } from './cells.ts'
import { rowsOf } from './cells.ts'

export const cellHeight = 18
/** Narrower frames are not drawn, in pixels; they are when one zooms in. */
const narrowest = 1

/** A frame where it is drawn, in pixels of the graph. */
export interface Spot<Frame> {
  cell: Cell<Frame>
  depth: number
  left: number
  top: number
  width: number
}

export interface Handlers<Frame> {
  /** What a frame's title says, that the browser shows after a while. */
  title(cell: Cell<Frame>): string
  /** As it is to be painted now. */
  look(cell: Cell<Frame>): { colour: string; found: boolean }
  clicked(cell: Cell<Frame>): void
  /** Undefined: the pointer has left it. */
  pointed(cell: Cell<Frame> | undefined): void
}

export interface Flame<Frame> {
  /** Makes a frame as wide as the graph; the root shows all. */
  zoom(cell: Cell<Frame>): void
  /** Paints all frames anew, as `look` says. */
  paint(): void
  resize(width: number): void
  /** What is drawn, from the left. */
  spots(): Spot<Frame>[]
  end(): void
}

/** Draws into an empty element. Some 50 ms for a thousand frames. */
export function drawFlame<Frame>(
  box: HTMLElement,
  root: Cell<Frame>,
  { title, look, clicked, pointed }: Handlers<Frame>,
): Flame<Frame> {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const height = rowsOf(root) * cellHeight
  let width = box.clientWidth
  let byHand = true
  let shown = root
  const chart = flamegraph<Cell<Frame>>()
    .width(width)
    .height(height)
    .cellHeight(cellHeight)
    .minFrameSize(narrowest)
    .selfValue(true)
    .transitionDuration(0)
    .getName(({ data }) => data.label)
    .getValue(({ own }) => own)
    .setLabelHandler(({ data }) => title(data))
    .setColorMapper(({ data }) => look(data).colour)
    .setDetailsHandler((text) => text === null && pointed(undefined))
    .onHover(({ data }) => pointed(data))
    .onClick(({ data }) => {
      shown = data
      mark()
      if (byHand) clicked(data)
    })
  chart(selectionOf<Cell<Frame>>(box, root))

  const places = new Map<Cell<Frame>, Placed<Cell<Frame>>>()
  const note = (placed: Placed<Cell<Frame>>) => {
    places.set(placed.data, placed)
    for (const child of placed.children ?? []) note(child)
  }
  note(datumOf(box) as Placed<Cell<Frame>>)

  const frames = () => [...box.querySelectorAll<SVGGElement>('g.frame')]
  const placedOf = (frame: SVGGElement) => datumOf(frame) as Placed<Cell<Frame>>
  /** What the library knows nothing of. */
  function mark(): void {
    for (const frame of frames()) {
      const { data } = placedOf(frame)
      frame.toggleAttribute('data-found', look(data).found)
      frame.dataset.frame = String(data.id)
    }
  }
  /** The library lets new frames grow for a quarter of a second, whatever it is told. */
  function settle(): void {
    for (const frame of frames()) {
      frame.querySelector('rect')!.setAttribute('width', frame.getAttribute('width')!)
      frame.querySelector('foreignObject div')!.textContent = placedOf(frame).data.label
    }
  }
  mark()
  settle()
  chart.transitionDuration(calm ? 0 : 250)

  return {
    zoom(cell) {
      const placed = places.get(cell)
      if (placed === undefined || cell === shown) return
      byHand = false
      chart.zoomTo(placed)
      byHand = true
      if (calm) settle()
    },
    paint() {
      for (const frame of frames()) {
        const { colour } = look(placedOf(frame).data)
        frame.querySelector('rect')!.setAttribute('fill', colour)
      }
      mark()
    },
    resize(pixels) {
      if (pixels === width || pixels === 0) return
      width = pixels
      chart.transitionDuration(0).width(width).update()
      mark()
      settle()
      chart.transitionDuration(calm ? 0 : 250)
    },
    spots: () =>
      frames()
        .map(placedOf)
        .map(({ data, depth, x0, x1 }) => ({
          cell: data,
          depth,
          left: x0 * width,
          top: height - (depth + 1) * cellHeight,
          width: (x1 - x0) * width,
        }))
        .filter(({ width }) => width > narrowest)
        .sort((a, b) => a.left - b.left),
    end: () => chart.destroy(),
  }
}

/** Where d3 keeps what an element stands for. */
interface Bound {
  __data__: unknown
}

function datumOf(element: Element): unknown {
  return (element as unknown as Bound).__data__
}

/** The one element as the library wants it: d3's selections come with the library, not with the lab. */
function selectionOf<Data>(box: HTMLElement, data: Data): Selection<Data> {
  const bound = box as unknown as Bound
  bound.__data__ = data
  const selection: Selection<Data> = {
    datum(change) {
      bound.__data__ = change(bound.__data__)
      return selection
    },
    each(visit) {
      visit.call(box, bound.__data__)
      return selection
    },
    node: () => box,
    selectAll: (name) => ({
      remove: () => {
        for (const element of box.querySelectorAll(name)) element.remove()
      },
    }),
  }
  return selection
}

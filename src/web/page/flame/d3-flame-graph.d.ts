/** What is used here of d3-flame-graph, which carries no types of its own. */
declare module 'd3-flame-graph' {
  /** A frame where it was put: from `x0` to `x1` of the whole width, 0 to 1. */
  export interface Placed<Data> {
    data: Data
    depth: number
    x0: number
    x1: number
    children?: Placed<Data>[]
  }

  /** A selection of d3, as far as the library makes use of it. */
  export interface Selection<Data> {
    datum(change: (data: unknown) => unknown): Selection<Data>
    each(visit: (this: Element, data: unknown) => void): Selection<Data>
    node(): Element
    selectAll(name: string): { remove(): void }
  }

  export interface FlameGraph<Data> {
    (selection: Selection<Data>): FlameGraph<Data>
    width(pixels: number): this
    height(pixels: number): this
    cellHeight(pixels: number): this
    minFrameSize(pixels: number): this
    /** Whether a value is a frame's own, without what it called. */
    selfValue(is: boolean): this
    transitionDuration(ms: number): this
    getName(name: (placed: Placed<Data>) => string): this
    /** Asked for the data when widths are worked out. */
    getValue(value: (data: Data) => number): this
    setLabelHandler(label: (placed: Placed<Data>) => string): this
    /** Called with null when the pointer leaves a frame. */
    setDetailsHandler(say: (text: string | null) => void): this
    setColorMapper(colour: (placed: Placed<Data>, original: string) => string): this
    onClick(clicked: (placed: Placed<Data>) => void): this
    onHover(hovered: (placed: Placed<Data>) => void): this
    zoomTo(placed: Placed<Data>): void
    update(): this
    destroy(): this
  }

  export default function flamegraph<Data>(): FlameGraph<Data>
}

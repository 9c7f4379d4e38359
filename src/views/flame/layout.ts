/** Where the frames of a graph are: cells in rows, found by place, by key and by a search. */
import { type Frame, stackIds } from './frames.ts'

/** A frame with its place. Widths are in the unit of the graph, not in pixels. */
export interface Cell {
  frame: Frame
  /** The number of its stack; 0 for the root. */
  id: number
  /** From the root, which is 0. */
  depth: number
  /** Its place in its row, from the left. */
  index: number
  /** Where it begins, and how wide it is with all that it called. */
  start: number
  width: number
  parent: Cell | undefined
  children: Cell[]
}

export interface Layout {
  root: Cell
  /** By depth, each from the left. */
  rows: Cell[][]
  /** Parents first. */
  cells: Cell[]
}

/** How wide a frame is for its amounts. */
export type WidthOf = (amounts: readonly number[]) => number

/** Lays a tree out. Some 50 ms for 25,000 frames, so not on every movement. */
export function layOut(top: Frame, widthOf: WidthOf): Layout {
  const ids = stackIds(top)
  const rows: Cell[][] = []
  const cells: Cell[] = []
  const place = (frame: Frame, start: number, depth: number, parent: Cell | undefined): Cell => {
    rows[depth] ??= []
    const row = rows[depth]
    const cell: Cell = {
      ...{ frame, id: ids.get(frame) ?? 0, depth, index: row.length },
      ...{ start, width: 0, parent, children: [] },
    }
    row.push(cell)
    cells.push(cell)
    let end = start
    for (const child of frame.children) {
      const placed = place(child, end, depth + 1, cell)
      cell.children.push(placed)
      end += placed.width
    }
    // What it did itself is to the right of what it called.
    cell.width = end - start + widthOf(frame.self)
    return cell
  }
  return { root: place(top, 0, 0, undefined), rows, cells }
}

/** The part of a graph that is shown, from left to right, in its unit. */
export interface Span {
  start: number
  width: number
}

/** How many rows have a frame in this part that could be seen, one of 1/2000 of it. */
export function rowsIn({ root }: Layout, { start, width }: Span): number {
  const least = width / 2000
  const deepest = (cell: Cell): number =>
    cell.children.reduce(
      (most, child) =>
        child.width < least || child.start >= start + width || child.start + child.width <= start
          ? most
          : Math.max(most, deepest(child)),
      cell.depth + 1,
    )
  return deepest(root)
}

/** The cell of a row at a place. */
export function cellAt({ root }: Layout, depth: number, at: number): Cell | undefined {
  let cell: Cell | undefined = root
  while (cell !== undefined && cell.depth < depth) {
    cell = cell.children.find(({ start, width }) => start <= at && at < start + width)
  }
  return cell
}

/** Where a key leads: to the widest frame that it called, to its caller, to a neighbour in its row. */
export type Step = 'callee' | 'caller' | 'left' | 'right'

/**
 * The next frame that way, among those in `span` that are at least `least` wide; undefined if there
 * is none.
 */
export function stepFrom(
  { rows }: Layout,
  from: Cell,
  step: Step,
  span: Span,
  least: number,
): Cell | undefined {
  const shown = ({ start, width }: Cell) =>
    width >= least && start < span.start + span.width && start + width > span.start
  switch (step) {
    case 'caller':
      return from.parent
    case 'callee':
      return from.children.filter(shown).sort((a, b) => b.width - a.width)[0]
    case 'left':
      return rows[from.depth]!.slice(0, from.index).findLast(shown)
    case 'right':
      return rows[from.depth]!.slice(from.index + 1).find(shown)
  }
}

/** The nearest caller that is wider, if that is not the root: one level up. */
export function levelUp(cell: Cell): Cell | undefined {
  let at = cell.parent
  while (at !== undefined && at.width <= cell.width * 1.005) at = at.parent
  return at?.parent === undefined ? undefined : at
}

/** From the outermost function to the frame itself; the root is none. */
export function stackOf(cell: Cell): Frame[] {
  const stack: Frame[] = []
  for (let at: Cell | undefined = cell; at?.parent !== undefined; at = at.parent) {
    stack.unshift(at.frame)
  }
  return stack
}

/** What a search asks for: part of a name or file, or `/…/` for a regular expression. */
export type Query =
  | { kind: 'none' }
  | { kind: 'wrong'; message: string }
  | { kind: 'test'; test: (label: string) => boolean }

export function readQuery(text: string): Query {
  const term = text.trim()
  if (term === '') return { kind: 'none' }
  const pattern = /^\/(.+)\/$/s.exec(term)?.[1]
  if (pattern === undefined) {
    const small = term.toLowerCase()
    return { kind: 'test', test: (label) => label.toLowerCase().includes(small) }
  }
  try {
    const expression = new RegExp(pattern, 'i')
    return { kind: 'test', test: (label) => expression.test(label) }
  } catch (error) {
    return { kind: 'wrong', message: (error as Error).message }
  }
}

export interface Found {
  /** From the left, callers before what they called. */
  cells: Cell[]
  /** Shares of the whole, 0 to 1; a sample counts once, however many frames of its stack were found. */
  self: number
  total: number
}

/** The frames whose name or file fits. The root is not one of them. */
export function search(layout: Layout, test: (label: string) => boolean, widthOf: WidthOf): Found {
  const { root } = layout
  const found: Found = { cells: [], self: 0, total: 0 }
  const visit = (cell: Cell, below: boolean) => {
    const fits = cell !== root && test(cell.frame.label)
    if (fits) {
      found.cells.push(cell)
      found.self += widthOf(cell.frame.self)
      if (!below) found.total += cell.width
    }
    for (const child of cell.children) visit(child, below || fits)
  }
  visit(root, false)
  const whole = root.width === 0 ? 1 : root.width
  return { cells: found.cells, self: found.self / whole, total: found.total / whole }
}

/**
 * The match to go to next, in the order of `found`; those that are not drawn come last.
 * @param selected the id of the cell to go on from
 * @param by 1: the next, -1: the one before
 * @returns undefined if nothing was found
 */
export function matchAfter(
  { cells }: Found,
  isDrawn: (cell: Cell) => boolean,
  selected: number | undefined,
  by: 1 | -1,
): Cell | undefined {
  const matches = [...cells.filter(isDrawn), ...cells.filter((cell) => !isDrawn(cell))]
  const here = matches.findIndex(({ id }) => id === selected)
  const count = matches.length
  return matches[here < 0 && by < 0 ? count - 1 : (here + by + count) % count]
}

/** The widest cell whose frame fits, the root left out; undefined if none does. */
export function widestCell({ cells, root }: Layout, fits: (frame: Frame) => boolean) {
  return cells
    .filter((cell) => cell !== root && fits(cell.frame))
    .reduce<Cell | undefined>(
      (widest, cell) => (widest === undefined || cell.width > widest.width ? cell : widest),
      undefined,
    )
}

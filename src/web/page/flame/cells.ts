/** What a flame graph draws: a tree of cells, made from a profile or from the difference of two. */

/** One frame, with what it is of. */
export interface Cell<Frame> {
  /** Its place among all frames, parents first: the same whenever the same tree is drawn. */
  id: number
  frame: Frame
  label: string
  colour: string
  /** How wide it is for itself, and with what it called, in the unit of the graph. */
  own: number
  total: number
  parent: Cell<Frame> | undefined
  children: Cell<Frame>[]
}

interface Node<Frame> {
  kind: string
  children: Frame[]
}

export interface CellRules<Frame> {
  label(frame: Frame): string
  colour(frame: Frame): string
  own(frame: Frame): number
  /** With what it called; asked for where that is not drawn. */
  total(frame: Frame): number
  /** So many kernel frames are drawn on top of one another; what is further on counts for the last. */
  kernelDepth: number
}

/** Cells for a tree of frames. A millisecond for a thousand. */
export function cellsOf<Frame extends Node<Frame>>(
  root: Frame,
  rules: CellRules<Frame>,
): Cell<Frame> {
  let next = 0
  const skip = (frame: Frame) => {
    next++
    for (const child of frame.children) skip(child)
  }
  const make = (frame: Frame, parent: Cell<Frame> | undefined, inKernel: number): Cell<Frame> => {
    const folded = inKernel >= rules.kernelDepth
    const cell: Cell<Frame> = {
      id: next++,
      frame,
      label: rules.label(frame),
      colour: rules.colour(frame),
      own: folded ? rules.total(frame) : rules.own(frame),
      total: 0,
      parent,
      children: [],
    }
    for (const child of frame.children) {
      // They are counted, so that a frame keeps its number however much is drawn.
      if (folded) skip(child)
      else cell.children.push(make(child, cell, child.kind === 'kernel' ? inKernel + 1 : 0))
    }
    cell.total = cell.children.reduce((sum, { total }) => sum + total, cell.own)
    return cell
  }
  return make(root, undefined, 0)
}

/** All cells, parents first. */
export function allCells<Frame>(root: Cell<Frame>): Cell<Frame>[] {
  const list: Cell<Frame>[] = []
  const visit = (cell: Cell<Frame>) => {
    list.push(cell)
    for (const child of cell.children) visit(child)
  }
  visit(root)
  return list
}

/** The frames that carry a word, and how much of the whole is theirs; what they call is counted once. */
export function findCells<Frame>(
  root: Cell<Frame>,
  fits: (cell: Cell<Frame>) => boolean,
): { found: Set<Cell<Frame>>; share: number } {
  const found = new Set<Cell<Frame>>()
  let sum = 0
  const visit = (cell: Cell<Frame>, below: boolean) => {
    const here = fits(cell)
    if (here) {
      found.add(cell)
      if (!below) sum += cell.total
    }
    for (const child of cell.children) visit(child, below || here)
  }
  visit(root, false)
  return { found, share: root.total === 0 ? 0 : sum / root.total }
}

/** The nearest caller that is wider: what one level up is, where many frames have one caller each. */
export function levelUp<Frame>(cell: Cell<Frame>): Cell<Frame> | undefined {
  let at = cell.parent
  while (at !== undefined && at.total <= cell.total * 1.005) at = at.parent
  return at?.parent === undefined ? undefined : at
}

/** How many rows a graph has, without frames that could not be seen. */
export function rowsOf<Frame>(root: Cell<Frame>): number {
  const least = root.total * 0.0005
  const deepest = (cell: Cell<Frame>): number =>
    cell.children.reduce(
      (depth, child) => (child.total < least ? depth : Math.max(depth, 1 + deepest(child))),
      1,
    )
  return deepest(root)
}

/** Where the reader is in a graph: the frame that is selected, the one zoomed to, and its address. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { readStack, stackAddress } from './frames.ts'
import { type Cell, levelUp } from './layout.ts'
import type { Drawn } from './use-drawn.ts'

export interface Selection {
  /** The frame zoomed to; undefined: the whole graph. */
  zoomed: Cell | undefined
  /** Whether it zooms to a stack that the graph does not have. */
  isLost: boolean
  selected: Cell | undefined
  /** The frame whose panel is open. */
  opened: Cell | undefined
  zoom: (cell: Cell | undefined) => void
  select: (cell: Cell) => void
  /** Selects a frame of the whole graph, without its panel. */
  show: (cell: Cell) => void
  /** Selects a frame, and leaves the zoom if the frame is outside of it. */
  visit: (cell: Cell) => void
  /** Selects a frame, zooms to it and opens its panel. */
  open: (cell: Cell) => void
  close: () => void
  levelUp: () => void
  /** Back to the whole graph, with nothing selected. */
  leave: () => void
}

export interface SelectionOptions {
  /** The address of a stack, as `go` was given it; none: the whole graph. */
  at: string | undefined
  /** Called when the reader zooms. */
  go: ((at: string | undefined) => void) | undefined
  /** An address is of the plain graph, which does not have the stacks of the others. */
  isPlain: boolean
}

export function useSelection(
  { layout, cells }: Drawn,
  { at, go, isPlain }: SelectionOptions,
): Selection {
  const linked = at === undefined ? undefined : readStack(at).id
  const [zoomedId, setZoomed] = useState(linked)
  const [selectedId, setSelected] = useState(linked)
  const [isOpen, setIsOpen] = useState(at !== undefined)

  // The reader went back, or followed a link: what is selected goes along.
  const went = useRef(at)
  useEffect(() => {
    if (at === went.current) return
    went.current = at
    setZoomed(linked)
    setSelected(linked)
  }, [at])

  const zoomed = zoomedId === undefined ? undefined : cells.get(zoomedId)
  const selected = selectedId === undefined ? undefined : cells.get(selectedId)
  const write = (cell: Cell | undefined) => {
    const address = cell === undefined ? undefined : stackAddress(cell.frame, cell.id)
    if (address === went.current) return
    went.current = address
    go?.(address)
  }
  const zoom = (cell: Cell | undefined) => {
    const to = cell === layout.root ? undefined : cell
    setZoomed(to?.id)
    if (isPlain) write(to)
  }
  return {
    zoomed,
    isLost: zoomedId !== undefined && zoomed === undefined,
    selected,
    opened: isOpen && selected !== layout.root ? selected : undefined,
    zoom,
    select: (cell) => setSelected(cell.id),
    show: (cell) => {
      setZoomed(undefined)
      setSelected(cell.id)
      setIsOpen(false)
    },
    visit: (cell) => {
      setSelected(cell.id)
      if (zoomed !== undefined && !isInside(cell, zoomed)) zoom(undefined)
    },
    open: (cell) => {
      setSelected(cell.id)
      setIsOpen(cell !== layout.root)
      zoom(cell)
    },
    close: () => setIsOpen(false),
    levelUp: () => {
      if (zoomed !== undefined) zoom(levelUp(zoomed))
    },
    leave: () => {
      setZoomed(undefined)
      setSelected(undefined)
      write(undefined)
    },
  }
}

function isInside({ start, width }: Cell, outer: Cell): boolean {
  return start >= outer.start && start + width <= outer.start + outer.width
}

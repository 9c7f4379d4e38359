/**
 * One flame graph on a canvas: pointed at, clicked, walked with the keys. Its owner decides what its
 * frames are and what a click does.
 */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Cell, cellAt, type Layout, rowsIn, type Span, type Step, stepFrom } from './layout.ts'
import {
  draw,
  type Look,
  narrowest,
  type Palette,
  type RootAt,
  rowHeight,
  rowOf,
  rowTop,
  type Window,
} from './paint.ts'

export interface GraphShown {
  layout: Layout
  /** Its name, for screen readers. */
  label: string
  palette: Palette
  look: (cell: Cell) => Look
  /** A frame in one line, as a screen reader says it. */
  describe: (cell: Cell) => string
  rootAt: RootAt
  /** The frame that is as wide as the graph; undefined: the root. */
  zoomed: Cell | undefined
  /** The selected frame: the keys go on from it. */
  active: Cell | undefined
  /** The most pixels that it may be high. */
  room: number
  /** What the tooltip says of a frame, a line each; the name first. */
  tip: (cell: Cell) => readonly string[]
  select: (cell: Cell) => void
  /** The frame under the pointer; undefined: none, or the pointer only rests on it. */
  point?: (cell: Cell | undefined) => void
  open: (cell: Cell) => void
  /** A key that does not move the focus; true if the owner handled it. */
  press: (key: string, cell: Cell) => boolean
  id?: string
}

export function Graph(shown: GraphShown) {
  const { layout, label, palette, look, describe, rootAt, zoomed, active, room } = shown
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const name = useId()
  const [width, setWidth] = useState(0)
  const [scrollTop, setScrollTop] = useState(0)
  const [focused, setFocused] = useState(false)
  const [pointed, setPointed] = useState<Pointed>()
  const pressed = useRef<{ cell: Cell | undefined; x: number; y: number } | undefined>(undefined)

  const target = zoomed ?? layout.root
  const span = useMoving({ start: target.start, width: target.width }, layout)
  const wholeRows = rowsIn(layout, { start: 0, width: layout.root.width })
  const height = Math.min(wholeRows * rowHeight, Math.max(room, 8 * rowHeight))
  const contentHeight = Math.max(height, rowsIn(layout, target) * rowHeight)
  const window: Window = { width, height, contentHeight, scrollTop, rootAt, span }

  useLayoutEffect(() => {
    const element = box.current!
    const measure = () => setWidth(element.clientWidth)
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  // The root is in view at first, and stays where it is if the content grows at the other end.
  const shownHeight = useRef(0)
  useLayoutEffect(() => {
    const element = box.current!
    if (rootAt === 'bottom') element.scrollTop += contentHeight - shownHeight.current
    shownHeight.current = contentHeight
    setScrollTop(element.scrollTop)
  }, [contentHeight, rootAt])
  useLayoutEffect(() => {
    const element = box.current!
    shownHeight.current = contentHeight
    element.scrollTop = rootAt === 'bottom' ? contentHeight : 0
    setScrollTop(element.scrollTop)
  }, [layout, rootAt])
  useLayoutEffect(() => {
    if (active !== undefined) reveal(box.current!, rowTop(active.depth, window))
  }, [active, height])
  useLayoutEffect(() => {
    if (width > 0) draw(canvas.current!, layout, window, look, palette)
  })

  const point = (next: Pointed | undefined) => {
    setPointed(next)
    shown.point?.(next?.cell)
  }
  // A pointer at rest says nothing once something else is selected or shown.
  useEffect(() => point(undefined), [active, zoomed, layout])
  // Nor once the graph or the page is scrolled: another frame is under it.
  const isPointed = pointed !== undefined
  useEffect(() => {
    if (!isPointed) return
    const hide = () => point(undefined)
    addEventListener('scroll', hide, { capture: true, passive: true })
    return () => removeEventListener('scroll', hide, { capture: true })
  }, [isPointed])

  const cellUnder = (event: MouseEvent): Cell | undefined => {
    const place = canvas.current!.getBoundingClientRect()
    const row = rowOf(event.clientY - place.top + scrollTop, window)
    const at = span.start + ((event.clientX - place.left) / width) * span.width
    const cell = cellAt(layout, row, at)
    return cell === undefined || (cell.width / span.width) * width < narrowest ? undefined : cell
  }
  const pressKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const here = active ?? target
    const step = stepOf(event.key, rootAt)
    if (step !== undefined) {
      const next = stepFrom(layout, here, step, span, span.width / width)
      if (next !== undefined) shown.select(next)
    } else if (event.key === 'Enter' || event.key === ' ') shown.open(here)
    else if (!shown.press(event.key, here)) return
    event.preventDefault()
  }
  const current = active ?? target
  const idOf = ({ depth, index }: Cell) => `${name}-${depth}-${index}`
  return (
    <div
      class="flame-box"
      id={shown.id}
      ref={box}
      role="tree"
      aria-label={label}
      aria-activedescendant={idOf(current)}
      tabIndex={0}
      style={{ height: `${height}px` }}
      onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
      onKeyDown={pressKey}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <div style={{ height: `${contentHeight}px` }}>
        <canvas
          ref={canvas}
          style={{ width: `${width}px`, height: `${height}px` }}
          onMouseDown={(event) => {
            if (event.button !== 0) return
            // The browser would scroll to what it gives the focus, away from under the pointer.
            event.preventDefault()
            box.current!.focus({ preventScroll: true })
            pressed.current = { cell: cellUnder(event), x: event.clientX, y: event.clientY }
          }}
          onClick={({ clientX, clientY }) => {
            const { cell, x, y } = pressed.current ?? { cell: undefined, x: 0, y: 0 }
            pressed.current = undefined
            if (cell !== undefined && Math.hypot(clientX - x, clientY - y) < 5) shown.open(cell)
          }}
          onMouseMove={(event) => {
            const cell = cellUnder(event)
            const { clientX: x, clientY: y } = event
            point(cell === undefined ? undefined : { cell, x, y })
          }}
          onMouseLeave={() => point(undefined)}
        />
        <FocusBox
          id={idOf(current)}
          key={idOf(current)}
          cell={current}
          text={describe(current)}
          window={window}
          visible={focused || active !== undefined}
        />
        {pointed === undefined ? null : (
          <Tooltip lines={shown.tip(pointed.cell)} x={pointed.x} y={pointed.y} />
        )}
      </div>
    </div>
  )
}

interface Pointed {
  cell: Cell
  /** Of the pointer, in the window. */
  x: number
  y: number
}

/** What is under the pointer, beside it; readers with a keyboard have the line below the graph. */
function Tooltip({
  lines: [name, ...rest],
  x,
  y,
}: Omit<Pointed, 'cell'> & { lines: readonly string[] }) {
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const { offsetWidth, offsetHeight } = box.current!
    setSize({ width: offsetWidth, height: offsetHeight })
  }, [name])
  const left = Math.max(4, Math.min(x + 14, innerWidth - size.width - 4))
  const over = y + 18 + size.height > innerHeight
  const top = over ? Math.max(4, y - size.height - 10) : y + 18
  return (
    <div
      class="tooltip"
      ref={box}
      aria-hidden="true"
      style={{ left: `${left}px`, top: `${top}px` }}
    >
      <b>{name}</b>
      {rest.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  )
}

/** Around the selected frame, and what a screen reader finds of it. */
function FocusBox({
  id,
  cell,
  text,
  window,
  visible,
}: {
  id: string
  cell: Cell
  text: string
  window: Window
  visible: boolean
}) {
  const scale = window.width / window.span.width
  const left = Math.max(0, (cell.start - window.span.start) * scale)
  const right = Math.min(window.width, (cell.start + cell.width - window.span.start) * scale)
  const siblings = cell.parent?.children ?? [cell]
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      class={visible && right > left ? 'focus-box' : 'focus-box unseen'}
      aria-level={cell.depth + 1}
      aria-setsize={siblings.length}
      aria-posinset={siblings.indexOf(cell) + 1}
      aria-selected={visible}
      aria-label={text}
      style={{
        left: `${left}px`,
        top: `${rowTop(cell.depth, window)}px`,
        // A frame may be narrower than what goes around it.
        width: `${Math.max(right - left, 6)}px`,
        height: `${rowHeight}px`,
      }}
    />
  )
}

function stepOf(key: string, rootAt: RootAt): Step | undefined {
  const away = rootAt === 'bottom' ? 'ArrowUp' : 'ArrowDown'
  switch (key) {
    case 'ArrowUp':
    case 'ArrowDown':
      return key === away ? 'callee' : 'caller'
    case 'ArrowLeft':
      return 'left'
    case 'ArrowRight':
      return 'right'
    default:
      return undefined
  }
}

/** Scrolls the box, never the page, until a row is in it with another one on either side. */
function reveal(box: HTMLElement, top: number): void {
  const lowest = top + 2 * rowHeight - box.clientHeight
  const highest = top - rowHeight
  if (box.scrollTop < lowest) box.scrollTop = lowest
  else if (box.scrollTop > highest) box.scrollTop = Math.max(0, highest)
}

const moveMs = 160

/** A span that glides to its target; at once in a new graph, and for readers who want no motion. */
function useMoving(target: Span, graph: Layout): Span {
  const [span, setSpan] = useState(target)
  const last = useRef({ span: target, graph })
  useEffect(() => {
    const from = last.current.span
    const still =
      last.current.graph !== graph ||
      (from.start === target.start && from.width === target.width) ||
      matchMedia('(prefers-reduced-motion: reduce)').matches
    last.current.graph = graph
    if (still) {
      last.current.span = target
      setSpan(target)
      return
    }
    const begin = performance.now()
    let next = 0
    const step = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - begin) / moveMs))
      const eased = 1 - (1 - part) ** 3
      const between = (a: number, b: number) => a + (b - a) * eased
      const span =
        part === 1
          ? target
          : { start: between(from.start, target.start), width: between(from.width, target.width) }
      last.current.span = span
      setSpan(span)
      if (part < 1) next = requestAnimationFrame(step)
    }
    next = requestAnimationFrame(step)
    return () => cancelAnimationFrame(next)
  }, [target.start, target.width, graph])
  // The old span does not apply to a new graph.
  return last.current.graph === graph ? span : target
}

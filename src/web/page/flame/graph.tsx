/**
 * A flame graph that is looked at, searched, zoomed and walked with the keys. Whose frames they are
 * and what is said of them, the views say: that of a stage, and that of the difference of two.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { percent } from '../../../flame/caption.ts'
import { type Cell, findCells, levelUp } from './cells.ts'
import { drawFlame, type Flame } from './draw.ts'
import { FocusBox } from './focus-box.tsx'
import { keepInView } from './in-view.ts'
import { stepFrom } from './keys.ts'

export interface GraphShown<Frame> {
  root: Cell<Frame>
  /** What it is of, for those who do not see it. */
  label: string
  /** All that is said of a frame in the line under the graph. */
  describe: (cell: Cell<Frame>) => string
  /** What the search goes through, in small letters. */
  words: (cell: Cell<Frame>) => string
  /** Whether a frame keeps its colour; all do where it is not given. */
  lit?: ((cell: Cell<Frame>) => boolean) | undefined
  /** The frame that is as wide as the graph; undefined: all are shown. */
  at: Cell<Frame> | undefined
  zoom: (cell: Cell<Frame> | undefined) => void
  /** A frame was clicked, or Enter was pressed on it. */
  open: (cell: Cell<Frame>) => void
  /** What the colours say, where that is not said above. */
  hint?: string
  tools?: ComponentChildren
  /** What is open of a frame, under the line. */
  panel?: ComponentChildren
}

const unlit = '#f3f1ec'
const foundColour = '#ff9df0'

export function FlameGraph<Frame>(shown: GraphShown<Frame>) {
  const { root, label, describe, words, lit, at, zoom, open, hint, tools, panel } = shown
  const box = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const below = useRef<HTMLDivElement>(null)
  const flame = useRef<Flame<Frame> | undefined>(undefined)
  /** A page that scrolls under a pointer at rest is not pointed at. */
  const byKeys = useRef(false)
  const [term, setTerm] = useState('')
  const [active, setActive] = useState<Cell<Frame>>()
  const [pointed, setPointed] = useState<Cell<Frame>>()
  const [focused, setFocused] = useState(false)
  const [width, setWidth] = useState(0)

  const asked = term.trim().toLowerCase()
  const result = useMemo(
    () => (asked === '' ? undefined : findCells(root, (cell) => words(cell).includes(asked))),
    [root, asked, words],
  )
  const look = (cell: Cell<Frame>) => {
    const found = result?.found.has(cell) ?? false
    const colour = found ? foundColour : lit === undefined || lit(cell) ? cell.colour : unlit
    return { colour, found }
  }
  // The library keeps what it is given once; this is always that of the last drawing.
  const now = useRef({ look, open, describe })
  now.current = { look, open, describe }

  useLayoutEffect(() => {
    const element = box.current!
    const drawn = drawFlame<Frame>(element, root, {
      title: (cell) => cell.label,
      look: (cell) => now.current.look(cell),
      clicked: (cell) => {
        setActive(cell)
        now.current.open(cell)
      },
      pointed: (cell) => {
        if (!byKeys.current) setPointed(cell)
      },
    })
    flame.current = drawn
    setActive(undefined)
    setPointed(undefined)
    const watch = new ResizeObserver(() => {
      drawn.resize(element.clientWidth)
      setWidth(element.clientWidth)
    })
    watch.observe(element)
    return () => {
      watch.disconnect()
      drawn.end()
    }
  }, [root])
  useLayoutEffect(() => flame.current?.zoom(at ?? root), [root, at])
  useLayoutEffect(() => flame.current?.paint(), [result, lit])
  useEffect(() => {
    if (at !== undefined) setActive(at)
  }, [at])
  const isOpen = panel !== null && panel !== undefined
  useEffect(() => {
    const spot = flame.current?.spots().find(({ cell }) => cell === active)
    // Where the reader looks on with the mouse, the page stays as it is.
    if (spot !== undefined && (focused || isOpen))
      keepInView(box.current!, below.current!, spot.top)
  }, [active, isOpen])

  const up = () => at !== undefined && zoom(levelUp(at))
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { key } = event
    byKeys.current = true
    setPointed(undefined)
    const here = active ?? at ?? root
    const next = stepFrom(key, here, flame.current!.spots())
    if (next !== undefined) setActive(next)
    else if (key === 'Enter' || key === ' ') open(here)
    else if (key === 'z') zoom(here === root ? undefined : here)
    else if (key === 'Escape') up()
    else if (key === 'Home') {
      zoom(undefined)
      setActive(root)
    } else if (key === '/') search.current?.focus()
    else if (!key.startsWith('Arrow')) return
    event.preventDefault()
  }
  const said = pointed ?? active ?? at
  return (
    <section class="flame" aria-label={label}>
      <div class="flame-tools">
        <label>
          Find{' '}
          <input
            id="flame-search"
            type="search"
            placeholder="name, file or role"
            ref={search}
            value={term}
            onInput={({ currentTarget }) => setTerm(currentTarget.value)}
          />
        </label>
        <span id="flame-found" role="status">
          {result === undefined
            ? ''
            : `${result.found.size} ${result.found.size === 1 ? 'frame' : 'frames'}, ${percent(result.share)} of all`}
        </span>
        <button type="button" onClick={up}>
          One level up
        </button>
        <button
          type="button"
          onClick={() => {
            setTerm('')
            zoom(undefined)
          }}
        >
          Whole graph
        </button>
        {tools}
      </div>
      <div
        id="flame-graph"
        class="flame-box"
        role="application"
        aria-label={`${label}: a flame graph. The same as a table and as text follows below it.`}
        aria-describedby="flame-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is one, for the keys below
        tabIndex={0}
        onKeyDown={pressed}
        onMouseMove={({ movementX, movementY }) => {
          if (movementX !== 0 || movementY !== 0) byKeys.current = false
        }}
        onFocus={() => {
          setFocused(true)
          setActive((cell) => cell ?? at ?? root)
        }}
        onBlur={() => setFocused(false)}
      >
        <div ref={box} aria-hidden="true" />
        <FocusBox
          cell={focused ? active : undefined}
          spots={() => flame.current?.spots() ?? []}
          drawn={`${width} ${at?.id ?? ''}`}
        />
      </div>
      <p id="flame-keys" class="dim small">
        Click a frame to see it alone, with its source. With the keys: <kbd>↑</kbd> what it called,{' '}
        <kbd>↓</kbd> its caller, <kbd>←</kbd> <kbd>→</kbd> neighbours, <kbd>Enter</kbd> open and
        zoom, <kbd>z</kbd> only zoom, <kbd>Esc</kbd> one level up, <kbd>Home</kbd> the whole graph,{' '}
        <kbd>/</kbd> find. {hint === undefined ? '' : `Colours: ${hint}`}
      </p>
      <div class="flame-below" ref={below}>
        <p id="flame-line" aria-live="polite">
          {said === undefined ? 'Point at a frame to read it.' : describe(said)}
        </p>
        {panel}
      </div>
    </section>
  )
}

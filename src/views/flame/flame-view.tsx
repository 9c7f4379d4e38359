/**
 * The viewer of a profile or of the difference of two: the graph with its search, its roles and the
 * selected frame, and below it the same as a table and as text.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { besideArticle, provenance } from '../../flame/caption.ts'
import { blindSentences } from '../../flame/difference.ts'
import { type Role, roleMeanings } from '../../flame/roles.ts'
import { amount, differenceText, flameText } from '../../flame/text.ts'
import { foldKernel } from '../../flame/tree.ts'
import { Scroll, Switch, useMedia } from '../parts.tsx'
import type { FlameViewData } from './flame-view-data.ts'
import { FramePanel } from './frame-panel.tsx'
import {
  type Frame,
  functionKey,
  functionOf,
  invertCalls,
  mergeRecursion,
  type Sandwich,
  sandwich,
} from './frames.ts'
import { Graph } from './graph.tsx'
import { type Cell, layOut, levelUp, readQuery, search } from './layout.ts'
import {
  changeText,
  frameLine,
  type Model,
  modelOf,
  perRequest,
  roleText,
  type Width,
} from './model.ts'
import { changeColours, type Palette, palettes, type RootAt, roleColour } from './paint.ts'
import { ChangesTable, WidestTable } from './tables.tsx'

export interface FlameViewShown {
  data: FlameViewData
  /** The stack that is zoomed to, as `go` was given it; none: the whole graph. */
  at?: string | undefined
  /** Called when the reader zooms; undefined: to the whole graph. */
  go?: (at: string | undefined) => void
  /** What is known of a frame beyond the glossary. */
  explain?: (frame: Frame) => ComponentChildren
}

/** Kernel functions drawn on top of one another, unless the reader asks for all. */
const kernelDepth = 5

export function FlameView({ data, at, go, explain }: FlameViewShown) {
  const model = useMemo(() => modelOf(data), [data])
  const dark = useMedia('(prefers-color-scheme: dark)')
  const palette = palettes[dark ? 'dark' : 'light']
  const [rootAt, setRootAt] = useState<RootAt>('bottom')
  const [calls, setCalls] = useState<'stacks' | 'inverted'>('stacks')
  const [merged, setMerged] = useState(false)
  const [width, setWidth] = useState<Width>('larger')
  const [allKernel, setAllKernel] = useState(() => at !== undefined && isFolded(model, at))
  const [role, setRole] = useState<Role>()
  const [term, setTerm] = useState('')
  const [zoomed, setZoomed] = useState(at)
  const [selected, setSelected] = useState(at)
  const [isOpen, setIsOpen] = useState(at !== undefined)
  const [chosen, setChosen] = useState<string>()
  const [pointed, setPointed] = useState<{ cell: Cell; x: number; y: number }>()
  const searchField = useRef<HTMLInputElement>(null)
  const graphs = useRef<HTMLDivElement>(null)
  const below = useRef<HTMLDivElement>(null)
  const room = useRoom(graphs, below)

  const widthOf = useMemo(() => model.widthOf(width), [model, width])
  const whole = useMemo(() => {
    const all = merged ? mergeRecursion(model.root) : model.root
    return calls === 'inverted' ? invertCalls(all) : all
  }, [model, calls, merged])
  const tree = useMemo(
    () => (allKernel ? whole : foldKernel(whole, kernelDepth)),
    [whole, allKernel],
  )
  const layout = useMemo(() => layOut(tree, widthOf), [tree, widthOf])
  const cells = useMemo(() => new Map(layout.cells.map((cell) => [cell.address, cell])), [layout])
  const parts = useMemo(
    () => (chosen === undefined ? undefined : sandwich(model.root, chosen)),
    [model, chosen],
  )
  const query = useMemo(() => readQuery(term), [term])
  // Kernel functions that are not drawn are found as well.
  const found = useMemo(
    () => (query.kind === 'test' ? search(layOut(whole, widthOf), query.test, widthOf) : undefined),
    [whole, query, widthOf],
  )
  const lookOf = useMemo(() => {
    const plain = model.looks(tree, palette, calls === 'inverted')
    const all = new Set(found?.cells.map(({ address }) => address))
    return ({ frame, address }: Cell) => lit(plain(frame), frame, all.has(address), role, palette)
  }, [model, tree, palette, calls, found, role])

  // The reader went back, or followed a link: what is selected goes along.
  const went = useRef(at)
  useEffect(() => {
    if (at === went.current) return
    went.current = at
    setZoomed(at)
    setSelected(at)
  }, [at])

  const isPlain = calls === 'stacks' && !merged
  const zoomedCell = zoomed === undefined ? undefined : cells.get(zoomed)
  const active = selected === undefined ? undefined : cells.get(selected)
  const write = (address: string | undefined) => {
    if (address === went.current) return
    went.current = address
    go?.(address)
  }
  const zoom = (cell: Cell | undefined) => {
    const address = cell === undefined || cell === layout.root ? undefined : cell.address
    setPointed(undefined)
    setZoomed(address)
    // A link shows the plain graph, in which other stacks have no address.
    if (isPlain) write(address)
  }
  const open = (cell: Cell) => {
    setSelected(cell.address)
    setIsOpen(cell !== layout.root)
    zoom(cell)
  }
  const turn = (change: () => void) => {
    change()
    setZoomed(undefined)
    setSelected(undefined)
    setPointed(undefined)
    setChosen(undefined)
    write(undefined)
  }
  const up = () => {
    if (chosen !== undefined) setChosen(undefined)
    else if (zoomedCell !== undefined) zoom(levelUp(zoomedCell))
  }
  const showAll = () => {
    setChosen(undefined)
    setTerm('')
    setSelected(undefined)
    zoom(undefined)
  }
  const nextMatch = (by: 1 | -1) => {
    if (found === undefined || found.cells.length === 0) return
    setChosen(undefined)
    const here = found.cells.findIndex(({ address }) => address === selected)
    const count = found.cells.length
    const next = found.cells[here < 0 && by < 0 ? count - 1 : (here + by + count) % count]!
    if (!cells.has(next.address)) setAllKernel(true)
    setSelected(next.address)
    setPointed(undefined)
    const inside =
      zoomedCell === undefined ||
      (next.start >= zoomedCell.start &&
        next.start + next.width <= zoomedCell.start + zoomedCell.width)
    if (!inside) zoom(undefined)
  }
  const press = (key: string, cell: Cell): boolean => {
    if (key === 'z') zoom(cell)
    else if (key === 'Escape') up()
    else if (key === 'Home') showAll()
    else if (key === 's') cell === layout.root || setChosen(functionKey(cell.frame))
    else if (key === '/') searchField.current?.focus()
    else return false
    return true
  }
  const select = (cell: Cell) => {
    setPointed(undefined)
    setSelected(cell.address)
  }
  const point = (cell: Cell | undefined, { x, y }: { x: number; y: number }) =>
    setPointed(cell === undefined ? undefined : { cell, x, y })
  const panel = isOpen && active !== undefined && active !== layout.root ? active : undefined
  const warnings = [
    ...data.notes.filter(({ warns }) => warns).map(({ text }) => text),
    ...model.cautions,
  ]
  const said = panel ?? pointed?.cell ?? active ?? zoomedCell
  return (
    <div class="flame">
      {warnings.map((text) => (
        <p class="note" key={text}>
          ! {text}
        </p>
      ))}
      {data.kind === 'difference' ? <DifferenceHead data={data} palette={palette} /> : null}
      <fieldset class="legend" aria-label="Roles: press one to see it alone">
        {model.roles.map(({ role: one, text }) => (
          <button
            key={one}
            type="button"
            title={roleMeanings[one]}
            aria-pressed={one === role}
            onClick={() => setRole(one === role ? undefined : one)}
          >
            {data.kind === 'profile' ? (
              <i style={{ background: roleColour(one, palette) }} />
            ) : null}
            {one} {text}
          </button>
        ))}
      </fieldset>
      <div class="flame-tools">
        <label>
          Find{' '}
          <input
            id="flame-search"
            type="search"
            placeholder="name or file, or /expression/"
            title="Enter: the next match; Shift+Enter: the one before"
            ref={searchField}
            value={term}
            aria-describedby="flame-found"
            onInput={({ currentTarget }) => setTerm(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              nextMatch(event.shiftKey ? -1 : 1)
            }}
          />
        </label>
        <span id="flame-found" role="status">
          {query.kind === 'wrong'
            ? `Not a regular expression: ${query.message}`
            : found === undefined
              ? ''
              : `${found.cells.length} ${found.cells.length === 1 ? 'frame' : 'frames'}: total ${model.share(found.total)}, self ${model.share(found.self)}`}
        </span>
        <button type="button" onClick={up}>
          One level up
        </button>
        <button type="button" onClick={showAll}>
          Whole graph
        </button>
      </div>
      <div class="flame-tools">
        <Switch
          label="Root"
          options={{ bottom: 'bottom', top: 'top' }}
          value={rootAt}
          choose={setRootAt}
        />
        <Switch
          label="Calls"
          options={{ stacks: 'normal', inverted: 'inverted' }}
          value={calls}
          choose={(calls) => turn(() => setCalls(calls))}
        />
        {data.kind === 'difference' ? (
          <Switch
            label="Width"
            options={{
              larger: 'larger',
              before: data.difference.before.name,
              after: data.difference.after.name,
            }}
            value={width}
            choose={setWidth}
          />
        ) : null}
        <Check id="merge-recursion" is={merged} set={(is) => turn(() => setMerged(is))}>
          merge recursion
        </Check>
        <Check id="all-kernel" is={allKernel} set={setAllKernel}>
          all kernel functions
        </Check>
      </div>
      {zoomed !== undefined && zoomedCell === undefined ? (
        <p class="note" role="status">
          ! No stack of this run ends in <code>{functionOf(zoomed)}</code> as in the link: the whole
          graph is shown.
        </p>
      ) : null}
      <div ref={graphs}>
        {parts === undefined ? (
          <Graph
            id="flame-graph"
            label={`Flame graph: ${model.subject}. A table and the text of it follow below.`}
            {...{ layout, palette, rootAt, room, active, point, open, press, select }}
            look={lookOf}
            describe={({ frame }) => frameLine(model, frame)}
            zoomed={zoomedCell}
          />
        ) : (
          <SandwichGraphs
            {...{ parts, model, palette, widthOf, room }}
            found={query.kind === 'test' ? query.test : undefined}
            role={role}
            choose={setChosen}
            close={() => setChosen(undefined)}
          />
        )}
      </div>
      {pointed === undefined ? null : <Tooltip {...pointed} model={model} />}
      <div class="flame-below" ref={below}>
        {parts !== undefined ? null : panel === undefined ? (
          <p id="flame-line">
            {said === undefined ? 'Point at a frame to read it.' : frameLine(model, said.frame)}
          </p>
        ) : (
          <FramePanel
            model={model}
            frame={panel.frame}
            stack={stackOf(panel)}
            sandwich={() => setChosen(functionKey(panel.frame))}
            close={() => {
              setIsOpen(false)
              // The button is gone: the keys go on from the frame.
              document.getElementById('flame-graph')?.focus({ preventScroll: true })
            }}
          >
            {explain?.(panel.frame)}
          </FramePanel>
        )}
      </div>
      <Help data={data} />
      <Trust data={data} />
      {data.kind === 'profile' ? (
        <WidestTable
          tree={data.tree}
          open={(frame) => {
            setChosen(functionKey(frame))
            graphs.current?.scrollIntoView({ block: 'center' })
          }}
        />
      ) : (
        <ChangesTable difference={data.difference} />
      )}
      <WholeText data={data} />
    </div>
  )
}

/** Whether a stack is there once all kernel functions are drawn, and not before. */
function isFolded({ root }: Model, address: string): boolean {
  const has = (tree: Frame) => layOut(tree, () => 1).cells.some((cell) => cell.address === address)
  return !has(foldKernel(root, kernelDepth)) && has(root)
}

function stackOf(cell: Cell): Frame[] {
  const stack: Frame[] = []
  for (let at: Cell | undefined = cell; at?.parent !== undefined; at = at.parent) {
    stack.unshift(at.frame)
  }
  return stack
}

function lit(
  look: { fill: string; texts: readonly string[]; outlined: boolean },
  frame: Frame,
  found: boolean,
  role: Role | undefined,
  palette: Palette,
) {
  const dull = role !== undefined && frame.role !== role
  return { ...look, found, fill: found ? palette.found : dull ? palette.unlit : look.fill }
}

/**
 * How many pixels the graphs may be high: what is left of the window above what stands below them.
 * In a window where they begin far down the reader has to scroll anyway, and they may fill most of it.
 */
function useRoom(
  graphs: { current: HTMLElement | null },
  below: { current: HTMLElement | null },
): number {
  const [room, setRoom] = useState(0)
  useLayoutEffect(() => {
    const measure = () => {
      const top = graphs.current!.getBoundingClientRect().top + scrollY
      const left = innerHeight - top - below.current!.offsetHeight - 8
      setRoom(Math.floor(top > innerHeight * 0.6 ? innerHeight * 0.7 : left))
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(below.current!)
    watch.observe(graphs.current!.parentElement!)
    addEventListener('resize', measure)
    return () => {
      watch.disconnect()
      removeEventListener('resize', measure)
    }
  }, [])
  return room
}

interface SandwichShown {
  parts: Sandwich
  model: Model
  palette: Palette
  widthOf: (amounts: readonly number[]) => number
  room: number
  found: ((label: string) => boolean) | undefined
  role: Role | undefined
  choose: (key: string) => void
  close: () => void
}

/** A function in the middle: above it who called it, below it what it called. */
function SandwichGraphs(shown: SandwichShown) {
  const { parts, model, room, close } = shown
  const top = parts.callees
  return (
    <section class="sandwich" aria-label={`Callers and callees of ${top.name}`}>
      <p class="sandwich-head">
        <b>
          Callers and callees of <code>{top.label}</code>
        </b>{' '}
        over the whole graph:{' '}
        {model
          .figures(parts)
          .map(({ name, value }) => `${name} ${value}`)
          .join(', ')}{' '}
        <button type="button" onClick={close}>
          Back to the graph
        </button>
      </p>
      <HalfGraph {...shown} side="callers" room={(room - 90) / 2} />
      <HalfGraph {...shown} side="callees" room={(room - 90) / 2} />
    </section>
  )
}

function HalfGraph(shown: SandwichShown & { side: 'callers' | 'callees' }) {
  const { parts, model, palette, widthOf, room, found, role, side, choose, close } = shown
  const layout = useMemo(() => layOut(parts[side], widthOf), [parts, side, widthOf])
  const look = useMemo(() => {
    const plain = model.looks(parts[side], palette, true)
    return ({ frame }: Cell) =>
      lit(plain(frame), frame, found?.(frame.label) ?? false, role, palette)
  }, [model, parts, side, palette, found, role])
  const [at, setAt] = useState<{ layout: typeof layout; cell: Cell }>()
  const [pointed, setPointed] = useState<{ cell: Cell; x: number; y: number }>()
  const active = at?.layout === layout ? at.cell : undefined
  const describe = ({ frame }: Cell) => {
    const figure = model.figures(frame)[0]!
    return `${frame.label} · ${figure.name} ${figure.value}`
  }
  return (
    <>
      <Graph
        label={`${side === 'callers' ? 'Callers' : 'Callees'} of ${parts[side].name}`}
        {...{ layout, palette, look, describe, active, room }}
        rootAt={side === 'callers' ? 'bottom' : 'top'}
        zoomed={undefined}
        select={(cell) => setAt({ layout, cell })}
        point={(cell, { x, y }) => setPointed(cell === undefined ? undefined : { cell, x, y })}
        open={(cell) => choose(functionKey(cell.frame))}
        press={(key) => {
          if (key === 'Escape') close()
          return key === 'Escape'
        }}
      />
      {pointed === undefined ? null : <Tooltip {...pointed} model={model} totalOnly />}
      <p class="dim small">
        {active === undefined
          ? `${side === 'callers' ? '↑ callers' : '↓ callees'}`
          : describe(active)}
      </p>
    </>
  )
}

/** What is under the pointer, beside it; readers with a keyboard have the line below the graph. */
function Tooltip({
  cell: { frame },
  x,
  y,
  model,
  totalOnly = false,
}: {
  cell: Cell
  x: number
  y: number
  model: Model
  totalOnly?: boolean
}) {
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const { offsetWidth, offsetHeight } = box.current!
    setSize({ width: offsetWidth, height: offsetHeight })
  }, [frame])
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
      <b>{frame.label}</b>
      {model
        .figures(frame)
        .slice(0, totalOnly ? 1 : 2)
        .map(({ name, value }) => (
          <span key={name}>
            {name} {value}
          </span>
        ))}
      {frame.label === 'all' ? null : <span>{roleText(frame)}</span>}
    </div>
  )
}

function Check({
  id,
  is,
  set,
  children,
}: {
  id: string
  is: boolean
  set: (is: boolean) => void
  children: string
}) {
  return (
    <label class="check">
      <input
        id={id}
        type="checkbox"
        checked={is}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />{' '}
      {children}
    </label>
  )
}

function DifferenceHead({
  data: { difference },
  palette,
}: {
  data: FlameViewData & { kind: 'difference' }
  palette: Palette
}) {
  const { before, after, unit } = difference
  const key = (colour: string, text: string) => (
    <span>
      <i style={{ background: colour }} />
      {text}
    </span>
  )
  return (
    <>
      <p class="change">
        {before.name} to {after.name}:{' '}
        <b>
          {amount(before.total)} to {amount(after.total)}
        </b>{' '}
        {perRequest(unit)}, {changeText(before.total, after.total)}
      </p>
      <p class="keys small">
        {key(changeColours.grew, '▲ grew')}
        {key(changeColours.shrank, '▼ shrank')}
        {key(changeColours.came, '▲ new')}
        {key(palette.pale, '= the same, or ~ may be chance')}
        <span class="dim">the stronger the colour, the larger the part that changed</span>
      </p>
    </>
  )
}

function Help({ data }: { data: FlameViewData }) {
  return (
    <details class="small">
      <summary>Keys and colours</summary>
      <p>
        Click a frame to zoom to it. With the keys: arrows walk from frame to frame,{' '}
        <kbd>Enter</kbd> opens and zooms, <kbd>z</kbd> only zooms, <kbd>s</kbd> callers and callees,{' '}
        <kbd>Esc</kbd> one level up, <kbd>Home</kbd> the whole graph, <kbd>/</kbd> find.
      </p>
      <p>
        Self: time on top of the stack. Total: self and what it called.{' '}
        {data.kind === 'profile'
          ? 'The colour is the role; dark: in the kernel; pale: other roles spend most of its time; outlined: code that you can change.'
          : 'Outlined: code that you can change.'}
      </p>
    </details>
  )
}

/** How a profile was taken, and what it does not show. */
function Trust({ data }: { data: FlameViewData }) {
  const facts = data.notes.map(({ text, warns }) => (warns ? null : <p key={text}>{text}</p>))
  if (data.kind === 'difference') {
    const { before, after } = data.difference
    const blind = blindSentences(data.difference)
    const sides = [before, after].map(
      ({ name, source, samples, requests, windowSeconds }) =>
        `${name} by ${source}: ${samples.toLocaleString('en-US')} samples over ${Math.round(requests).toLocaleString('en-US')} requests in ${windowSeconds.toFixed(1)} s.`,
    )
    return (
      <section
        class="profile-notes"
        id="profile-notes"
        aria-label="How far the graph can be trusted"
      >
        {data.caption.workload === '' ? null : <p>{data.caption.workload}.</p>}
        <p>
          {sides.join(' ')} Two frames are the same if their name, their file and their callers are;
          lines do not count, and the same file of two stages is one file.
        </p>
        {blind.length === 0 ? null : <p>Not seen: {blind.join('; ')}.</p>}
        {facts}
      </section>
    )
  }
  const { tree, caption } = data
  const article = besideArticle(tree)
  return (
    <section class="profile-notes" id="profile-notes" aria-label="How far the graph can be trusted">
      {article === '' ? null : <p>{article}</p>}
      <p>
        {provenance(tree, caption)} <span class="dim">({tree.method})</span>
      </p>
      {tree.blind.length === 0 ? null : <p>Not seen: {tree.blind.join('; ')}.</p>}
      {facts}
    </section>
  )
}

function WholeText({ data }: { data: FlameViewData }) {
  const [open, setOpen] = useState(false)
  const text = useMemo(() => {
    if (!open) return ''
    return data.kind === 'profile'
      ? flameText(data.tree, data.caption.title, { columns: 100 })
      : differenceText(data.difference, { columns: 100 })
  }, [data, open])
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The whole graph as text</summary>
      <Scroll label="The flame graph as text">
        <pre class="output" id="flame-text">
          {text}
        </pre>
      </Scroll>
    </details>
  )
}

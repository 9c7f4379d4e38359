/**
 * The viewer of a profile or of the difference of two: the graph with its search, its roles and the
 * selected frame, and below it the same as a table and as text.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Note } from '../../experiment/comparison-notes.ts'
import type { Group } from '../../flame/groups.ts'
import { Notes, useMedia } from '../parts.tsx'
import { useSaved } from '../use-saved.ts'
import { AboutProfile, DifferenceHead, Help, WholeText } from './about-graph.tsx'
import type { FlameViewData } from './flame-view-data.ts'
import { FramePanel } from './frame-panel.tsx'
import { type Frame, functionKey, readStack, sandwich } from './frames.ts'
import { Graph } from './graph.tsx'
import { Lines, Sentences } from './in-words.tsx'
import { type Cell, matchAfter, stackOf, widestCell } from './layout.ts'
import { Legend } from './legend.tsx'
import { frameLine, lit, type Model, modelOf, tipLines, type Width } from './model.ts'
import { palettes, type RootAt } from './paint.ts'
import { SandwichGraphs } from './sandwich.tsx'
import { SearchBar } from './search-bar.tsx'
import { type Calls, Settings } from './settings.tsx'
import { ChangesTable, WidestTable } from './tables.tsx'
import { isFolded, useDrawn } from './use-drawn.ts'
import { useRoom } from './use-room.ts'
import { useSearch } from './use-search.ts'
import { useSelection } from './use-selection.ts'

export interface FlameViewShown {
  data: FlameViewData
  /** The stack that is zoomed to, as `go` was given it; none: the whole graph. */
  at?: string | undefined
  /** Called when the reader zooms; undefined: to the whole graph. */
  go?: (at: string | undefined) => void
  /** What is known of a frame beyond the glossary. */
  explain?: (frame: Frame) => ComponentChildren
  /** What the text around the graph names. */
  named?: Named | undefined
  /** Beside a text: the graph with its search alone, and less high. */
  brief?: boolean
}

/** Frames that light up because a text names them. */
export interface Named {
  is: (frame: Pick<Frame, 'name' | 'label'>) => boolean
  /** The widest of them is selected, too. */
  select: boolean
}

export function FlameView({ data, at, go, explain, named, brief = false }: FlameViewShown) {
  const model = useMemo(() => modelOf(data), [data])
  const dark = useMedia('(prefers-color-scheme: dark)')
  const palette = palettes[dark ? 'dark' : 'light']
  const [rootAt, setRootAt] = useSaved<RootAt>('flame-root', ['bottom', 'top'])
  const [calls, setCalls] = useState<Calls>('stacks')
  const [merged, setMerged] = useState(false)
  const [width, setWidth] = useState<Width>('larger')
  const [allKernel, setAllKernel] = useState(() => at !== undefined && isFolded(model, at))
  const [role, setRole] = useState<Group>()
  const [chosen, setChosen] = useState<string>()
  const [pointed, setPointed] = useState<Cell>()
  const searchField = useRef<HTMLInputElement>(null)
  const graphs = useRef<HTMLDivElement>(null)
  const below = useRef<HTMLDivElement>(null)
  const room = useRoom(graphs, below, brief ? 0.32 : undefined)

  const drawn = useDrawn(model, { calls, merged, width, allKernel })
  const { layout, cells, widthOf, tree } = drawn
  const { term, setTerm, query, found } = useSearch(drawn)
  const selection = useSelection(drawn, { at, go, isPlain: calls === 'stacks' && !merged })
  const { zoomed, selected, opened } = selection
  const parts = useMemo(
    () => (chosen === undefined ? undefined : sandwich(model.root, chosen)),
    [model, chosen],
  )
  const lookOf = useMemo(() => {
    const plain = model.looks(tree, palette, calls === 'inverted')
    const all = new Set(found?.cells.map(({ id }) => id))
    // While the reader searches, only what was searched for has the colour of a match.
    const isFound = ({ frame, id }: Cell) =>
      found === undefined ? named?.is(frame) === true : all.has(id)
    return (cell: Cell) => {
      const { frame } = cell
      return lit(plain(frame), isFound(cell), role !== undefined && frame.role !== role, palette)
    }
  }, [model, tree, palette, calls, found, role, named])

  useEffect(() => {
    if (named?.select !== true) return
    const widest = widestCell(layout, named.is)
    if (widest === undefined) return
    setChosen(undefined)
    selection.show(widest)
  }, [named, layout])

  const leave = () => {
    setChosen(undefined)
    selection.leave()
  }
  const up = () => {
    if (chosen !== undefined) setChosen(undefined)
    else selection.levelUp()
  }
  const showAll = () => {
    setTerm('')
    leave()
  }
  const nextMatch = (by: 1 | -1) => {
    // Kernel functions that are not drawn come last.
    const isDrawn = ({ id }: Cell) => cells.has(id)
    const next = found && matchAfter(found, isDrawn, selected?.id, by)
    if (next === undefined) return
    setChosen(undefined)
    if (!isDrawn(next)) setAllKernel(true)
    selection.visit(next)
  }
  const press = (key: string, cell: Cell): boolean => {
    if (key === 'z') selection.zoom(cell)
    else if (key === 'Escape') up()
    else if (key === 'Home') showAll()
    else if (key === 's') cell === layout.root || setChosen(functionKey(cell.frame))
    else if (key === '/') searchField.current?.focus()
    else return false
    return true
  }
  const warnings = [
    ...data.notes.filter(({ warns }) => warns),
    ...model.cautions.map((text) => ({ text, warns: true })),
  ]
  const said = pointed ?? selected ?? zoomed
  return (
    <div class={brief ? 'flame brief' : 'flame'}>
      <Warnings notes={warnings} brief={brief} />
      {data.kind === 'profile' && !brief ? (
        <Sentences sentences={data.tree.sentences ?? []} />
      ) : null}
      {data.kind === 'difference' ? <DifferenceHead data={data} palette={palette} /> : null}
      <Legend
        model={model}
        palette={data.kind === 'profile' ? palette : undefined}
        {...{ role, setRole }}
      />
      <SearchBar
        field={searchField}
        {...{ term, setTerm, query, found, nextMatch, up, showAll }}
        share={model.share}
      />
      {brief ? null : (
        <Settings
          {...{ data, rootAt, setRootAt, calls, width, setWidth, merged, allKernel, setAllKernel }}
          setCalls={(calls) => {
            setCalls(calls)
            leave()
          }}
          setMerged={(is) => {
            setMerged(is)
            leave()
          }}
        />
      )}
      {at !== undefined && selection.isLost ? (
        <p class="note" role="status">
          ⚠ No stack of this run ends in <code>{readStack(at).name}</code> as in the link: the whole
          graph is shown.
        </p>
      ) : null}
      <div ref={graphs}>
        {parts === undefined ? (
          <Graph
            id="flame-graph"
            label={`Flame graph: ${model.subject}. A table and the text of it follow below.`}
            {...{ layout, palette, rootAt, room, zoomed, press }}
            active={selected}
            open={selection.open}
            select={selection.select}
            point={setPointed}
            tip={({ frame }) => tipLines(model, frame)}
            look={lookOf}
            describe={({ frame }) => frameLine(model, frame)}
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
      <div class="flame-below" ref={below}>
        {parts !== undefined ? null : opened === undefined ? (
          <p id="flame-line">
            {said === undefined ? 'Point at a frame to read it.' : frameLine(model, said.frame)}
          </p>
        ) : (
          <FramePanel
            model={model}
            frame={opened.frame}
            stack={stackOf(opened)}
            sandwich={() => setChosen(functionKey(opened.frame))}
            close={() => {
              selection.close()
              // The button is gone: the keys go on from the frame.
              document.getElementById('flame-graph')?.focus({ preventScroll: true })
            }}
          >
            {explain?.(opened.frame) ?? listingOf(data, model, opened.frame)}
          </FramePanel>
        )}
      </div>
      <Help data={data} />
      {brief ? null : <AboutProfile data={data} />}
      {brief ? null : data.kind === 'profile' ? (
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
      {brief ? null : <WholeText data={data} />}
    </div>
  )
}

/** What makes the figures doubtful; in a brief view folded into one line. */
function Warnings({ notes, brief }: { notes: readonly Note[]; brief: boolean }) {
  if (!brief || notes.length === 0) return <Notes notes={notes} />
  return (
    <details class="note">
      <summary>
        ⚠ {notes.length === 1 ? 'One thing' : `${notes.length} things`} to know of these figures
      </summary>
      <Notes notes={notes} />
    </details>
  )
}

/** The function of a frame line by line, if the recording has it. */
function listingOf(data: FlameViewData, model: Model, frame: Frame): ComponentChildren {
  if (data.kind !== 'profile') return undefined
  const listing = data.tree.listings?.find(
    ({ name, file, line }) => name === frame.name && file === frame.file && line === frame.line,
  )
  return (
    listing && (
      <Lines listing={listing} share={(part) => model.share(part / data.tree.root.total)} />
    )
  )
}

/** The callers and the callees of a function, summed over the whole graph. */
import { useMemo, useState } from 'preact/hooks'
import type { Group } from '../../flame/groups.ts'
import { functionKey, type Sandwich } from './frames.ts'
import { Graph } from './graph.tsx'
import { type Cell, layOut } from './layout.ts'
import { lit, type Model } from './model.ts'
import type { Palette } from './paint.ts'

interface SandwichShown {
  parts: Sandwich
  model: Model
  palette: Palette
  widthOf: (amounts: readonly number[]) => number
  room: number
  found: ((label: string) => boolean) | undefined
  role: Group | undefined
  choose: (key: string) => void
  close: () => void
}

/** A function in the middle: above it who called it, below it what it called. */
export function SandwichGraphs(shown: SandwichShown) {
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
      lit(
        plain(frame),
        found?.(frame.label) ?? false,
        role !== undefined && frame.role !== role,
        palette,
      )
  }, [model, parts, side, palette, found, role])
  const [at, setAt] = useState<{ layout: typeof layout; cell: Cell }>()
  const active = at?.layout === layout ? at.cell : undefined
  // Self is left out: here it would be that of the callers at the end of a stack.
  const tip = ({ frame }: Cell) => {
    const { name, value } = model.figures(frame)[0]!
    return [frame.label, `${name} ${value}`]
  }
  const describe = (cell: Cell) => tip(cell).join(' · ')
  return (
    <>
      <Graph
        label={`${side === 'callers' ? 'Callers' : 'Callees'} of ${parts[side].name}`}
        {...{ layout, palette, look, tip, describe, active, room }}
        rootAt={side === 'callers' ? 'bottom' : 'top'}
        zoomed={undefined}
        select={(cell) => setAt({ layout, cell })}
        open={(cell) => choose(functionKey(cell.frame))}
        press={(key) => {
          if (key === 'Escape') close()
          return key === 'Escape'
        }}
      />
      <p class="dim small">
        {active === undefined
          ? `${side === 'callers' ? '↑ callers' : '↓ callees'}`
          : describe(active)}
      </p>
    </>
  )
}

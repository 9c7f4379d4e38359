/** The difference of two profiles as a flame graph, as a table of what changed most, and as text. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import {
  blindSentences,
  changes,
  type Difference,
  type DifferenceNode,
} from '../../../flame/difference.ts'
import { amount, differenceText, signed } from '../../../flame/text.ts'
import { Scroll } from '../scroll.tsx'
import { Switch } from '../stage/switch.tsx'
import { allCells, type Cell } from './cells.ts'
import { ChangesTable } from './changes-table.tsx'
import {
  changeColours,
  changeText,
  differenceCells,
  differenceLine,
  type Width,
} from './difference-words.ts'
import { ExplainPanel } from './explain-panel.tsx'
import { frameWords } from './frame-words.ts'
import { FlameGraph } from './graph.tsx'

interface Shown {
  difference: Difference
  /** The frame that is zoomed to, by its number. */
  at: number | undefined
  zoom: (at: number | undefined) => void
}

export function DifferenceGraph({ difference, at, zoom }: Shown) {
  const { before, after, root, unit } = difference
  const [width, setWidth] = useState<Width>('larger')
  const [opened, setOpened] = useState<number | undefined>(at)
  const top = useMemo(() => differenceCells(difference, width), [difference, width])
  const cells = useMemo(() => new Map(allCells(top).map((cell) => [cell.id, cell])), [top])
  const text = useMemo(() => differenceText(difference, { columns: 100 }), [difference])
  const open = ({ id }: Cell<DifferenceNode>) => {
    setOpened(id)
    zoom(id === top.id ? undefined : id)
  }
  useEffect(() => setOpened((open) => (open === undefined ? undefined : at)), [at])
  const frame = opened === undefined ? undefined : cells.get(opened)?.frame
  const each = unit === 'µs' ? 'µs of CPU a request' : 'bytes allocated a request'
  const blind = blindSentences(difference)
  return (
    <>
      <p>
        <b>
          {amount(before.total)} to {amount(after.total)}
        </b>{' '}
        {each}: {changeText({ before: before.total, after: after.total })}
      </p>
      <p class="keys small">
        <Key colour={changeColours.grew} text="▲ grew" />
        <Key colour={changeColours.shrank} text="▼ shrank" />
        <Key colour={changeColours.came} text="▲ new, not there before" />
        <Key colour={changeColours.same} text="= the same" />
        <span class="dim">the stronger the colour, the larger the part that changed</span>
      </p>
      <FlameGraph
        root={top}
        label={`${before.name} to ${after.name}: what grew, what shrank`}
        describe={(cell) => differenceLine(difference, cell.frame)}
        words={words}
        at={at === undefined ? undefined : cells.get(at)}
        zoom={(cell) => zoom(cell === top ? undefined : cell?.id)}
        open={open}
        tools={
          <Switch
            label="As wide as"
            options={{ larger: 'the larger of both', before: before.name, after: after.name }}
            value={width}
            choose={setWidth}
          />
        }
        panel={
          frame === undefined || frame === root ? null : (
            <ExplainPanel
              frame={placed(frame)}
              stage={after.name}
              close={() => setOpened(undefined)}
            />
          )
        }
      />
      {blind.length === 0 ? null : <p class="small">Not seen: {blind.join('; ')}.</p>}
      <h2>What changed most</h2>
      <p class="lead">
        Each frame's own time over all its callers, with the kernel below it; {each}. In all:{' '}
        {signed(after.total - before.total)}.
      </p>
      <ChangesTable list={changes(difference)} />
      <details>
        <summary>The whole difference as text</summary>
        <Scroll label="The difference as text">
          <pre class="output">{text}</pre>
        </Scroll>
      </details>
    </>
  )
}

const words = ({ frame }: Cell<DifferenceNode>) => frameWords(frame)

/** With the line of the later stage, where it has one. */
function placed({ name, file, kind, lines }: DifferenceNode) {
  const line = lines.after ?? lines.before
  return {
    ...{ name, kind },
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  }
}

function Key({ colour, text }: { colour: string; text: string }) {
  return (
    <span>
      <i style={{ background: colour }} />
      {text}
    </span>
  )
}

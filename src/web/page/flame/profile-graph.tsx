/** A profile as a flame graph, with its roles, what it does not show, and the same in words. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { legend } from '../../../flame/caption.ts'
import { colourNote, paint } from '../../../flame/colours.ts'
import type { Role } from '../../../flame/roles.ts'
import { flameText } from '../../../flame/text.ts'
import { type FrameNode, type FrameTree, labelOf } from '../../../flame/tree.ts'
import type { StageCard, StageReport } from '../../wire.ts'
import { Scroll } from '../scroll.tsx'
import { allCells, type Cell, cellsOf } from './cells.ts'
import { ExplainPanel } from './explain-panel.tsx'
import { frameLine, frameWords } from './frame-words.ts'
import { FlameGraph } from './graph.tsx'
import { Legend } from './legend.tsx'
import { ProfileNotes } from './profile-notes.tsx'
import { WidestTable } from './widest-table.tsx'

interface Shown {
  tree: FrameTree
  profile: StageReport['profile'] | null
  stage: StageCard
  /** The frame that is zoomed to, by its number. */
  at: number | undefined
  zoom: (at: number | undefined) => void
}

/** So many functions of the kernel on top of one another are drawn, until all are asked for. */
const kernelDepth = 5

export function ProfileGraph({ tree, profile, stage, at, zoom }: Shown) {
  const [role, setRole] = useState<Role>()
  // A link may lead to a frame deep in the kernel.
  const [allKernel, setAllKernel] = useState(
    () => at !== undefined && !allCells(cellsFor(tree, false)).some(({ id }) => id === at),
  )
  const [opened, setOpened] = useState<number | undefined>(at)
  const root = useMemo(() => cellsFor(tree, allKernel), [tree, allKernel])
  const cells = useMemo(() => new Map(allCells(root).map((cell) => [cell.id, cell])), [root])
  const bytes = tree.unit.counts === 'bytes'
  const shares = useMemo(() => legend(tree), [tree])
  const lit = useMemo(
    () => (role === undefined ? undefined : (cell: Cell<FrameNode>) => cell.frame.role === role),
    [role],
  )
  const text = useMemo(() => flameText(tree, `${stage.id}, ${stage.title}`), [tree, stage])
  const open = ({ id }: Cell<FrameNode>) => {
    setOpened(id)
    zoom(id === root.id ? undefined : id)
  }
  // What is open goes along, one level up and with the browser's own way back.
  useEffect(() => setOpened((open) => (open === undefined ? undefined : at)), [at])
  const frame = opened === undefined ? undefined : cells.get(opened)?.frame
  return (
    <>
      <Legend shares={shares} role={role} choose={setRole} />
      <FlameGraph
        root={root}
        label={`${stage.id}, where its ${bytes ? 'memory' : 'time'} goes`}
        describe={(cell) => frameLine(tree, cell.frame)}
        words={words}
        lit={lit}
        at={at === undefined ? undefined : cells.get(at)}
        zoom={(cell) => zoom(cell === undefined || cell === root ? undefined : cell.id)}
        open={open}
        hint={`${colourNote.replace("; outlined: the stage's own code", '')}. Press a role to see it alone.`}
        tools={
          bytes ? null : (
            <label class="check">
              <input
                id="all-kernel"
                type="checkbox"
                checked={allKernel}
                onChange={({ currentTarget }) => setAllKernel(currentTarget.checked)}
              />{' '}
              all of the kernel's functions
            </label>
          )
        }
        panel={
          frame === undefined || frame === tree.root ? null : (
            <ExplainPanel frame={frame} stage={stage.id} close={() => setOpened(undefined)} />
          )
        }
      />
      <ProfileNotes tree={tree} profile={profile} />
      <h2>The ten widest on top</h2>
      <p class="lead">
        {bytes
          ? 'The frames that allocate most themselves, over all their callers.'
          : 'The frames that take most time themselves, over all their callers. What the kernel did for one of them counts as its own.'}
      </p>
      <WidestTable tree={tree} open={(frame) => openFrame(frame, root, open)} />
      <details>
        <summary>The whole graph as text</summary>
        <Scroll label="The flame graph as text">
          <pre class="output" id="flame-text">
            {text}
          </pre>
        </Scroll>
      </details>
    </>
  )
}

const words = ({ frame }: Cell<FrameNode>) => frameWords(frame)

function cellsFor(tree: FrameTree, allKernel: boolean): Cell<FrameNode> {
  const colours = paint(tree.root)
  return cellsOf(tree.root, {
    label: (frame) => (frame === tree.root ? 'all' : labelOf(frame)),
    colour: (frame) => colours.get(frame)!,
    own: ({ self }) => self,
    total: ({ total }) => total,
    kernelDepth: allKernel ? Number.POSITIVE_INFINITY : kernelDepth,
  })
}

function openFrame(
  frame: FrameNode,
  root: Cell<FrameNode>,
  open: (cell: Cell<FrameNode>) => void,
): void {
  const cell = allCells(root).find((one) => one.frame === frame)
  if (cell === undefined) return
  open(cell)
  document.getElementById('flame-graph')?.focus()
}

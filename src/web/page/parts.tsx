/** Small parts that several pages show. */

import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Scroll } from '../../views/parts.tsx'
import type { Failure, PageRun, ResultCard } from '../api/index.ts'
import { type Asked, dataOf, useLab } from './lab.ts'
import { labGone } from './source.ts'
import { WithPlaces } from './task/file-places.tsx'
import { whenText } from './when.ts'

/** What went wrong, what it usually means, and what to do. */
export function Refusal({ failure }: { failure: Failure }) {
  return (
    <div class="refusal" role="alert">
      <p>
        <b>
          ✗ <WithPlaces text={failure.happened} />
        </b>
      </p>
      {failure.means === undefined ? null : <p>{failure.means}</p>}
      {failure.next === undefined ? null : <p>→ {failure.next}</p>}
    </div>
  )
}

/** Data once it has loaded; until then a word; the reason if the lab refused it. */
export function Here<T>({
  asked,
  children,
}: {
  asked: Asked<T>
  children: (data: T) => ComponentChildren
}) {
  // The frame has said it once for the whole page.
  if (asked.state === 'refused' && asked.failure === labGone) return <p class="dim">Not loaded.</p>
  if (asked.state === 'refused') return <Refusal failure={asked.failure} />
  const data = dataOf(asked)
  if (data === undefined) return <Waiting />
  return <>{children(data)}</>
}

/** HTML that the lab's server made of the lab's own text. */
export function Html({ html, className }: { html: string; className?: string }) {
  return <div class={className} dangerouslySetInnerHTML={{ __html: html }} />
}

/**
 * Where a result comes from: recorded on another machine, or run here.
 * @param brief without the machine and the load; `load`: without the load, which stands elsewhere
 */
export function Origin({
  result,
  brief = false,
}: {
  result: ResultCard
  brief?: boolean | 'load'
}) {
  const { id, at, machine, load } = result
  return (
    <p class="origin">
      <Tag recorded={id === 'reference'} /> {whenText(at)}
      {brief === true ? null : <OnMachine machine={machine} />}
      {brief !== false || load === null ? '' : `. ${load}`}
    </p>
  )
}

/** Whether a figure is of this machine; wherever it matters, once. */
export function Tag({ recorded }: { recorded: boolean }) {
  return (
    <span class={recorded ? 'tag recorded' : 'tag own'}>
      {recorded ? 'recorded, not run here' : 'run here'}
    </span>
  )
}

/** The machine of a result, unless the line at the foot of every page names it. */
export function OnMachine({ machine }: { machine: string | null }) {
  const { machineLine } = useLab()
  return machine === null || machineLine.endsWith(machine) ? null : <> on {machine}</>
}

/** Of a run that the page started: why it failed, or that it was cancelled; nothing else. */
export function RunEnd({ run }: { run: PageRun | null | undefined }) {
  if (run?.state === 'failed') {
    return (
      <>
        <Refusal failure={run.failure ?? { happened: `${run.command} failed` }} />
        {run.output ? (
          <details>
            <summary>What it says in a terminal</summary>
            <Scroll label="What it says in a terminal">
              <pre>
                <WithPlaces text={run.output} />
              </pre>
            </Scroll>
          </details>
        ) : null}
      </>
    )
  }
  if (run?.state !== 'cancelled') return null
  return (
    <p>
      <b>Cancelled:</b> <RunName command={run.command} />; nothing was recorded.
    </p>
  )
}

/** The command of a run; a lesson's run is started by the page alone, and has none to be typed. */
export function RunName({ command }: Pick<PageRun, 'command'>) {
  return command.startsWith('npm ') ? <code>{command}</code> : <span>{command}</span>
}

/** @param share how much is loaded, from 0 to 1; undefined: not known */
export function Waiting({ share }: { share?: number }) {
  return <p class="waiting">Loading…{share === undefined ? '' : ` ${Math.floor(share * 100)} %`}</p>
}

interface Loading<Props> {
  load: () => Promise<ComponentType<Props>>
  props: Props
}

/** A component whose code is loaded when it is first shown. */
export function Lazy<Props extends object>({ load, props }: Loading<Props>) {
  const [loaded, setLoaded] = useState<{ Shown: ComponentType<Props> }>()
  useEffect(() => {
    let wanted = true
    load().then((Shown) => wanted && setLoaded({ Shown }))
    return () => {
      wanted = false
    }
  }, [])
  if (loaded === undefined) return <Waiting />
  const { Shown } = loaded
  return <Shown {...props} />
}

/** In a page without a server, in place of a button that runs something. */
export function ToType({ commands, needs }: { commands: readonly string[]; needs?: string }) {
  const { cloneFrom } = useLab()
  const checkout =
    cloneFrom === null ? [] : [`git clone ${cloneFrom}`, `cd ${directoryOfClone(cloneFrom)}`]
  return (
    <>
      <p>
        {cloneFrom === null
          ? 'To run it on your machine, type in a checkout of the lab:'
          : 'To run it on your machine, type (the first three lines once):'}
      </p>
      <pre class="wrapped">{[...checkout, 'npm ci', ...commands].join('\n')}</pre>
      <p class="dim">
        It needs Node.js 20.19 or newer{needs === undefined ? '' : `; ${needs}`}. On Linux perf is
        used if it is there: the flame graphs then also show the engine and the kernel. The terminal
        says what is missing: <code>npm run doctor</code>.
      </p>
    </>
  )
}

/** As `git clone` names it. */
function directoryOfClone(address: string): string {
  return address
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^.*\//, '')
}

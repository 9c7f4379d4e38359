/** The reader's copy: its files in an editor, hints, the check, and how the lab does it. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { durationText } from '../../../run/duration.ts'
import type { PageRun, Running, StepCard, TaskCard, TaskData, TaughtCard } from '../../api/index.ts'
import { useLab } from '../lab.ts'
import { Refusal, RunEnd } from '../parts.tsx'
import { LiveRun } from '../run/live.tsx'
import { busyText, type Orders, useOrders } from '../run/start-run.tsx'
import { CheckResult } from './check-result.tsx'
import { type AskedPlace, FilesContext, type OpensFiles } from './file-places.tsx'
import { Hints } from './hints.tsx'
import { Solution } from './solution.tsx'
import { TaskEditor } from './task-editor.tsx'
import { useTaskFile } from './task-file.ts'
import { Steps } from './task-steps.tsx'

interface WorkbenchShown {
  taught: TaughtCard
  task: TaskCard
  data: TaskData
  copy: NonNullable<TaskData['copy']>
  /** The last run, if it is a check of this task. */
  own: PageRun | null
  reload: () => void
}

/** Which file was open, by task; after a reload it is again. */
const openFile = (id: string) => `task ${id} open`

export function Workbench({ taught, task, data, copy, own, reload }: WorkbenchShown) {
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(openFile(taught.id)))
  const step = task.steps.find(({ id }) => id === data.step)!
  const name = [chosen, step.file].find((file) => copy.files.includes(file ?? '')) ?? copy.files[0]!
  const [asked, setAsked] = useState<AskedPlace>()
  const times = useRef(0)
  const leave = useRef(async () => true)
  const choose = (file: string) => {
    sessionStorage.setItem(openFile(taught.id), file)
    setChosen(file)
    setAsked(undefined)
  }
  const opens: OpensFiles = {
    ...copy,
    async open(place) {
      // What is in the editor is saved first; if it cannot be, it stays there.
      if (place.file !== name && !(await leave.current())) return
      choose(place.file)
      setAsked({ ...place, times: ++times.current })
    },
  }
  const orders = useOrders()
  const result = useRef<HTMLDivElement>(null)
  // The run before the check that was started here; undefined: none was.
  const [before, setBefore] = useState<string | null>()
  const { check } = data
  const running = own?.state === 'running'
  const isNewest = own === null || (check !== null && check.at >= own.startedAt)
  useEffect(() => {
    if (before === undefined || own === null || own.id === before || running) return
    if (own.state === 'done' && !isNewest) return
    // It has come to its end: its result is what to read next.
    setBefore(undefined)
    result.current?.focus({ preventScroll: true })
    result.current?.scrollIntoView({ block: 'nearest' })
  }, [before, own?.id, own?.state, isNewest])
  const isReached = task.steps.every(({ id }) => data.reached.includes(id))
  return (
    <FilesContext.Provider value={opens}>
      <Steps steps={task.steps} data={data} />
      <File
        key={name}
        {...{ taught, step, copy, name, choose, asked, leave, own, orders }}
        begin={() => setBefore(own?.id ?? null)}
      />
      {isReached ? null : (
        <Hints id={taught.id} step={step} shown={data.hintsShown} reload={reload} />
      )}
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      {running ? <LiveRun run={own} /> : null}
      <div ref={result} tabIndex={-1}>
        {running ? null : <RunEnd run={own} />}
        {check === null || running || (own?.state === 'failed' && !isNewest) ? null : (
          <CheckResult check={check} />
        )}
      </div>
      {isReached || data.hintsShown >= step.hints.length ? (
        <Solution key={String(isReached)} taught={taught} data={data} isReached={isReached} />
      ) : null}
      {isReached ? (
        <>
          <p>What to look at next, in a terminal:</p>
          <pre class="wrapped">{data.after.join('\n')}</pre>
        </>
      ) : null}
      <details>
        <summary>The same in a terminal</summary>
        <pre class="wrapped">{task.commands.join('\n')}</pre>
      </details>
    </FilesContext.Provider>
  )
}

interface FileShown {
  taught: TaughtCard
  /** The step to work at. */
  step: StepCard
  copy: WorkbenchShown['copy']
  name: string
  choose: (name: string) => void
  /** The place in it that the reader asked for last. */
  asked: AskedPlace | undefined
  /** Set to what saves the file before another one is opened. */
  leave: { current: () => Promise<boolean> }
  /** The last run, if it is a check of this task. */
  own: PageRun | null
  orders: Orders
  /** A check is about to be started. */
  begin: () => void
}

const raceNames = { stage: 'Check and race it', exercise: 'Check, with rounds' } as const

const whatIsChecked = {
  stage:
    'Replies as Redis gives them, then the counters: some 20 s; with a race against the stages about 90 s.',
  exercise:
    'Replies as the original server gives them, then what is counted; rounds beside that server take longer.',
} as const

/** @param running undefined: the check has reported nothing yet */
function checkingText(running: Running | null | undefined): string {
  const left = running?.secondsLeft
  return [
    `Checking: ${running?.step || 'it is starting'}`,
    ...(left == null ? [] : [`about ${durationText(left)} left`]),
  ].join(', ')
}

function File({ taught, step, copy, name, choose, asked, leave, own, orders, begin }: FileShown) {
  const { runs } = useLab()
  const file = useTaskFile(taught.id, name)
  leave.current = () => file.save()
  const running = own?.state === 'running' ? runs.running.find(({ pid }) => pid === own.pid) : null
  const busy = own?.state === 'running' ? checkingText(running) : busyText(runs)
  const disabled = busy !== undefined || orders.sent || file.edited === undefined
  const check = async (race: boolean) => {
    if (!(await file.save())) return
    begin()
    await orders.start({ kind: 'check', task: taught.id, ...(race ? { race } : {}) })
  }
  const region = step.file === name ? step.region : ''
  return (
    <>
      <p class="fields">
        <label>
          File{' '}
          <select
            value={name}
            onChange={async ({ currentTarget }) => {
              const next = currentTarget.value
              if (await file.save()) choose(next)
              else currentTarget.value = name
            }}
          >
            {copy.files.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <span class="dim small">
          <code>
            {copy.directory}/{name}
          </code>{' '}
          is the same file in an editor of your own.
        </span>
      </p>
      <TaskEditor {...{ file, region, asked }} label={`${copy.directory}/${name}`} />
      <p class="fields">
        <button type="button" class="main" disabled={disabled} onClick={() => check(false)}>
          Check
        </button>
        <button type="button" disabled={disabled} onClick={() => check(true)}>
          {raceNames[taught.kind]}
        </button>
        {busy === undefined ? (
          <span class="dim small">Saves the file first. {whatIsChecked[taught.kind]}</span>
        ) : (
          <span class="dim small">{busy}</span>
        )}
      </p>
    </>
  )
}

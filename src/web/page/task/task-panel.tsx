/** The task of a stage or an exercise: its goal in steps, the copy with an editor, hints, and the check. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { durationText } from '../../../run/duration.ts'
import type {
  Failure,
  PageRun,
  Running,
  StepCard,
  TaskCard,
  TaskData,
  TaughtCard,
} from '../../api/index.ts'
import { taskOf, useMarkLooked } from '../chapter/looked.ts'
import { path, post, Refused, useData, useEvent, useLab } from '../lab.ts'
import { Here, Refusal, RunEnd, ToType } from '../parts.tsx'
import { LiveRun } from '../run/live.tsx'
import { busyText, type Orders, useOrders } from '../run/start-run.tsx'
import { CheckResult } from './check-result.tsx'
import { Hints, HintText, Ticks } from './hints.tsx'
import { TaskEditor } from './task-editor.tsx'
import { useTaskFile } from './task-file.ts'

export function TaskPanel({ taught }: { taught: TaughtCard }) {
  const { exported, course } = useLab()
  const { task, id, whyNot } = taught
  const section = useRef<HTMLElement>(null)
  useMarkLooked(section, taskOf(id), course.lessons[id]?.run != null)
  if (task === null) return null
  return (
    <section class="task" ref={section} aria-label={`Task: ${task.title}`}>
      <p>
        <b>Goal:</b> <Ticks text={task.goal} />.
      </p>
      {exported ? (
        <>
          <Steps steps={task.steps} />
          <ToType commands={task.commands} />
          <AllHints steps={task.steps} />
        </>
      ) : whyNot !== null ? (
        <>
          <Steps steps={task.steps} />
          <p>It cannot run on this machine: {whyNot}.</p>
        </>
      ) : (
        <LiveTask key={id} taught={taught} task={task} />
      )}
    </section>
  )
}

interface StepsShown {
  steps: readonly StepCard[]
  /** What is reached of it; undefined: nothing is known. */
  data?: TaskData
}

function Steps({ steps, data }: StepsShown) {
  const reached = new Set(data?.reached)
  return (
    <ol class="task-steps">
      {steps.map((step) => (
        <li key={step.id} aria-current={data && step.id === data.step ? 'step' : undefined}>
          <p>
            <b>
              {reached.has(step.id) ? <span class="verdict right">✓ </span> : null}
              <Ticks text={step.title} />
            </b>
            {reached.has(step.id) ? <span class="unseen"> reached</span> : null}
          </p>
          {step.what === '' ? null : (
            <p>
              <Ticks text={step.what} />
            </p>
          )}
          <p class="dim small">
            Begin in <code>{step.file}</code>
            {step.region === '' ? null : (
              <>
                {' '}
                at <code>{step.region}</code>
              </>
            )}
            . {step.counted === '' ? null : <Ticks text={`${step.counted} `} />}
            Wanted: {step.limits.join('; ')}.
          </p>
        </li>
      ))}
    </ol>
  )
}

function AllHints({ steps }: Pick<TaskCard, 'steps'>) {
  return (
    <>
      {steps.flatMap(({ id, title, hints }) =>
        hints.map((hint, at) => (
          <details key={`${id} ${at}`}>
            <summary>
              {title}: hint {at + 1} of {hints.length}
            </summary>
            <HintText hint={hint} />
          </details>
        )),
      )}
    </>
  )
}

interface TaskShown {
  taught: TaughtCard
  task: TaskCard
}

function LiveTask({ taught, task }: TaskShown) {
  const { runs } = useLab()
  const [asked, setAsked] = useState(0)
  const reload = () => setAsked((times) => times + 1)
  const data = useData<TaskData>(path(['task', taught.id]), asked)
  useEvent('ended', ({ order }) => {
    if (order.kind === 'check' && order.task === taught.id) reload()
  })
  useEvent('copy', ({ task }) => {
    if (task === taught.id) reload()
  })
  const own =
    runs.own?.order.kind === 'check' && runs.own.order.task === taught.id ? runs.own : null
  return (
    <Here asked={data}>
      {(data) => (
        <>
          <Steps steps={task.steps} data={data} />
          {data.copy === null ? (
            <MakeCopy taught={taught} task={task} made={reload} />
          ) : (
            <Workbench
              taught={taught}
              task={task}
              data={data}
              copy={data.copy}
              own={own}
              reload={reload}
            />
          )}
        </>
      )}
    </Here>
  )
}

/** Sends an order that changes the task; afterwards it is loaded again. */
function useChange(address: string, done: () => void) {
  const [failure, setFailure] = useState<Failure>()
  const change = async () => {
    setFailure(undefined)
    try {
      await post<TaskData>(address, {})
      done()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  return { change, failure }
}

function MakeCopy({ taught, task, made }: TaskShown & { made: () => void }) {
  const { change, failure } = useChange(path(['task', taught.id, 'copy']), made)
  const source = taught.kind === 'stage' ? `stages/${taught.id}` : 'the server of the exercises'
  return (
    <>
      <p>
        <button type="button" class="main" onClick={change}>
          Make the copy
        </button>{' '}
        of {source} in <code>mine/{taught.id}</code>: change it here, or in an editor of your own.
      </p>
      {failure === undefined ? null : <Refusal failure={failure} />}
      <p class="dim small">
        In a terminal: <code>{task.commands[0]}</code>
      </p>
    </>
  )
}

interface WorkbenchShown extends TaskShown {
  data: TaskData
  copy: NonNullable<TaskData['copy']>
  /** The last run, if it is a check of this task. */
  own: PageRun | null
  reload: () => void
}

/** Which file was open, by task; after a reload it is again. */
const openFile = (id: string) => `task ${id} open`

function Workbench({ taught, task, data, copy, own, reload }: WorkbenchShown) {
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(openFile(taught.id)))
  const step = task.steps.find(({ id }) => id === data.step)!
  const name = [chosen, step.file].find((file) => copy.files.includes(file ?? '')) ?? copy.files[0]!
  const choose = (file: string) => {
    sessionStorage.setItem(openFile(taught.id), file)
    setChosen(file)
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
  return (
    <>
      <File
        key={name}
        {...{ taught, step, copy, name, choose, own, orders }}
        begin={() => setBefore(own?.id ?? null)}
      />
      <Hints id={taught.id} step={step} shown={data.hintsShown} reload={reload} />
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      {running ? <LiveRun run={own} /> : null}
      <div ref={result} tabIndex={-1}>
        {running ? null : <RunEnd run={own} />}
        {check === null || running || (own?.state === 'failed' && !isNewest) ? null : (
          <CheckResult check={check} data={data} taught={taught} />
        )}
      </div>
      <details>
        <summary>The same in a terminal</summary>
        <pre class="wrapped">{task.commands.join('\n')}</pre>
      </details>
    </>
  )
}

interface FileShown {
  taught: TaughtCard
  /** The step to work at. */
  step: StepCard
  copy: WorkbenchShown['copy']
  name: string
  choose: (name: string) => void
  /** The last run, if it is a check of this task. */
  own: PageRun | null
  orders: Orders
  /** A check is about to be started. */
  begin: () => void
}

/** @param running undefined: the check has told nothing yet */
function checkingText(running: Running | null | undefined): string {
  const left = running?.secondsLeft
  return [
    `Checking: ${running?.step || 'it is starting'}`,
    ...(left == null ? [] : [`about ${durationText(left)} left`]),
  ].join(', ')
}

function File({ taught, step, copy, name, choose, own, orders, begin }: FileShown) {
  const { runs } = useLab()
  const file = useTaskFile(taught.id, name)
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
      <TaskEditor file={file} label={`${copy.directory}/${name}`} region={region} />
      <p class="fields">
        <button type="button" class="main" disabled={disabled} onClick={() => check(false)}>
          Check
        </button>
        <button type="button" disabled={disabled} onClick={() => check(true)}>
          Check and race it
        </button>
        {busy === undefined ? (
          <span class="dim small">
            Saves the file first. Replies as Redis gives them, then the counters: some 20 s; with a
            race against the stages about 90 s.
          </span>
        ) : (
          <span class="dim small">{busy}</span>
        )}
      </p>
    </>
  )
}

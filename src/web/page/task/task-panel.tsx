/** The task of a stage or an exercise: its goal in steps, the copy with an editor, hints, and the check. */
import { useRef, useState } from 'preact/hooks'
import type { CopyOrder, Failure, TaskCard, TaskData, TaughtCard } from '../../api/index.ts'
import { taskOf, useMarkLooked } from '../chapter/looked.ts'
import { path, post, Refused, useData, useEvent, useLab } from '../lab.ts'
import { Here, Refusal, ToType } from '../parts.tsx'
import { HintText, Ticks } from './hints.tsx'
import { Steps } from './task-steps.tsx'
import { Workbench } from './workbench.tsx'

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
          {data.copy === null ? (
            <>
              <Steps steps={task.steps} data={data} />
              <MakeCopy {...{ taught, task }} continues={data.continues} made={reload} />
            </>
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

interface CopyShown extends TaskShown {
  /** A copy of the reader's that the task can be begun in. */
  continues: string | null
  made: () => void
}

function MakeCopy({ taught, task, continues, made }: CopyShown) {
  const { id, kind } = taught
  const [failure, setFailure] = useState<Failure>()
  const make = async (order: CopyOrder) => {
    setFailure(undefined)
    try {
      await post<TaskData>(path(['task', id, 'copy']), order)
      made()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  const source = kind === 'stage' ? `stages/${id}` : 'the server of the exercises'
  const isMain = continues === null
  return (
    <>
      {continues === null ? null : (
        <p>
          <button type="button" class="main" onClick={() => make({ goesOn: true })}>
            Go on with your own copy
          </button>{' '}
          <code>{continues}</code>, which does what {id} does: it is copied to{' '}
          <code>mine/{id}</code>.
        </p>
      )}
      <p>
        <button type="button" class={isMain ? 'main' : undefined} onClick={() => make({})}>
          Make the copy
        </button>{' '}
        of {source} in <code>mine/{id}</code>: change it here, or in an editor of your own.
      </p>
      {failure === undefined ? null : <Refusal failure={failure} />}
      <p class="dim small">
        In a terminal: <code>{task.commands[0]}</code>
        {continues === null ? null : (
          <>
            {' '}
            or <code>{`${task.commands[0]} --from ${continues}`}</code>
          </>
        )}
      </p>
    </>
  )
}

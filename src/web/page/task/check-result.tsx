/** What a check found: the steps with what was counted, what was answered wrongly, and the way on. */
import { Scroll } from '../../../views/parts.tsx'
import type { CheckCard, DiffData, StepResult, TaskData, TaughtCard } from '../../api/index.ts'
import { path, useData } from '../lab.ts'
import { Here } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { whenText } from '../when.ts'
import { DiffLines } from './task-editor.tsx'

interface ResultShown {
  check: CheckCard
  data: TaskData
  taught: TaughtCard
}

export function CheckResult({ check, data, taught }: ResultShown) {
  const { reached, conforms, verdict, failures, typeErrors, steps, screen } = check
  const good = conforms && reached
  return (
    <section class="check-result" aria-label="What the check found">
      <p>
        {good ? (
          <b class="verdict right">✓ Reached</b>
        ) : conforms ? (
          <b>{progressText(steps)}</b>
        ) : (
          <b class="verdict off">✗ Not reached yet</b>
        )}
        {conforms && !good ? '. It ' : ': '}
        {verdict}. <span class="dim small">{whenText(check.at, true)}</span>
      </p>
      {failures.map(({ seen, means }) => (
        <div key={seen}>
          <Scroll label="What was answered">
            <pre>{seen}</pre>
          </Scroll>
          {means === '' ? null : <p>→ {means}</p>}
        </div>
      ))}
      {steps.length === 0 ? null : <StepTable steps={steps} />}
      {typeErrors.length === 0 ? null : (
        <Scroll label="Type errors">
          <pre>{['The compiler says:', ...typeErrors].join('\n')}</pre>
        </Scroll>
      )}
      <details>
        <summary>All that the terminal prints</summary>
        <Scroll label="All that the terminal prints">
          <pre>{screen}</pre>
        </Scroll>
      </details>
      {good ? <WayOn data={data} taught={taught} /> : null}
    </section>
  )
}

/** How far a copy is that answers rightly: `Step 1 of 3 reached; next: …`. */
function progressText(steps: readonly StepResult[]): string {
  const reached = steps.flatMap((step, at) => (step.reached ? [at + 1] : []))
  const next = steps.find((step) => !step.reached)
  const what =
    reached.length === 0
      ? 'Not reached yet'
      : `Step${reached.length === 1 ? '' : 's'} ${reached.join(', ')} of ${steps.length} reached`
  return next === undefined ? what : `${what}; next: ${next.title}`
}

/** One line for a step; all that is counted for the one to work at, and for the only one. */
function StepTable({ steps }: { steps: readonly StepResult[] }) {
  const current = steps.length === 1 ? steps[0] : steps.find((step) => !step.reached)
  return (
    <Scroll label="The steps">
      <table>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">What is counted</th>
            <th scope="col" class="figure">
              Counted
            </th>
            <th scope="col" class="figure">
              At most
            </th>
            <th scope="col">Reached</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) =>
            step === current ? (
              <StepInFull key={step.id} step={step} />
            ) : (
              <StepInBrief key={step.id} step={step} />
            ),
          )}
        </tbody>
      </table>
    </Scroll>
  )
}

function StepInBrief({ step: { title, reached } }: { step: StepResult }) {
  return (
    <tr>
      <th scope="row" colSpan={4}>
        {title}
      </th>
      <td>
        <Reached reached={reached} />
      </td>
    </tr>
  )
}

function StepInFull({ step: { title, limits } }: { step: StepResult }) {
  return (
    <>
      {limits.map((limit, at) => (
        <tr key={limit.title}>
          {at === 0 ? (
            <th scope="rowgroup" rowSpan={limits.length}>
              {title}
            </th>
          ) : null}
          <td>{limit.title}</td>
          <td class="figure">{limit.seen ?? '–'}</td>
          <td class="figure">{limit.atMost}</td>
          <td>
            <Reached reached={limit.reached} />
            {limit.missing === '' ? null : <small>{limit.missing}</small>}
          </td>
        </tr>
      ))}
    </>
  )
}

function Reached({ reached }: Pick<StepResult, 'reached'>) {
  return (
    <span class={`verdict ${reached ? 'right' : 'off'}`}>{reached ? '✓ yes' : '✗ not yet'}</span>
  )
}

/** The goal is reached: how the next stage does it, and what there is to read. */
function WayOn({ data: { solution, after }, taught }: Omit<ResultShown, 'check'>) {
  return (
    <>
      {solution === null ? null : (
        <details open>
          <summary>
            One way to do it: from {solution.from} to {solution.to}
          </summary>
          <Solution {...solution} />
          {taught.kind === 'exercise' ? null : (
            <p>
              <a href={stageAddress(taught.number + 1, 'chapter', { at: 'read-the-diff' })}>
                The same difference with the chapter of stage {taught.number + 1}
              </a>
            </p>
          )}
        </details>
      )}
      <p>What to look at next, in a terminal:</p>
      <pre class="wrapped">{after.join('\n')}</pre>
    </>
  )
}

function Solution({ from, to }: NonNullable<TaskData['solution']>) {
  const asked = useData<DiffData>(path(['diff', from, to]))
  return (
    <Here asked={asked}>
      {({ files }) => (
        <>
          {files.map(({ name, hunks }) =>
            hunks.length === 0 ? null : (
              <Scroll key={name} label={`${name}, ${from} → ${to}`}>
                <DiffLines
                  lines={[name, ...hunks.flatMap(({ head, lines }) => ['', head, ...lines])]}
                />
              </Scroll>
            ),
          )}
        </>
      )}
    </Here>
  )
}

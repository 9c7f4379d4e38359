/** What a check found: the steps with what was counted, and what was answered wrongly. */
import { Scroll } from '../../../views/parts.tsx'
import type { CheckCard, StepResult } from '../../api/index.ts'
import { whenText } from '../when.ts'
import { WithPlaces } from './file-places.tsx'

export function CheckResult({ check }: { check: CheckCard }) {
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
            <pre>
              <WithPlaces text={seen} />
            </pre>
          </Scroll>
          {means === '' ? null : <p>→ {means}</p>}
        </div>
      ))}
      {steps.length === 0 ? null : <StepTable steps={steps} />}
      {typeErrors.length === 0 ? null : (
        <Scroll label="Type errors">
          <pre>
            <WithPlaces text={['The compiler says:', ...typeErrors].join('\n')} />
          </pre>
        </Scroll>
      )}
      <details>
        <summary>All that the terminal prints</summary>
        <Scroll label="All that the terminal prints">
          <pre>{screen}</pre>
        </Scroll>
      </details>
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

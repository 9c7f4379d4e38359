/** The claims of the article with their verdicts, each with a button that runs its check. */

import { Scroll, TableHead } from '../../views/parts.tsx'
import type { Finding, FindingsData, PageRun } from '../api/index.ts'
import { path, useData, useEvent, useLab } from './lab.ts'
import { useLeadTo } from './lead-to.ts'
import { Here, Origin, Refusal, RunEnd, ToType } from './parts.tsx'
import { LiveRun } from './run/live.tsx'
import { busyText, useOrders } from './run/start-run.tsx'
import { ResultSelect } from './stage/result-choice.tsx'

const heads = ['The article says', 'Verdict', 'Measured', 'Check it']

export function FindingsPage({ query }: { query: URLSearchParams }) {
  const { results, runs, exported } = useLab()
  const orders = useOrders()
  const all = results.filter(({ kind }) => kind === 'findings')
  const newest = all.find(({ id }) => id !== 'reference')?.id
  const run = query.get('run') ?? newest ?? 'reference'
  const asked = useData<FindingsData>(path(['findings'], { run }), results)
  const busy = busyText(runs)
  useEvent('ended', ({ order, result }) => {
    if (order.kind === 'findings' && result !== null) show(result.id)
  })
  const disabled = busy !== undefined || orders.sent
  const kind = runs.own?.order.kind
  const own = kind === 'finding' || kind === 'findings' ? runs.own : null
  const lead = useLeadTo(own)
  return (
    <article class="wide">
      <h1>Findings</h1>
      <p class="lead">
        Every claim of the article that can be checked, and what was measured. A verdict rests on
        counters and on ratios with an interval, never on a single time. Counts and ratios are of
        one comparison, shares of the time of a profile taken for the findings.
      </p>
      {exported ? (
        <ToType commands={['npm run findings']} />
      ) : (
        <p class="fields">
          <button
            type="button"
            disabled={disabled}
            onClick={() => orders.start({ kind: 'findings', quick: true })}
          >
            Check all quickly
          </button>
          <button
            type="button"
            disabled={disabled}
            onClick={() => orders.start({ kind: 'findings' })}
          >
            Check all thoroughly
          </button>
          {busy === undefined ? null : <span class="dim">{busy}</span>}
        </p>
      )}
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      {own?.state === 'running' ? <LiveRun run={own} /> : null}
      <RunEnd run={own} />
      {own?.state !== 'done' || own.output === null ? null : (
        <section
          ref={(section) => {
            lead.current = section
          }}
          tabIndex={-1}
          aria-label="What the last check printed"
        >
          <h2>
            What <code>{own.command}</code> printed
          </h2>
          <Scroll label="The output">
            <pre>{own.output}</pre>
          </Scroll>
        </section>
      )}
      {all.length < 2 ? null : (
        <p class="fields">
          <ResultSelect label="Which findings" list={all} value={run} choose={show} />
        </p>
      )}
      <Here asked={asked}>
        {({ result, findings }) => (
          <>
            <div
              ref={(place) => {
                if (own?.order.kind === 'findings') lead.current = place
              }}
              tabIndex={-1}
            >
              <Origin result={result} />
            </div>
            <table class="findings">
              <TableHead heads={heads} />
              <tbody>
                {findings.map((finding) => (
                  <FindingRow
                    key={finding.id}
                    finding={finding}
                    disabled={disabled}
                    own={
                      own?.order.kind === 'finding' && own.order.finding === finding.id ? own : null
                    }
                    start={() => orders.start({ kind: 'finding', finding: finding.id })}
                    show={() => {
                      lead.current?.focus({ preventScroll: true })
                      lead.current?.scrollIntoView({ block: 'start' })
                    }}
                  />
                ))}
              </tbody>
            </table>
          </>
        )}
      </Here>
    </article>
  )
}

function show(run: string): void {
  location.hash = `#/findings?run=${encodeURIComponent(run)}`
}

interface RowProps {
  finding: Finding
  /** Something is under way. */
  disabled: boolean
  /** The run of this check, if it is the last one. */
  own: PageRun | null
  start(): void
  /** Goes to what the check has printed. */
  show(): void
}

function FindingRow({ finding, disabled, own, start, show }: RowProps) {
  const { claim, verdict, measured, why, command } = finding
  const { exported } = useLab()
  return (
    <tr>
      <th scope="row">{claim}</th>
      <td>
        <span class={`verdict ${verdict.replaceAll(' ', '-')}`}>
          {marks[verdict]} {verdict}
        </span>
      </td>
      <td>
        {measured === '-' ? null : measured}
        {why === undefined ? null : <small>{why}</small>}
      </td>
      <td>
        {exported ? null : (
          <button
            type="button"
            disabled={disabled}
            aria-label={`Run ${command}, for: ${claim}`}
            onClick={start}
          >
            Run
          </button>
        )}
        <code>{command}</code>
        {own === null ? null : (
          <p>
            <b>{endings[own.state]}</b>{' '}
            {own.state === 'done' && own.output !== null ? (
              <button type="button" onClick={show}>
                What it printed
              </button>
            ) : null}
          </p>
        )}
      </td>
    </tr>
  )
}

/** Beside the word, never alone. */
const marks: Record<Finding['verdict'], string> = {
  reproduced: '✓',
  'direction only': '~',
  'not reproducible here': '–',
  'beyond the article': '+',
  inconclusive: '?',
}

const endings: Record<PageRun['state'], string> = {
  running: 'Running.',
  done: '✓ Done.',
  failed: '✗ It failed.',
  cancelled: '– Cancelled.',
}

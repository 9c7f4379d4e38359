/** The article's claims with their verdicts, each with the button that runs its check. */
import { useRef } from 'preact/hooks'
import { Scroll } from '../../views/parts.tsx'
import type { FindingsData } from '../api-types.ts'
import { path } from './api.ts'
import { useData, useLab } from './data.ts'
import { useEvent } from './events.ts'
import { FindingRow } from './findings-row.tsx'
import { Here, Origin, Refusal } from './parts.tsx'
import { LiveRun } from './run/live.tsx'
import { busyText, useOrders } from './run/start-run.tsx'

const heads = ['The article says', 'Verdict', 'Measured', 'Check it']

export function FindingsPage({ query }: { query: URLSearchParams }) {
  const { results, runs } = useLab()
  const orders = useOrders()
  const printed = useRef<HTMLElement>(null)
  const all = results.filter(({ kind }) => kind === 'findings')
  const newest = all.find(({ id }) => id !== 'reference')?.id
  const run = query.get('run') ?? newest ?? 'reference'
  const asked = useData<FindingsData>(path(['findings'], { run }), results)
  const busy = busyText(runs)
  useEvent('ended', ({ order, state, result }) => {
    if (order.kind === 'findings' && state === 'done' && result !== null) show(result.id)
  })
  const disabled = busy !== undefined || orders.sent
  const kind = runs.own?.order.kind
  const own = kind === 'finding' || kind === 'findings' ? runs.own : null
  return (
    <article class="wide">
      <h1>Findings</h1>
      <p class="lead">
        Every claim of the article that can be checked, and what was measured. A verdict rests on
        counters and on ratios with an interval, never on a single time.
      </p>
      <p class="fields">
        <button
          type="button"
          disabled={disabled}
          onClick={() => orders.start({ kind: 'findings', quick: true })}
        >
          Check all, a quick look
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
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      {own?.state === 'running' ? <LiveRun run={own} /> : null}
      {own?.state === 'failed' ? (
        <Refusal failure={own.failure ?? { happened: `${own.command} failed` }} />
      ) : null}
      {own?.state === 'cancelled' ? (
        <p>
          <b>Cancelled.</b> <code>{own.command}</code> was ended; nothing was recorded.
        </p>
      ) : null}
      {own?.output == null ? null : (
        <section ref={printed} tabIndex={-1} aria-label="What the last check printed">
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
          <label>
            Which findings{' '}
            <select value={run} onChange={(event) => show(event.currentTarget.value)}>
              {all.map(({ id, at }) => (
                <option key={id} value={id}>
                  {id === 'reference' ? 'recorded' : `run here, ${new Date(at).toLocaleString()}`}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <Here asked={asked}>
        {({ result, findings }) => (
          <>
            <Origin result={result} />
            <table class="findings">
              <thead>
                <tr>
                  {heads.map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
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
                      printed.current?.focus({ preventScroll: true })
                      printed.current?.scrollIntoView({ block: 'start' })
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

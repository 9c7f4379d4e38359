/** A run of the page while it is under way: what it does and why, how fast, and for how long still. */

import { figures, percent, whole } from '../../../report/format.ts'
import { durationText } from '../../../run/duration.ts'
import { Scroll } from '../../../views/parts.tsx'
import type { LiveFigures, PageRun, Running, TaughtCard } from '../../api/index.ts'
import { useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'
import { Guesses } from './judged-guesses.tsx'
import {
  historyOf,
  type Moment,
  measurementsOf,
  shareOver,
  sparkLine,
  whyStep,
} from './live-figures.ts'
import { useOrders } from './start-run.tsx'

/** @param taught whose guesses are shown beside the figures; none: the run is of no lesson */
export function LiveRun({ run, taught }: { run: PageRun; taught?: TaughtCard }) {
  const { runs } = useLab()
  const orders = useOrders()
  const running = runs.running.find(({ pid }) => pid === run.pid)
  return (
    <section class="live-run" aria-label="The run under way">
      <p>
        <b>{running?.step || 'It is starting.'}</b>
        {running?.secondsLeft == null ? null : (
          <span class="dim"> About {durationText(running.secondsLeft)} left.</span>
        )}
      </p>
      <WholeBar running={running} label="How far the run is" />
      <p>{whyStep(running?.step ?? '')}</p>
      {running === undefined || isWithoutLoad(run, running) ? null : (
        <LiveCharts running={running} />
      )}
      <div class="live-beside">
        {running === undefined ? null : <Measurements running={running} />}
        {taught === undefined ? null : (
          <div>
            <h3>Your guesses</h3>
            <Guesses taught={taught} />
          </div>
        )}
      </div>
      <p>
        <button type="button" disabled={orders.sent} onClick={() => orders.cancel(run.id)}>
          Cancel the run
        </button>{' '}
        <span class="dim">You can look at other pages or reload: the run goes on.</span>
      </p>
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      {runs.notSeen === null ? null : <p class="dim">{runs.notSeen}.</p>}
      <Steps steps={run.steps} />
    </section>
  )
}

/** A check without a race puts nothing under load: charts of it would stay empty. */
function isWithoutLoad({ order }: PageRun, { pid, live }: Running): boolean {
  return (
    order.kind === 'check' && live === null && historyOf(pid).every(({ live }) => live === null)
  )
}

/** One bar over the whole run; without a value as long as nothing says how long that takes. */
export function WholeBar({ running, label }: { running: Running | undefined; label: string }) {
  const share = running === undefined ? null : shareOver(running)
  return (
    <progress {...(share === null ? {} : { value: share, max: 1 })} aria-label={label}>
      {share === null ? '' : percent(share)}
    </progress>
  )
}

function Steps({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null
  return (
    <details>
      <summary>What it said so far</summary>
      <Scroll label="What it said so far">
        <pre>{steps.join('\n')}</pre>
      </Scroll>
    </details>
  )
}

function LiveCharts({ running: { pid, live } }: { running: Running }) {
  const history = historyOf(pid)
  const chart = { history, live }
  return (
    <>
      {live === null ? null : <p class="dim live-of">Under load: {live.of}</p>}
      <div class="sparks">
        <Spark
          {...chart}
          title="Requests per second"
          lines={[['', (now) => now.requestsPerSecond]]}
          text={whole}
        />
        <Spark
          {...chart}
          title="Latency, ms"
          lines={[
            ['p50', (now) => now.latency?.p50 ?? null],
            ['p99', (now) => now.latency?.p99 ?? null],
          ]}
          text={figures}
        />
        <Spark
          {...chart}
          title="CPU, of one core"
          lines={[
            ['server', (now) => now.serverBusy],
            ['load', (now) => now.clientBusy],
          ]}
          text={percent}
        />
      </div>
    </>
  )
}

/** What the run has measured so far, as far as this page has followed it. */
function Measurements({ running: { pid } }: { running: Running }) {
  const list = measurementsOf(historyOf(pid))
  if (list.length === 0) return null
  return (
    <div>
      <h3>Measured so far</h3>
      <Scroll label="Measured so far">
        <table class="measured">
          <thead>
            <tr>
              <th scope="col">Server</th>
              <th scope="col" class="figure">
                requests/s
              </th>
              <th scope="col" class="figure">
                CPU, µs per request
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map(({ of, requestsPerSecond, serverBusy }, at) => (
              <tr key={at}>
                <th scope="row">{of}</th>
                <td class="figure">{whole(requestsPerSecond)}</td>
                <td class="figure">
                  {serverBusy === null ? '–' : figures((serverBusy * 1e6) / requestsPerSecond)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  )
}

interface SparkProps {
  history: readonly Moment[]
  live: LiveFigures | null
  title: string
  /** At most two: the first is drawn whole, the second in dashes. */
  lines: [name: string, pick: (live: LiveFigures) => number | null][]
  text(value: number): string
}

const size = { width: 240, height: 56 }

function Spark({ history, live, title, lines, text }: SparkProps) {
  const now = history.at(-1)?.at ?? 0
  const most = Math.max(...lines.map(([, pick]) => sparkLine(history, pick, { ...size, now }).most))
  return (
    <figure class="spark">
      <figcaption>{title}</figcaption>
      <p class="now">
        {lines.map(([name, pick], at) => {
          const value = live === null ? null : pick(live)
          return (
            <span key={name}>
              <b>{value === null ? '–' : text(value)}</b>
              <small>{name === '' ? 'all clients' : `${at === 0 ? '—' : '- -'} ${name}`}</small>
            </span>
          )
        })}
      </p>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={`${title}, the last minute; at most ${text(most)}`}
        preserveAspectRatio="none"
      >
        {lines.map(([name, pick], at) => (
          <path
            key={name}
            class={at === 0 ? 'first' : 'second'}
            d={sparkLine(history, pick, { ...size, now, most }).path}
          />
        ))}
      </svg>
      <p class="dim scale">
        <span>a minute ago</span>
        <span>{most === 0 ? '' : `top: ${text(most)}`}</span>
      </p>
    </figure>
  )
}

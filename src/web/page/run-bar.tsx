/** The runs on this machine, from the page and from terminals; those of the page can be cancelled. */

import { useRef, useState } from 'preact/hooks'
import { percent } from '../../measure/format.ts'
import { durationText } from '../../run/duration.ts'
import type { PageRun, Running } from '../api/index.ts'
import { useEvent, useLab } from './lab.ts'
import { Refusal, RunName } from './parts.tsx'
import { WholeBar } from './run/live.tsx'
import { announceEnd, announceStep, remember, type Said } from './run/live-figures.ts'
import { useOrders } from './run/start-run.tsx'

export function RunBar() {
  const { runs } = useLab()
  const said = useAnnouncements()
  return (
    <>
      <p class="unseen" role="status">
        {said}
      </p>
      {runs.running.length === 0 ? null : (
        <section class="run-bar" aria-label="Runs under way">
          {runs.running.map((running) => (
            <One
              key={running.pid}
              running={running}
              own={runs.own?.pid === running.pid ? runs.own : null}
            />
          ))}
        </section>
      )}
    </>
  )
}

/** What a screen reader says of the runs; the element is always there, or it would not be noticed. */
function useAnnouncements(): string {
  const last = useRef<Said>({ text: '', at: Number.NEGATIVE_INFINITY })
  const [text, setText] = useState('')
  const say = (said: Said) => {
    last.current = said
    setText(said.text)
  }
  useEvent('runs', ({ running }) => {
    const now = performance.now()
    remember(running, now)
    say(announceStep(running, last.current, now))
  })
  useEvent('ended', (run) => say(announceEnd(run, performance.now())))
  return text
}

function One({ running, own }: { running: Running; own: PageRun | null }) {
  const orders = useOrders()
  const { command, step, secondsLeft, live } = running
  return (
    <div class="run">
      <p>
        <RunName command={command} /> <b>{step}</b>
        {secondsLeft === null ? null : <span class="dim"> · {durationText(secondsLeft)} left</span>}
        {own === null ? (
          <span class="dim"> · in a terminal</span>
        ) : (
          <button
            type="button"
            disabled={orders.sent}
            aria-label={`Cancel ${command}`}
            onClick={() => orders.cancel(own.id)}
          >
            Cancel
          </button>
        )}
      </p>
      <WholeBar running={running} label={`${command}: how far it is`} />
      {live === null ? null : (
        <p class="live dim">
          {Math.round(live.requestsPerSecond).toLocaleString('en-US')} requests/s
          {live.latency === null
            ? ''
            : ` · p50 ${live.latency.p50.toFixed(2)} ms · p99 ${live.latency.p99.toFixed(2)} ms`}
          {live.serverBusy === null ? '' : ` · server ${percent(live.serverBusy)} of a core`}
          {live.clientBusy === null ? '' : ` · load generator ${percent(live.clientBusy)}`}
        </p>
      )}
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
    </div>
  )
}

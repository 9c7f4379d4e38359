/** The run of a lesson: predict first, then run it, then each guess beside what was measured. */

import { durationText } from '../../../run/duration.ts'
import type { TaughtCard } from '../../api/index.ts'
import { useLab } from '../lab.ts'
import { useLeadTo } from '../lead-to.ts'
import { Refusal, RunEnd, RunName, ToType } from '../parts.tsx'
import { Questions, ResultLinks, WhatNext } from './after-run.tsx'

import { openPredictions, waitsFor } from './guess.ts'
import { useJudge } from './judge.ts'
import { JudgedGuesses } from './judged-guesses.tsx'
import { LiveRun } from './live.tsx'
import { LessonCode, PredictionFields } from './predict.tsx'
import { busyText, OtherRuns, ownRunOf, useOrders } from './start-run.tsx'

export function RunPanel({ taught }: { taught: TaughtCard }) {
  // What was typed or refused for one lesson is not for the next.
  return <Panel key={taught.id} taught={taught} />
}

function Panel({ taught }: { taught: TaughtCard }) {
  const { runs, course } = useLab()
  const progress = course.lessons[taught.id]
  const own = ownRunOf(taught.id, runs)
  const running = own?.state === 'running'
  const judged = progress?.run != null && !running
  const lead = useLeadTo(own)
  return (
    <div class="run-panel prose">
      {judged ? null : (
        <section aria-labelledby="predict">
          <h2 id="predict">Predict</h2>
          {taught.lesson.about.map((text) => (
            <p key={text}>{text}</p>
          ))}
          <LessonCode taught={taught} />
          {running ? null : <PredictionFields taught={taught} />}
        </section>
      )}
      <section aria-labelledby="run">
        <h2 id="run">Run</h2>
        <RunHere taught={taught} lead={lead} />
      </section>
      {judged ? <Judged taught={taught} lead={lead} /> : null}
      {course.notes.map((note) => (
        <p key={note} class="dim">
          {note}
        </p>
      ))}
    </div>
  )
}

export interface Led {
  taught: TaughtCard
  /** Where the reader is led after a run. */
  lead: { current: HTMLElement | null }
}

/** The button, the run while it is under way, and how it ended. */
export function RunHere({ taught, lead }: Led) {
  const own = ownRunOf(taught.id, useLab().runs)
  if (own?.state === 'running') return <LiveRun run={own} taught={taught} />
  return (
    <>
      {own === undefined ? null : <HowItEnded taught={taught} lead={lead} />}
      <Start taught={taught} />
      {taught.kind === 'exercise' ? null : <OtherRuns stage={taught} />}
    </>
  )
}

/** What became of the last run of it that the page started. */
function HowItEnded({ taught, lead }: Led) {
  const { runs } = useLab()
  const own = ownRunOf(taught.id, runs)
  if (own?.state !== 'done') return <RunEnd run={own} />
  if (own.order.kind === 'lesson') return null
  return (
    <>
      <p
        tabIndex={-1}
        ref={(text) => {
          lead.current = text
        }}
      >
        <b>✓ Done:</b> <RunName command={own.command} />
      </p>
      {own.result === null ? null : <ResultLinks taught={taught} result={own.result} />}
    </>
  )
}

function Start({ taught }: { taught: TaughtCard }) {
  const { runs, course, exported } = useLab()
  const orders = useOrders()
  const progress = course.lessons[taught.id]
  if (exported) {
    return (
      <>
        <ToType commands={[typedFor(taught)]} />
        {taught.kind === 'exercise' ? null : <Recorded taught={taught} />}
      </>
    )
  }
  if (taught.whyNot !== null) return <Recorded taught={taught} />
  const waits = waitsFor(openPredictions(taught.lesson.predictions, progress?.guesses))
  const busy = busyText(runs)
  const again = progress?.run != null
  return (
    <>
      <p>
        {whatRuns(taught)} About {durationText(taught.lesson.seconds)} on a quiet machine.
      </p>
      <p>
        <button
          type="button"
          class="main"
          disabled={waits !== undefined || busy !== undefined || orders.sent}
          aria-describedby="why-not"
          onClick={() => orders.start({ kind: 'lesson', lesson: taught.id })}
        >
          {again ? 'Run it again' : `Run ${taught.kind} ${taught.number}`}
        </button>{' '}
        <span id="why-not" class="dim">
          {waits ?? busy ?? ''}
        </span>
      </p>
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
    </>
  )
}

function typedFor({ kind, id, number }: TaughtCard): string {
  return kind === 'exercise' ? `npm start -- ${id}` : `npm run stage ${number}`
}

function whatRuns(taught: TaughtCard): string {
  const { kind, number } = taught
  if (kind === 'exercise') {
    return `The server is asked one request after the other, and what that takes is counted; then it is loaded (${taught.load}), and then profiled in a separate run.`
  }
  return number === 1
    ? 'Stage 1 is put under load, and then profiled in a separate run.'
    : `Stage ${number} and the stage before take turns under the same load; then stage ${number} is profiled in a separate run.`
}

/** If it cannot run: the guesses are compared with the recording of another machine. */
function Recorded({ taught }: { taught: TaughtCard }) {
  const { course } = useLab()
  const { judge, failure } = useJudge(taught)
  const progress = course.lessons[taught.id]
  const waits = waitsFor(openPredictions(taught.lesson.predictions, progress?.guesses))
  const shown = progress?.run?.recorded === true
  return (
    <>
      <p>
        {taught.whyNot === null ? '' : `It cannot run on this machine: ${taught.whyNot}. `}
        {shown
          ? 'Below, your guesses are compared with the recording of another machine.'
          : 'Your guesses can be compared with the recording of another machine.'}
      </p>
      <p hidden={shown}>
        <button
          type="button"
          class="main"
          disabled={waits !== undefined}
          aria-describedby="why-not"
          onClick={judge}
        >
          Show what was recorded
        </button>{' '}
        <span id="why-not" class="dim">
          {waits ?? ''}
        </span>
      </p>
      {failure === undefined ? null : <Refusal failure={failure} />}
    </>
  )
}

function Judged({ taught, lead }: Led) {
  return (
    <section aria-labelledby="outcome">
      <JudgedGuesses taught={taught} lead={lead} heading="h2" />
      <h2>Check yourself</h2>
      <Questions taught={taught} />
      <WhatNext taught={taught} />
    </section>
  )
}

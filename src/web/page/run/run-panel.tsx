/** The run of a stage: predict first, then run it, then each guess beside what was measured. */

import { useState } from 'preact/hooks'
import { durationText } from '../../../run/duration.ts'
import { Notes } from '../../../views/parts.tsx'
import type { CourseData, Failure, StageCard } from '../../api-types.ts'
import { post, Refused, useLab } from '../lab.ts'
import { Refusal, RunEnd, ToType } from '../parts.tsx'
import { Outcomes, Questions, ResultLinks, WhatNext } from './after-run.tsx'
import { openPredictions, waitsFor } from './guess.ts'
import { LiveRun } from './live.tsx'
import { LessonCode, PredictionFields } from './predict.tsx'
import { busyText, OtherRuns, ownRunOf, useOrders } from './start-run.tsx'

export function RunPanel({ stage }: { stage: StageCard }) {
  // What was typed or refused for one stage is not for the next.
  return <Panel key={stage.id} stage={stage} />
}

function Panel({ stage }: { stage: StageCard }) {
  const { runs, course } = useLab()
  const progress = course.lessons[stage.id]
  const own = ownRunOf(stage.id, runs)
  const running = own?.state === 'running'
  const judged = progress?.run != null && !running
  return (
    <div class="run-panel prose">
      {judged ? null : (
        <section aria-labelledby="predict">
          <h2 id="predict">Predict</h2>
          {stage.lesson.about.map((text) => (
            <p key={text}>{text}</p>
          ))}
          <LessonCode stage={stage} />
          {running ? null : <PredictionFields stage={stage} />}
        </section>
      )}
      <section aria-labelledby="run">
        <h2 id="run">Run</h2>
        {own === undefined ? null : <HowItEnded stage={stage} />}
        {running ? <LiveRun run={own} /> : <Start stage={stage} />}
        {running ? null : <OtherRuns stage={stage} />}
      </section>
      {judged ? <Judged stage={stage} /> : null}
      {course.notes.map((note) => (
        <p key={note} class="dim">
          {note}
        </p>
      ))}
    </div>
  )
}

/** What became of the last run of this stage that the page started. */
function HowItEnded({ stage }: { stage: StageCard }) {
  const { runs } = useLab()
  const own = ownRunOf(stage.id, runs)
  if (own?.state !== 'done') return <RunEnd run={own} />
  if (own.order.kind === 'lesson') return null
  return (
    <>
      <p>
        <b>✓ Done:</b> <code>{own.command}</code>
      </p>
      {own.result === null ? null : <ResultLinks stage={stage} result={own.result} />}
    </>
  )
}

function Start({ stage }: { stage: StageCard }) {
  const { runs, course, exported } = useLab()
  const orders = useOrders()
  const progress = course.lessons[stage.id]
  if (exported) {
    return (
      <>
        <ToType commands={[`npm run stage ${stage.number}`]} />
        <Recorded stage={stage} />
      </>
    )
  }
  if (stage.whyNot !== null) return <Recorded stage={stage} />
  const waits = waitsFor(openPredictions(stage.lesson.predictions, progress?.guesses))
  const busy = busyText(runs)
  const again = progress?.run != null
  return (
    <>
      <p>
        {stage.number === 1
          ? 'Stage 1 is put under load, and then profiled in a run of its own.'
          : `Stage ${stage.number} and the stage before take turns under the same load; then stage ${stage.number} is profiled in a run of its own.`}{' '}
        About {durationText(stage.lesson.seconds)} on a quiet machine.
      </p>
      <p>
        <button
          type="button"
          class="main"
          disabled={waits !== undefined || busy !== undefined || orders.sent}
          aria-describedby="why-not"
          onClick={() => orders.start({ kind: 'lesson', stage: stage.id })}
        >
          {again ? 'Run it again' : `Run stage ${stage.number}`}
        </button>{' '}
        <span id="why-not" class="dim">
          {waits ?? busy ?? ''}
        </span>
      </p>
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
    </>
  )
}

/** If it cannot run: the guesses are compared with the recording of another machine. */
function Recorded({ stage }: { stage: StageCard }) {
  const { course, reload } = useLab()
  const [failure, setFailure] = useState<Failure>()
  const progress = course.lessons[stage.id]
  const waits = waitsFor(openPredictions(stage.lesson.predictions, progress?.guesses))
  const shown = progress?.run?.recorded === true
  const judge = async () => {
    setFailure(undefined)
    try {
      await post<CourseData>('/api/recorded', { stage: stage.id })
      reload()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  return (
    <>
      <p>
        {stage.whyNot === null ? '' : `It cannot run on this machine: ${stage.whyNot}. `}
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

function Judged({ stage }: { stage: StageCard }) {
  const { course, results } = useLab()
  const run = course.lessons[stage.id]!.run!
  const kinds = run.recorded ? ['stage'] : ['lesson']
  const result = results.find(
    ({ id, kind, stages }) =>
      id === run.result && kinds.includes(kind) && stages.includes(stage.id),
  )
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">Your guesses, and what was measured</h2>
      <p class="origin">
        <span class={run.recorded ? 'tag recorded' : 'tag own'}>
          {run.recorded ? 'recorded, not run here' : 'run here'}
        </span>{' '}
        {new Date(run.at).toLocaleString()} on {run.machine}
      </p>
      {run.busy === undefined ? null : <Notes notes={[{ text: run.busy, warns: true }]} />}
      <Outcomes stage={stage} />
      {result === undefined ? (
        <p class="dim">The files of that run are gone. Run it again for its flame graph.</p>
      ) : (
        <ResultLinks stage={stage} result={result} />
      )}
      <h2>Check yourself</h2>
      <Questions stage={stage} />
      <WhatNext stage={stage} />
    </section>
  )
}

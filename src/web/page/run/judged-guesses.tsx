/** The guesses of a lesson: as they were given, and beside what was measured. */
import { unbroken } from '../../../measure/format.ts'
import { Notes } from '../../../views/parts.tsx'
import type { TaughtCard } from '../../api/index.ts'
import { useLab } from '../lab.ts'
import { OnMachine, Tag } from '../parts.tsx'
import { whenText } from '../when.ts'
import { Outcomes, ResultLinks } from './after-run.tsx'
import { guessText } from './guess.ts'
import type { Led } from './run-panel.tsx'
import { ownRunOf } from './start-run.tsx'

/** What the reader has guessed, before there is anything to compare it with. */
export function Guesses({ taught }: { taught: TaughtCard }) {
  const guesses = useLab().course.lessons[taught.id]?.guesses
  return (
    <ul class="guesses">
      {taught.lesson.predictions.map((prediction) => (
        <li key={prediction.id}>
          {prediction.ask}{' '}
          <b>
            You said: {unbroken(guessText(prediction, guesses?.[prediction.id]?.guess ?? null))}.
          </b>
        </li>
      ))}
    </ul>
  )
}

/**
 * The guesses beside what the run measured, and where its results are.
 * @param heading as which its title is set
 */
export function JudgedGuesses({ taught, lead, heading: Heading }: Led & { heading: 'h2' | 'h3' }) {
  const { course, results, runs } = useLab()
  const run = course.lessons[taught.id]!.run!
  const ofLesson = ownRunOf(taught.id, runs)?.order.kind === 'lesson'
  const kinds = run.recorded ? ['stage'] : ['lesson', 'exercise']
  const result = results.find(
    ({ id, kind, stages }) =>
      id === run.result && kinds.includes(kind) && stages.includes(taught.id),
  )
  return (
    <>
      <Heading
        id="outcome"
        tabIndex={-1}
        ref={(heading: HTMLElement | null) => {
          if (ofLesson) lead.current = heading
        }}
      >
        Your guesses, and what was measured
      </Heading>
      <p class="origin">
        <Tag recorded={run.recorded} /> {whenText(run.at)}
        <OnMachine machine={run.machine} />
      </p>
      {taught.kind === 'exercise' ? null : (
        <p class="dim small">
          Counts, CPU and ratios are of {run.recorded ? 'the recorded comparison' : 'its rounds'},
          shares of the time of {run.recorded ? 'the recorded profile' : 'its profile'}.
        </p>
      )}
      {run.busy === undefined ? null : <Notes notes={[{ text: run.busy, warns: true }]} />}
      <Outcomes taught={taught} />
      {result === undefined ? (
        <p class="dim">The files of that run are gone. Run it again for its flame graph.</p>
      ) : (
        <ResultLinks taught={taught} result={result} />
      )}
    </>
  )
}

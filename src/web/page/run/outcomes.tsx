/** Each prediction beside what was measured, with why it came out so. */
import type { OutcomeCard, PredictionCard, StageCard } from '../../api-types.ts'
import { useLab } from '../data.ts'
import { guessText, verdictWords } from './guess.ts'

export function Outcomes({ stage }: { stage: StageCard }) {
  const progress = useLab().course.lessons[stage.id]
  if (progress === undefined) return null
  return (
    <ol class="outcomes">
      {stage.lesson.predictions.map((prediction) => {
        const outcome = progress.outcomes[prediction.id]
        const guess = progress.guesses[prediction.id]?.guess ?? null
        return (
          <li key={prediction.id}>
            <h3>{prediction.ask}</h3>
            {outcome === undefined ? (
              <p>
                You said {guessText(prediction, guess)}. It has changed since the run: run it again
                to have it judged.
              </p>
            ) : (
              <OutcomeOf
                prediction={prediction}
                said={guessText(prediction, guess)}
                skipped={guess === null}
                outcome={outcome}
              />
            )}
          </li>
        )
      })}
    </ol>
  )
}

interface OutcomeProps {
  prediction: PredictionCard
  said: string
  skipped: boolean
  outcome: OutcomeCard
}

function OutcomeOf({ said, skipped, outcome }: OutcomeProps) {
  const { verdict, measured, says, recorded, because } = outcome
  const told = skipped && verdict !== 'unknown' ? 'skipped' : verdict
  const how = verdict === 'right' || verdict === 'unknown' || skipped ? '' : `: ${says}`
  return (
    <>
      <dl class="beside">
        <div>
          <dt>You said</dt>
          <dd>{said}</dd>
        </div>
        <div>
          <dt>{verdict === 'unknown' ? 'Not measured' : 'Measured'}</dt>
          <dd>{measured}</dd>
        </div>
        <div>
          <dt>Verdict</dt>
          <dd>
            <span class={`verdict ${told}`}>{verdictWords[told]}</span>
            {how}
          </dd>
        </div>
        {recorded === undefined ? null : (
          <div>
            <dt>On the machine of the recordings</dt>
            <dd>{recorded.measured}</dd>
          </div>
        )}
      </dl>
      <p>{because}</p>
    </>
  )
}

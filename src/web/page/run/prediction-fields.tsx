/** The predictions of a lesson as a form: each is kept at once, and each may be skipped. */
import { useEffect, useState } from 'preact/hooks'
import type { CourseData, Failure, Guess, PredictionCard, StageCard } from '../../api-types.ts'
import { post, Refused } from '../api.ts'
import { useLab } from '../data.ts'
import { Refusal } from '../parts.tsx'
import type { FieldProps } from './field.tsx'
import { guessText } from './guess.ts'
import { NumberField } from './number-field.tsx'
import { RankingField } from './ranking-field.tsx'

export function PredictionFields({ stage }: { stage: StageCard }) {
  const { course, reload } = useLab()
  const [failure, setFailure] = useState<Failure>()
  const guesses = course.lessons[stage.id]?.guesses ?? {}
  const [mine, setMine] = useState<Record<string, Guess | null>>({})
  // What the server has counts, as soon as it is here.
  useEffect(() => setMine({}), [course])
  const keep = async (prediction: string, guess: Guess | null) => {
    setFailure(undefined)
    setMine((before) => ({ ...before, [prediction]: guess }))
    try {
      await post<CourseData>('/api/guess', { stage: stage.id, prediction, guess })
      reload()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setMine({})
      setFailure(error.failure)
    }
  }
  return (
    <>
      <ol class="predictions">
        {stage.lesson.predictions.map((prediction) => {
          const { id } = prediction
          const kept = mine[id] === undefined ? guesses[id]?.guess : mine[id]
          return (
            <li key={id}>
              <Prediction prediction={prediction} kept={kept} keep={(guess) => keep(id, guess)} />
            </li>
          )
        })}
      </ol>
      {failure === undefined ? null : <Refusal failure={failure} />}
    </>
  )
}

function Prediction({ prediction, kept, keep }: FieldProps<PredictionCard['kind']>) {
  return (
    <fieldset>
      <legend>{prediction.ask}</legend>
      <Field prediction={prediction} kept={kept} keep={keep} />
      <p class="kept dim" aria-live="polite">
        {kept === undefined
          ? 'Not guessed yet.'
          : kept === null
            ? '– skipped: I do not know.'
            : `✓ Kept: ${guessText(prediction, kept)}.`}
      </p>
    </fieldset>
  )
}

function Field({ prediction, ...rest }: FieldProps<PredictionCard['kind']>) {
  switch (prediction.kind) {
    case 'choice':
      return <ChoiceField prediction={prediction} {...rest} />
    case 'ranking':
      return <RankingField prediction={prediction} {...rest} />
    default:
      return <NumberField prediction={prediction} {...rest} />
  }
}

function ChoiceField({ prediction, kept, keep }: FieldProps<'choice'>) {
  const option = (text: string, guess: string | null) => (
    <label key={text} class="option">
      <input
        type="radio"
        name={prediction.id}
        checked={kept === guess}
        onChange={() => keep(guess)}
      />
      {text}
    </label>
  )
  return (
    <>
      {prediction.options.map((text) => option(text, text))}
      {option('I do not know', null)}
    </>
  )
}

/** Check yourself: the questions of a lesson, each with why the right answer is right. */
import { useState } from 'preact/hooks'
import type { CourseData, Failure, QuestionCard, StageCard } from '../../api-types.ts'
import { post, Refused } from '../api.ts'
import { useLab } from '../data.ts'
import { Refusal } from '../parts.tsx'

export function Questions({ stage }: { stage: StageCard }) {
  const [first, ...rest] = stage.lesson.questions
  if (first === undefined) return null
  return (
    <>
      <Question stage={stage.id} question={first} />
      {rest.length === 0 ? null : (
        <details>
          <summary>
            {rest.length === 1 ? 'One more question' : `${rest.length} more questions`}
          </summary>
          {rest.map((question) => (
            <Question key={question.id} stage={stage.id} question={question} />
          ))}
        </details>
      )}
    </>
  )
}

function Question({ stage, question }: { stage: string; question: QuestionCard }) {
  const { course, reload } = useLab()
  const [picked, setPicked] = useState<number>()
  const [failure, setFailure] = useState<Failure>()
  const given = course.lessons[stage]?.answers[question.id]
  const send = async (chosen: number | null) => {
    setFailure(undefined)
    try {
      await post<CourseData>('/api/answer', { stage, question: question.id, chosen })
      reload()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  const shown = picked ?? given?.chosen ?? undefined
  return (
    <fieldset class="question">
      <legend>{question.ask}</legend>
      {question.options.map((text, at) => (
        <label key={text} class="option">
          <input
            type="radio"
            name={question.id}
            checked={shown === at}
            disabled={given !== undefined}
            onChange={() => setPicked(at)}
          />
          {text}
          {given !== undefined && at === question.answer ? (
            <span class="verdict right"> ✓ the right one</span>
          ) : null}
        </label>
      ))}
      {given === undefined ? (
        <p>
          <button type="button" disabled={picked === undefined} onClick={() => send(picked!)}>
            Answer
          </button>{' '}
          <button type="button" onClick={() => send(null)}>
            I do not know
          </button>
        </p>
      ) : null}
      <div aria-live="polite">
        {given === undefined ? null : (
          <p>
            <span class={`verdict ${given.right ? 'right' : 'off'}`}>
              {given.right ? '✓ Right.' : given.chosen === null ? '– No answer.' : '✗ Not so.'}
            </span>{' '}
            {question.because}
          </p>
        )}
      </div>
      {failure === undefined ? null : <Refusal failure={failure} />}
    </fieldset>
  )
}

/** What follows a run: the outcomes of the predictions, questions, and where to go from here. */

import { useState } from 'preact/hooks'
import { unbroken } from '../../../measure/format.ts'
import type {
  CourseData,
  Failure,
  OutcomeCard,
  PredictionCard,
  QuestionCard,
  ResultCard,
  TaughtCard,
} from '../../api/index.ts'
import { post, Refused, useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'
import {
  chapterAddress,
  exerciseAddress,
  exercisesChapter,
  stageAddress,
  taskAddress,
} from '../router.ts'
import { guessText, verdictWords } from './guess.ts'

export function Outcomes({ taught }: { taught: TaughtCard }) {
  const progress = useLab().course.lessons[taught.id]
  if (progress === undefined) return null
  return (
    <ol class="outcomes">
      {taught.lesson.predictions.map((prediction) => {
        const outcome = progress.outcomes[prediction.id]
        const guess = progress.guesses[prediction.id]?.guess ?? null
        return (
          <li key={prediction.id}>
            <h3>{prediction.ask}</h3>
            {outcome === undefined ? (
              <p>
                You said {unbroken(guessText(prediction, guess))}. It has changed since the run: run
                it again to have it judged.
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
  const shown = skipped && verdict !== 'unknown' ? 'skipped' : verdict
  const how = verdict === 'right' || verdict === 'unknown' || skipped ? '' : `: ${says}`
  return (
    <>
      <dl class="beside">
        <div>
          <dt>You said</dt>
          <dd>{unbroken(said)}</dd>
        </div>
        <div>
          <dt>{verdict === 'unknown' ? 'Not measured' : 'Measured'}</dt>
          <dd>{unbroken(measured)}</dd>
        </div>
        <div>
          <dt>Verdict</dt>
          <dd>
            <span class={`verdict ${shown}`}>{verdictWords[shown]}</span>
            {unbroken(how)}
          </dd>
        </div>
        {recorded === undefined ? null : (
          <div>
            <dt>On the machine of the recordings</dt>
            <dd>{unbroken(recorded.measured)}</dd>
          </div>
        )}
      </dl>
      <p>{unbroken(because)}</p>
    </>
  )
}

/** @param all default false: the first one, and the rest folded */
export function Questions({ taught, all = false }: { taught: TaughtCard; all?: boolean }) {
  const { questions } = taught.lesson
  const [first, ...rest] = questions
  if (first === undefined) return null
  if (all) {
    return questions.map((question) => (
      <Question key={question.id} lesson={taught.id} question={question} />
    ))
  }
  return (
    <>
      <Question lesson={taught.id} question={first} />
      {rest.length === 0 ? null : (
        <details>
          <summary>
            {rest.length === 1 ? 'One more question' : `${rest.length} more questions`}
          </summary>
          {rest.map((question) => (
            <Question key={question.id} lesson={taught.id} question={question} />
          ))}
        </details>
      )}
    </>
  )
}

function Question({ lesson, question }: { lesson: string; question: QuestionCard }) {
  const { course, reload } = useLab()
  const [picked, setPicked] = useState<number>()
  const [failure, setFailure] = useState<Failure>()
  const given = course.lessons[lesson]?.answers[question.id]
  const send = async (chosen: number | null) => {
    setFailure(undefined)
    try {
      await post<CourseData>('/api/answer', { lesson, question: question.id, chosen })
      reload()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  const shown = picked ?? given?.chosen ?? undefined
  return (
    <fieldset class="question">
      <legend>{unbroken(question.ask)}</legend>
      {question.options.map((text, at) => (
        <label key={text} class="option">
          <input
            type="radio"
            name={question.id}
            checked={shown === at}
            disabled={given !== undefined}
            onChange={() => setPicked(at)}
          />
          <span>
            {unbroken(text)}
            {given === undefined ? null : at === question.answer ? (
              <span class="verdict right"> ✓ the correct one</span>
            ) : at === given.chosen ? (
              <span class="verdict off"> ✗ your answer</span>
            ) : null}
          </span>
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
              {given.right ? '✓ Correct.' : given.chosen === null ? '– No answer.' : '✗ Incorrect.'}
            </span>{' '}
            {unbroken(question.because)}
          </p>
        )}
      </div>
      {failure === undefined ? null : <Refusal failure={failure} />}
    </fieldset>
  )
}

/** Links to a result that was just made, or is there from before. */
export function ResultLinks({ taught, result }: { taught: TaughtCard; result: ResultCard }) {
  const run = result.id === 'reference' ? undefined : result.id
  const { kind } = result
  if (taught.kind === 'exercise') {
    return (
      <ul class="links">
        <li>
          <a href={exerciseAddress(taught.id, 'result', { run })}>Its figures and flame graph</a>
        </li>
      </ul>
    )
  }
  return (
    <ul class="links">
      <li>
        <a href={stageAddress(taught.number, 'flame', { run })}>Its flame graph</a>
      </li>
      {kind === 'flame' || kind === 'alloc' ? null : (
        <li>
          <a href={stageAddress(taught.number, 'figures', { run })}>Its figures</a>
        </li>
      )}
      {kind === 'lesson' && taught.number > 1 ? (
        <li>
          <a href={`#/compare?run=${encodeURIComponent(result.id)}`}>
            Beside stage {taught.number - 1}, with intervals
          </a>
        </li>
      ) : null}
    </ul>
  )
}

export function WhatNext({ taught }: { taught: TaughtCard }) {
  const { lesson, task } = taught
  return (
    <>
      <h3>What to look for in the flame graph</h3>
      <ul>
        {lesson.look.map((sentence) => (
          <li key={sentence}>{unbroken(sentence)}</li>
        ))}
      </ul>
      <h3>What it cost</h3>
      <p>{unbroken(lesson.cost)}</p>
      {task === null ? null : (
        <>
          <h3>Try it yourself: {task.title}</h3>
          <p>The goal: {task.goal}.</p>
          <p>
            <a href={taskAddress(taught.id)}>Go to the task: editor, hints and check</a>
          </p>
        </>
      )}
      <h3>Next</h3>
      <p>
        <NextLesson taught={taught} />
      </p>
    </>
  )
}

function NextLesson({ taught }: { taught: TaughtCard }) {
  const { stages, exercises } = useLab()
  const follows = ({ number }: TaughtCard) => number === taught.number + 1
  if (taught.kind === 'exercise') {
    const next = exercises.find(follows)
    return next === undefined ? (
      <a href={chapterAddress(exercisesChapter)}>
        The table of symptoms, at the end of the chapter
      </a>
    ) : (
      <a href={exerciseAddress(next.id)}>
        Exercise {next.number}: {next.title}
      </a>
    )
  }
  const next = stages.find(follows)
  return next === undefined ? (
    <a href="#/compare">All stages and Redis, side by side</a>
  ) : (
    <a href={stageAddress(next.number, 'run')}>
      Stage {next.number}: {next.title}
    </a>
  )
}

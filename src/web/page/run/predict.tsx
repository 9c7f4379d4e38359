/** The predictions of a lesson as a form, and the code that they are about. */

import { useEffect, useRef, useState } from 'preact/hooks'
import type { CourseData, Failure, Guess, PredictionCard, TaughtCard } from '../../api/index.ts'
import { post, Refused, useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'
import { highlightedLines } from '../stage/highlighted.ts'
import { SourceText } from '../stage/source-text.tsx'
import { guessText, moved, readGuess, unitOf } from './guess.ts'

export function PredictionFields({ taught }: { taught: TaughtCard }) {
  const { course, reload } = useLab()
  const [failure, setFailure] = useState<Failure>()
  const guesses = course.lessons[taught.id]?.guesses ?? {}
  const [mine, setMine] = useState<Record<string, Guess | null>>({})
  // What the server has counts, as soon as it is here; an older answer does not undo a newer guess.
  useEffect(
    () =>
      setMine((before) =>
        Object.fromEntries(
          Object.entries(before).filter(
            ([id, guess]) => JSON.stringify(guesses[id]?.guess) !== JSON.stringify(guess),
          ),
        ),
      ),
    [course],
  )
  const save = async (prediction: string, guess: Guess | null) => {
    setFailure(undefined)
    setMine((before) => ({ ...before, [prediction]: guess }))
    try {
      await post<CourseData>('/api/guess', { lesson: taught.id, prediction, guess })
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
        {taught.lesson.predictions.map((prediction) => {
          const { id } = prediction
          const saved = mine[id] === undefined ? guesses[id]?.guess : mine[id]
          return (
            <li key={id}>
              <Prediction prediction={prediction} saved={saved} save={(guess) => save(id, guess)} />
            </li>
          )
        })}
      </ol>
      {failure === undefined ? null : <Refusal failure={failure} />}
    </>
  )
}

function Prediction({ prediction, saved, save }: FieldProps<PredictionCard['kind']>) {
  return (
    <fieldset>
      <legend>{prediction.ask}</legend>
      <Field prediction={prediction} saved={saved} save={save} />
      <p class="saved dim" aria-live="polite">
        {saved === undefined
          ? 'Not guessed yet.'
          : saved === null
            ? '– skipped: I do not know.'
            : `✓ Saved: ${guessText(prediction, saved)}.`}
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

function ChoiceField({ prediction, saved, save }: FieldProps<'choice'>) {
  const option = (text: string, guess: string | null) => (
    <label key={text} class="option">
      <input
        type="radio"
        name={prediction.id}
        checked={saved === guess}
        onChange={() => save(guess)}
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

/** What is known of a guess: undefined if there is none yet, null if it was skipped. */
export type SavedGuess = Guess | null | undefined

export interface FieldProps<Kind extends PredictionCard['kind']> {
  prediction: Extract<PredictionCard, { kind: Kind }>
  saved: SavedGuess
  save(guess: Guess | null): void
}

/** For the fields that are no list of options. */
export function SkipButton({ saved, save }: { saved: SavedGuess; save(guess: null): void }) {
  return (
    <button type="button" aria-pressed={saved === null} onClick={() => save(null)}>
      I do not know
    </button>
  )
}

export function NumberField({ prediction, saved, save }: FieldProps<'number' | 'percent'>) {
  const [typed, setTyped] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const id = `guess-${prediction.id}`
  const read = (text: string) => {
    if (text.trim() === '') {
      setTyped(undefined)
      setWrong(undefined)
      return
    }
    const guess = readGuess(prediction, text)
    if ('wrong' in guess) {
      setTyped(text)
      setWrong(guess.wrong)
      return
    }
    setTyped(undefined)
    setWrong(undefined)
    if (guess.value !== saved) save(guess.value)
  }
  const skip = () => {
    setTyped(undefined)
    setWrong(undefined)
    save(null)
  }
  return (
    <p class="number">
      <label for={id}>Your guess</label>{' '}
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        size={8}
        value={typed ?? (typeof saved === 'number' ? String(saved) : '')}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-unit${wrong === undefined ? '' : ` ${id}-wrong`}`}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={(event) => read(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') read(event.currentTarget.value)
        }}
      />{' '}
      <span id={`${id}-unit`}>{unitOf(prediction)}</span> <SkipButton saved={saved} save={skip} />
      {wrong === undefined ? null : (
        <span id={`${id}-wrong`} class="wrong" role="alert">
          ✗ {wrong}
        </span>
      )}
    </p>
  )
}

export function RankingField({ prediction, saved, save }: FieldProps<'ranking'>) {
  const [order, setOrder] = useState<readonly string[]>(
    Array.isArray(saved) ? saved : prediction.items,
  )
  const given = Array.isArray(saved) ? saved.join('\n') : undefined
  useEffect(() => {
    if (given !== undefined) setOrder(given.split('\n'))
  }, [given])
  const list = useRef<HTMLOListElement>(null)
  const move = (at: number, by: -1 | 1) => {
    const next = moved(order, at, by)
    const item = order[at]!
    setOrder(next)
    save(next)
    // The focus goes with the item, so that it can be moved on.
    requestAnimationFrame(() => {
      const row = list.current?.children[next.indexOf(item)]
      const wanted = row?.querySelector<HTMLButtonElement>(by === -1 ? '.up' : '.down')
      const other = row?.querySelector<HTMLButtonElement>(by === -1 ? '.down' : '.up')
      ;(wanted?.disabled === true ? other : wanted)?.focus()
    })
  }
  return (
    <>
      <ol class="ranking" ref={list}>
        {order.map((item, at) => (
          <li key={item}>
            <button
              type="button"
              class="up"
              disabled={at === 0}
              aria-label={`${item}: up, from place ${at + 1}`}
              onClick={() => move(at, -1)}
            >
              ↑
            </button>
            <button
              type="button"
              class="down"
              disabled={at === order.length - 1}
              aria-label={`${item}: down, from place ${at + 1}`}
              onClick={() => move(at, 1)}
            >
              ↓
            </button>{' '}
            {item}
          </li>
        ))}
      </ol>
      <p>
        <button type="button" onClick={() => save(order)}>
          This is my order
        </button>{' '}
        <SkipButton saved={saved} save={save} />
      </p>
    </>
  )
}

/** Of code that is shown at first: the first question is to be in view below it. */
const MOST_LINES = 12

export function LessonCode({ taught }: { taught: TaughtCard }) {
  const { name, file, line, text, codeLines } = taught.lesson.code
  const lines = highlightedLines(text.trimEnd())
  const [whole, setWhole] = useState(codeLines.length <= MOST_LINES + 3)
  const shown = whole ? codeLines : codeLines.slice(0, MOST_LINES)
  return (
    <figure class="lesson-code">
      <figcaption>
        <code>{name}</code> in{' '}
        <code>
          {file}:{line}
        </code>
        , without its comments
      </figcaption>
      <SourceText
        lines={shown.map((at) => lines[at - line] ?? '')}
        numbers={shown}
        label={`${name} of ${taught.id}`}
      />
      {whole ? null : (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {codeLines.length} lines of it
        </button>
      )}
    </figure>
  )
}

/** The hints of a task, one at a time, as `npm run hint` counts them. */
import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import type { Failure, StepCard, TaskData } from '../../api/index.ts'
import { path, post, Refused } from '../lab.ts'
import { Refusal } from '../parts.tsx'

interface HintsShown {
  /** The id of the task. */
  id: string
  /** The step to work at. */
  step: StepCard
  /** How many of its hints were shown. */
  shown: number
  reload: () => void
}

export function Hints({ id, step, shown, reload }: HintsShown) {
  const [failure, setFailure] = useState<Failure>()
  const next = async () => {
    setFailure(undefined)
    try {
      await post<TaskData>(path(['task', id, 'hint']), {})
      reload()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  const count = step.hints.length
  return (
    <>
      <div aria-live="polite" class="hints">
        {step.hints.slice(0, shown).map((hint, at) => (
          <Fragment key={hint}>
            <h4>
              Hint {at + 1} of {count}
            </h4>
            <HintText hint={hint} />
          </Fragment>
        ))}
      </div>
      {shown >= count ? null : (
        <p class="fields">
          <button type="button" onClick={next}>
            {shown === 0 ? 'Hint' : 'Next hint'}
          </button>
          <span class="dim small">
            {shown} of {count} shown
          </span>
        </p>
      )}
      {failure === undefined ? null : <Refusal failure={failure} />}
    </>
  )
}

/** Paragraphs, and code, which begins with blanks. */
export function HintText({ hint }: { hint: string }) {
  const parts: string[] = []
  for (const part of hint.split('\n\n')) {
    const last = parts.at(-1)
    // A blank line in code parts nothing.
    if (part.startsWith('  ') && last?.startsWith('  '))
      parts[parts.length - 1] = `${last}\n\n${part}`
    else parts.push(part)
  }
  return (
    <>
      {parts.map((part) =>
        part.startsWith('  ') ? (
          <pre key={part}>{part.replace(/^ {2}/gm, '')}</pre>
        ) : (
          <p key={part}>
            <Ticks text={part.replaceAll('\n', ' ')} />
          </p>
        ),
      )}
    </>
  )
}

/** Text in which code stands between backticks. */
export function Ticks({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>
  )
}

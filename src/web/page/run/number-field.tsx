/** A number or a percentage, typed as people write it. */
import { useState } from 'preact/hooks'
import { type FieldProps, SkipButton } from './field.tsx'
import { readGuess, unitOf } from './guess.ts'

export function NumberField({ prediction, kept, keep }: FieldProps<'number' | 'percent'>) {
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
    if (guess.value !== kept) keep(guess.value)
  }
  const skip = () => {
    setTyped(undefined)
    setWrong(undefined)
    keep(null)
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
        value={typed ?? (typeof kept === 'number' ? String(kept) : '')}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-unit${wrong === undefined ? '' : ` ${id}-wrong`}`}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={(event) => read(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') read(event.currentTarget.value)
        }}
      />{' '}
      <span id={`${id}-unit`}>{unitOf(prediction)}</span> <SkipButton kept={kept} keep={skip} />
      {wrong === undefined ? null : (
        <span id={`${id}-wrong`} class="wrong" role="alert">
          ✗ {wrong}
        </span>
      )}
    </p>
  )
}

/** What the fields of all kinds of predictions have in common. */
import type { Guess, PredictionCard } from '../../api-types.ts'

/** What is known of a guess: undefined where there is none yet, null where it was skipped. */
export type Kept = Guess | null | undefined

export interface FieldProps<Kind extends PredictionCard['kind']> {
  prediction: Extract<PredictionCard, { kind: Kind }>
  kept: Kept
  keep(guess: Guess | null): void
}

/** For the fields that are no list of options. */
export function SkipButton({ kept, keep }: { kept: Kept; keep(guess: null): void }) {
  return (
    <button type="button" aria-pressed={kept === null} onClick={() => keep(null)}>
      I do not know
    </button>
  )
}

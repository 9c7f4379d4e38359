/** How far a whole experiment has come, and how long the rest of it will take. */
import type { Emit } from '../run/events.ts'

/** The steps of an experiment that are of one kind. */
export interface Steps {
  /** How many there will be. */
  count: number
  /** How long one should take, in seconds; only the proportions matter. */
  seconds: number
}

export interface Stopwatch<Kind extends string> {
  /** A step begins. */
  begin(text: string): void
  /** It is over. */
  end(kind: Kind): void
}

/** Weighs each step by the time it should take, and corrects that by the time the others took. */
export function stopwatch<Kind extends string>(
  steps: Record<Kind, Steps>,
  emit: Emit,
): Stopwatch<Kind> {
  const startedAt = performance.now()
  let total = 0
  for (const { count, seconds } of Object.values<Steps>(steps)) total += count * seconds
  let over = 0
  return {
    begin(text) {
      const seconds = (performance.now() - startedAt) / 1000
      // Before the first step nothing is known of this machine's speed.
      const left = over === 0 ? {} : { secondsLeft: (seconds / over) * (total - over) }
      emit({ type: 'progress', share: over / total, text, ...left })
    },
    end(kind) {
      over += steps[kind].seconds
    },
  }
}

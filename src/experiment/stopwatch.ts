/** How far a whole experiment has come, and how long the rest of it will take. */
import type { Emit } from '../run/events.ts'

/** The steps of an experiment that are of one kind. */
export interface Steps {
  /** How many there will be. */
  count: number
  /** How long one should take on a quiet machine, in seconds. */
  seconds: number
}

export interface Stopwatch<Kind extends string> {
  /** A step begins. */
  begin(text: string): void
  /** It is over. */
  end(kind: Kind): void
}

/**
 * The share of an experiment that counts as already done in its planned time. Without it one slow step
 * at the beginning would multiply the time left.
 */
const AS_PLANNED = 0.25

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
      const planned = AS_PLANNED * total
      const pace = (planned + seconds) / (planned + over)
      // Before the first step nothing is known of this machine's speed.
      const left = over === 0 ? {} : { secondsLeft: pace * (total - over) }
      emit({ type: 'progress', share: over / total, text, ...left })
    },
    end(kind) {
      over += steps[kind].seconds
    },
  }
}

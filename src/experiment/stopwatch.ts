/** How far a whole experiment has come, and how long the rest of it will take. */
import type { MeasuredRun } from './measured-run.ts'

/** Told how far a whole experiment has come. */
export interface ExperimentWatcher {
  step(text: string): void
  /**
   * @param share of the experiment that is over, 0 to 1
   * @param secondsLeft an estimate from the time it took so far; undefined at the beginning
   * @param text what is being done now
   */
  progress(share: number, secondsLeft: number | undefined, text: string): void
  /** Told of each run when it is over. */
  measured?(target: string, run: MeasuredRun): void
}

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
  watcher: ExperimentWatcher,
): Stopwatch<Kind> {
  const startedAt = performance.now()
  let total = 0
  for (const { count, seconds } of Object.values<Steps>(steps)) total += count * seconds
  let over = 0
  return {
    begin(text) {
      const seconds = (performance.now() - startedAt) / 1000
      const left = over === 0 ? undefined : (seconds / over) * (total - over)
      watcher.progress(over / total, left, text)
    },
    end(kind) {
      over += steps[kind].seconds
    },
  }
}

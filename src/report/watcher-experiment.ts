import type { ProgressLine } from '../cli/progress.ts'
import type { ExperimentWatcher } from '../experiment/stopwatch.ts'

/** Shows on a progress line how far a whole experiment has come, and how long it will still take. */
export function experimentWatcherOn(line: ProgressLine): ExperimentWatcher {
  return {
    step: (text) => line.step(text),
    progress: (share, secondsLeft, text) => {
      const left = secondsLeft === undefined ? '' : `, ${timeText(secondsLeft)} left`
      line.update(share, `${text}${left}`)
    },
  }
}

/** `40 s`, `3 min`. */
export function timeText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`
}

import type { ProgressLine } from '../cli/progress.ts'
import type { ExperimentWatcher } from '../experiment/stopwatch.ts'
import type { LiveFigures } from '../run/running.ts'
import { serverBusy } from './stage-report.ts'

/** Shows on a progress line how far a whole experiment has come, and how long it will still take. */
export function experimentWatcherOn(line: ProgressLine): ExperimentWatcher {
  let live: LiveFigures | null = null
  return {
    step: (text) => line.step(text),
    progress: (share, secondsLeft, text) => {
      const left = secondsLeft === undefined ? '' : `, ${timeText(secondsLeft)} left`
      const news = { step: text, secondsLeft: secondsLeft ?? null, live }
      line.update(share, `${text}${left}`, news)
    },
    // Runs of a second are told when they are over: to ask in the middle would cost the client.
    measured: (target, run) => {
      const { test, requestsPerSecond, latency, client } = run.summary
      live = {
        of: `${target}: ${test.toUpperCase()}`,
        requestsPerSecond,
        latency: { p50: latency.p50, p99: latency.p99 },
        serverBusy: serverBusy(run) ?? null,
        clientBusy: client?.busy ?? null,
      }
    },
  }
}

/** `40 s`, `3 min`. */
export function timeText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`
}

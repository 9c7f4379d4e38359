import type { ProgressLine } from '../cli/progress.ts'
import type { Watcher } from '../experiment/benchmark.ts'
import { whole } from './format.ts'

/**
 * Shows on a progress line what an experiment tells of itself. The terminal gets the rate; whoever
 * follows the command from elsewhere gets all that is known.
 */
export function watcherOn(line: ProgressLine): Watcher {
  let step = ''
  return {
    step: (text, secondsLeft) => {
      step = text
      line.step(text, secondsLeft)
    },
    progress: ({ share, requestsPerSecond, latency, clientBusy, serverBusy = null }) =>
      line.update(share, `${whole(requestsPerSecond)} requests/s`, {
        live: { of: step, requestsPerSecond, latency, serverBusy, clientBusy },
      }),
  }
}

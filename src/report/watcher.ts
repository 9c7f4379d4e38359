import type { ProgressLine } from '../cli/progress.ts'
import type { Watcher } from '../experiment/benchmark.ts'
import { whole } from './format.ts'

/** Shows on a progress line what an experiment tells of itself. */
export function watcherOn(line: ProgressLine): Watcher {
  return {
    step: (text) => line.step(text),
    progress: ({ share, requestsPerSecond }) =>
      line.update(share, `${whole(requestsPerSecond)} requests/s`),
  }
}

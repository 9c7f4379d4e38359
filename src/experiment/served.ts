/**
 * How many requests a load has served by now, although it reports only ten times a second: what turns
 * the samples of a window into microseconds, or bytes, per request. Between two reports the rate of
 * the last one is taken to go on, so over a window of seconds the count is right to about 1 %.
 */
import type { Progress, Summary } from '../load/control.ts'

export interface Served {
  /** A run begins. */
  started(): void
  progress(progress: Pick<Progress, 'done' | 'requestsPerSecond'>): void
  /** A run has ended: its true count takes the place of what was reported on the way. */
  finished(summary: Pick<Summary, 'requests'>): void
  /** Requests served since counting began, an estimate while a run is under way. */
  now(): number
}

/** Reports come every 100 ms; when one is late, the load is being delayed. */
const LONGEST_GAP_MS = 200

/** @param clock milliseconds on a clock that never steps back */
export function countServed(clock: () => number = () => performance.now()): Served {
  let settled = 0
  let done = 0
  let at = 0
  let perMs = 0
  let running = false
  return {
    started() {
      running = true
      done = 0
      at = clock()
    },
    progress(progress) {
      done = progress.done
      perMs = progress.requestsPerSecond / 1000
      at = clock()
    },
    finished({ requests }) {
      running = false
      settled += requests
    },
    now() {
      if (!running) return settled
      return settled + done + perMs * Math.min(LONGEST_GAP_MS, clock() - at)
    },
  }
}

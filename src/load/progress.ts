/** The reports that a progress bar is drawn from. */
import type { Progress } from './summary.ts'

const progressMs = 100

/**
 * Reports on a round about ten times a second; returns what ends the reports.
 * @param round requests answered and requests in all; Infinity when the clock bounds it
 * @param startedAt and `deadline`, in ms of `performance.now`; Infinity when a number bounds it
 */
export function reportProgress(
  round: Readonly<{ done: number; total: number }>,
  startedAt: number,
  deadline: number,
  onProgress: (progress: Progress) => void,
): () => void {
  let lastAt = startedAt
  let lastDone = 0
  const timer = setInterval(() => {
    const now = performance.now()
    const byCount = round.done / round.total
    const byTime = (now - startedAt) / (deadline - startedAt)
    onProgress({
      done: round.done,
      total: Number.isFinite(round.total) ? round.total : null,
      share: Math.min(1, Math.max(byCount, byTime)),
      requestsPerSecond: ((round.done - lastDone) / (now - lastAt)) * 1000,
    })
    lastAt = now
    lastDone = round.done
  }, progressMs)
  return () => clearInterval(timer)
}

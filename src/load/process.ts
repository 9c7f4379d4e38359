/**
 * The load generator's process. It does what the lab orders over the IPC channel, and ends when the
 * channel closes, as it does however the lab ends. An exception here that is no failure of the
 * server is a bug of the lab: it crashes the process, and the lab reports that.
 */

import { type Failure, toFailure } from '../run/lab-error.ts'
import { createMeasuredLoad, type MeasuredLoad } from './measured-load.ts'
import type { Progress, Summary } from './summary.ts'
import type { Address, RunRequest, Workload } from './workload.ts'

/** What the lab orders, one at a time. */
export type Order =
  | { kind: 'open'; target: Address; workload: Workload; silenceMs: number }
  | { kind: 'fill'; pipeline?: number }
  | { kind: 'run'; request: RunRequest; progress: boolean }
  | { kind: 'verify' }

/** What the process answers. */
export type Answer =
  | { kind: 'done' }
  | { kind: 'summary'; summary: Summary }
  | { kind: 'progress'; progress: Progress }
  /** The last answer: the process ends after it. */
  | { kind: 'failed'; failure: Failure }

let load: MeasuredLoad | undefined

process.on('disconnect', () => process.exit())
// An orderly exit: V8 writes the end of a log or profile then.
process.on('SIGTERM', () => process.exit())
process.on('message', async (order: Order) => {
  switch (order.kind) {
    case 'open':
      load = createMeasuredLoad(order.target, order.workload, order.silenceMs, (error) =>
        answer({ kind: 'failed', failure: toFailure(error) }, () => process.exit()),
      )
      await load.open()
      return answer({ kind: 'done' })
    case 'fill':
      await load!.fill(order.pipeline)
      return answer({ kind: 'done' })
    case 'run': {
      const onProgress = order.progress
        ? (progress: Progress) => answer({ kind: 'progress', progress })
        : undefined
      const summary = await load!.run(order.request, onProgress)
      return answer({ kind: 'summary', summary })
    }
    case 'verify':
      await load!.verify()
      return answer({ kind: 'done' })
  }
})

function answer(message: Answer, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent)
}

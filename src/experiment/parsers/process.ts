/**
 * The process in which all parsers are timed. Its first argument is the plan, as JSON; it tells the
 * lab of its steps, and of the result, over the IPC channel, and ends with it.
 */
import { LabError } from '../../run/lab-error.ts'
import { type BenchPlan, type BenchResult, benchParsers } from './bench.ts'

/** What the process says. */
export type Told =
  | { kind: 'step'; text: string }
  | { kind: 'result'; result: BenchResult }
  | { kind: 'failed'; message: string; means: string | undefined; next: string | undefined }

process.on('disconnect', () => process.exit())

try {
  const plan: BenchPlan = JSON.parse(process.argv[2]!)
  const result = await benchParsers(plan, (text) => tell({ kind: 'step', text }))
  tell({ kind: 'result', result }, () => process.exit())
} catch (error) {
  if (!(error instanceof LabError)) throw error
  const { message, means, next } = error
  tell({ kind: 'failed', message, means, next }, () => process.exit())
}

function tell(told: Told, sent?: () => void): void {
  process.send?.(told, undefined, undefined, sent)
}

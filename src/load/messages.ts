/** What the lab and its load process say to each other over the IPC channel, one order at a time. */
import type { LabError } from '../run/lab-error.ts'
import type { Progress, Summary } from './summary.ts'
import type { Address, RunRequest, Workload } from './workload.ts'

export type Order =
  | { kind: 'open'; target: Address; workload: Workload; silenceMs: number }
  | { kind: 'fill' }
  | { kind: 'run'; request: RunRequest; progress: boolean }
  | { kind: 'verify' }

export type Answer =
  | { kind: 'done' }
  | { kind: 'summary'; summary: Summary }
  | { kind: 'progress'; progress: Progress }
  /** The last answer: the process ends after it. */
  | { kind: 'failed'; failure: Failure }

/** A LabError as data. */
export interface Failure {
  happened: string
  means?: string
  next?: string
}

export function toFailure(error: LabError): Failure {
  return {
    happened: error.message,
    ...(error.means === undefined ? {} : { means: error.means }),
    ...(error.next === undefined ? {} : { next: error.next }),
  }
}

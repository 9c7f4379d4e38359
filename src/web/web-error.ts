/** Errors as the page gets them: JSON with what happened, what it means and what to do. */
import type { Context } from 'hono'
import { LabError, toFailure } from '../run/lab-error.ts'
import type { ErrorBody, Failure } from './api/index.ts'

/** An error with the status of its answer. */
export class WebError extends Error {
  override readonly name = 'WebError'
  readonly status: 400 | 403 | 404 | 409 | 413
  readonly failure: Failure
  /** What the answer has beside the failure. */
  readonly more: Omit<ErrorBody, 'error'>

  constructor(status: WebError['status'], failure: Failure, more: WebError['more'] = {}) {
    super(failure.happened)
    this.status = status
    this.failure = failure
    this.more = more
  }
}

/** @param happened a sentence without a full stop */
export function notFound(happened: string, next?: string): WebError {
  return new WebError(404, { happened, ...(next === undefined ? {} : { next }) })
}

export function wrongOrder(happened: string): WebError {
  return new WebError(400, { happened })
}

/** The answer to whatever was thrown. A fault of the lab itself is printed in its terminal. */
export function errorAnswer(thrown: Error, context: Context): Response {
  if (thrown instanceof WebError) {
    const { status, failure, more } = thrown
    return context.json({ error: failure, ...more } satisfies ErrorBody, status)
  }
  if (thrown instanceof LabError) {
    const body: ErrorBody = { error: toFailure(thrown) }
    return context.json(body, 500)
  }
  console.error(thrown)
  const happened = 'a fault in the lab itself; the terminal that runs npm run lab says more'
  return context.json({ error: { happened } } satisfies ErrorBody, 500)
}

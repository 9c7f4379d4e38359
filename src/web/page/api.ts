/** Asks the lab's server. */
import type { ErrorBody, Failure } from '../api-types.ts'

/** What the server would not do, with what it usually means and what to do next. */
export class Refused extends Error {
  readonly failure: Failure
  readonly body: ErrorBody

  constructor(body: ErrorBody) {
    super(body.error.happened)
    this.failure = body.error
    this.body = body
  }
}

const gone: ErrorBody = {
  error: {
    happened: 'the lab does not answer any more',
    means: 'npm run lab was ended, or the machine slept',
    next: 'npm run lab',
  },
}

/** @throws Refused */
export function get<T>(path: string): Promise<T> {
  return ask<T>(path, {})
}

/** @throws Refused */
export function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** @throws Refused */
export function remove<T>(path: string): Promise<T> {
  return ask<T>(path, { method: 'DELETE', headers: { 'content-type': 'application/json' } })
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch {
    throw new Refused(gone)
  }
  const body = await response.json().catch(() => ({
    error: { happened: `the lab answered ${response.status}` },
  }))
  if (!response.ok) throw new Refused(body as ErrorBody)
  return body as T
}

/** A path with what a name may hold made safe. */
export function path(
  parts: readonly string[],
  query: Record<string, string | undefined> = {},
): string {
  const words = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const search = words.length === 0 ? '' : `?${new URLSearchParams(words)}`
  return `/api/${parts.map((part) => part.split('/').map(encodeURIComponent).join('/')).join('/')}${search}`
}

/** Where the page gets its data: the lab's server, or the files of an exported page. */
import type { ErrorBody, Failure } from '../api/index.ts'

/** What is asked: a GET of a path without any, or an order. */
export interface Order {
  method: 'POST' | 'PUT' | 'DELETE'
  body?: unknown
}

/** Whether the server answers: `another lab` was started since, and does not know the page's token. */
export type Connection = 'there' | 'gone' | 'another lab'

export interface DataSource {
  /** @throws Refused */
  ask<T>(path: string, order?: Order): Promise<T>
  /**
   * A file that the page offers for download.
   * @throws Refused
   */
  getFile(path: string): Promise<Blob>
  /** Follows events, for as long as the page is open; a source without any does nothing. */
  follow(hear: (line: string) => void, isThere: (there: Connection) => void): void
}

/** `npm run lab` does not answer; the frame of the page says so too, for as long as it lasts. */
export const labGone: Failure = {
  happened: 'the lab does not answer',
  means: 'npm run lab has ended, or the machine slept',
  next: 'npm run lab',
}

/** The token of this tab is that of an `npm run lab` that has ended; another one has its port now. */
export const anotherLab: Failure = {
  happened: 'this tab belongs to an npm run lab that has ended, and another one was started since',
  means: 'each start has a new token, and this tab still has the old one',
  next: 'open the address that npm run lab has printed now',
}

/** A refusal of the source: what happened, what it usually means, what to do next. */
export class Refused extends Error {
  readonly failure: Failure
  readonly body: ErrorBody

  constructor(body: ErrorBody) {
    super(body.error.happened)
    this.failure = body.error
    this.body = body
  }
}

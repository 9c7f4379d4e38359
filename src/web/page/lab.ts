/**
 * The lab's server, as the page has it: what it is asked, what it says by itself, and the data that
 * all pages need.
 */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { ErrorBody, Events, Failure, LabData } from '../api-types.ts'

/** A refusal of the server: what happened, what it usually means, what to do next. */
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
    happened: 'the lab does not answer',
    means: 'npm run lab has ended, or the machine slept',
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

/** The path of a question to the server; names are escaped. */
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

export type Asked<T> =
  | { state: 'waiting'; before: T | undefined }
  | { state: 'here'; data: T }
  | { state: 'refused'; failure: Refused['failure'] }

/**
 * The server's answer to `address`. While the next one loads, the last one is kept as `before`, so
 * that the page does not become empty.
 * @param again loads again when it changes, e.g. after a run
 */
export function useData<T>(address: string | undefined, again?: unknown): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ state: 'waiting', before: undefined })
  useEffect(() => {
    if (address === undefined) return
    let wanted = true
    setAsked((last) => ({
      state: 'waiting',
      before: last.state === 'here' ? last.data : undefined,
    }))
    get<T>(address)
      .then((data) => wanted && setAsked({ state: 'here', data }))
      .catch((error) => {
        if (!(error instanceof Refused)) throw error
        if (wanted) setAsked({ state: 'refused', failure: error.failure })
      })
    return () => {
      wanted = false
    }
  }, [address, again])
  return asked
}

/** The data, also while newer data loads. */
export function dataOf<T>(asked: Asked<T>): T | undefined {
  if (asked.state === 'here') return asked.data
  return asked.state === 'waiting' ? asked.before : undefined
}

/** `/api/lab`, and a way to load it again. */
export interface Lab extends LabData {
  reload(): void
}

export const LabContext = createContext<Lab | undefined>(undefined)

/** @throws Error outside of the page */
export function useLab(): Lab {
  const lab = useContext(LabContext)
  if (lab === undefined) throw new Error('there is no lab around this component')
  return lab
}

type Listener<Name extends keyof Events> = (data: Events[Name]) => void

let events: EventSource | undefined

/** The stream of what happens; one for the whole page. */
function stream(): EventSource {
  events ??= new EventSource('/api/events')
  return events
}

/** Calls `listener` for each event of that name while the component is shown. */
export function useEvent<Name extends keyof Events>(name: Name, listener: Listener<Name>): void {
  useEffect(() => {
    const heard = (event: MessageEvent<string>) => listener(JSON.parse(event.data) as Events[Name])
    stream().addEventListener(name, heard)
    return () => stream().removeEventListener(name, heard)
  }, [name])
}

/** Calls `listener` with whether the server is there, whenever that changes. */
export function useConnection(listener: (there: boolean) => void): void {
  useEffect(() => {
    const source = stream()
    const here = () => listener(true)
    const gone = () => listener(source.readyState === EventSource.OPEN)
    source.addEventListener('open', here)
    source.addEventListener('error', gone)
    return () => {
      source.removeEventListener('open', here)
      source.removeEventListener('error', gone)
    }
  }, [])
}

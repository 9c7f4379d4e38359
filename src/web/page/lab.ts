/**
 * The lab's server, as the page has it: what it is asked, what it says by itself, and the data that
 * all pages need.
 */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import {
  type ErrorBody,
  type Events,
  type Failure,
  type LabData,
  tokenHeader,
} from '../api-types.ts'

/** A refusal of the server: what happened, what it usually means, what to do next. */
export class Refused extends Error {
  readonly failure: Failure
  readonly body: ErrorBody

  constructor(body: ErrorBody) {
    super(body.error.happened)
    this.failure = body.error
    this.body = body
  }

  /** Whether the server does not answer at all. */
  get isGone(): boolean {
    return this.body === gone
  }
}

const gone: ErrorBody = {
  error: {
    happened: 'the lab does not answer',
    means: 'npm run lab has ended, or the machine slept',
    next: 'npm run lab',
  },
}

const withoutToken: ErrorBody = {
  error: {
    happened: 'this address lacks the token of the lab',
    means: 'without one, every page in this browser could use the lab',
    next: 'open the address that npm run lab has printed',
  },
}

let token: string | null | undefined

/**
 * The token is in the address that was printed, and then in the storage of this tab: unlike a cookie
 * it is sent to no other server, and not to another port either. It stays neither in the address
 * that is copied nor in the history.
 */
function tokenOfTab(): string | null {
  if (token !== undefined) return token
  const offered = new URLSearchParams(location.search).get('token')
  if (offered !== null) {
    sessionStorage.setItem(tokenHeader, offered)
    history.replaceState(null, '', `${location.pathname}${location.hash}`)
  }
  token = sessionStorage.getItem(tokenHeader)
  return token
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

/**
 * A file that the page offers for download.
 * @throws Refused
 */
export async function getFile(path: string): Promise<Blob> {
  return await (await answerTo(path, {})).blob()
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  return (await (await answerTo(path, init)).json()) as T
}

/** @throws Refused for every answer that is not 2xx, and if there is none */
async function answerTo(path: string, init: RequestInit): Promise<Response> {
  const own = tokenOfTab()
  if (own === null) throw new Refused(withoutToken)
  let response: Response
  try {
    response = await fetch(path, { ...init, headers: { ...init.headers, [tokenHeader]: own } })
  } catch {
    throw new Refused(gone)
  }
  if (response.ok) return response
  const body = await response.json().catch(() => ({
    error: { happened: `the lab answered ${response.status}` },
  }))
  throw new Refused(body as ErrorBody)
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
 * The server's answer to `address`. While the next one loads, the last one stays as `before`, so
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

const listeners = new Map<string, Set<(data: never) => void>>()
const watchers = new Set<(there: boolean) => void>()
let follows = false

/** A server that has ended, or a machine that slept, is asked again after this, ms. */
const AGAIN_MS = 1000

/** Follows what happens, once for the whole page, as long as it is open. */
async function follow(): Promise<void> {
  if (follows) return
  follows = true
  const isThere = (there: boolean) => {
    for (const watcher of watchers) watcher(there)
  }
  for (;;) {
    try {
      const { body } = await answerTo('/api/events', {})
      isThere(true)
      await readLines(body!, hear)
    } catch (failure) {
      // Without the right token it is never let in; the page says so.
      if (failure instanceof Refused && !failure.isGone) return
    }
    isThere(false)
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

function hear(line: string): void {
  const { name, data } = JSON.parse(line) as { name: string; data: never }
  for (const listener of listeners.get(name) ?? []) listener(data)
}

async function readLines(body: ReadableStream, onLine: (line: string) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (text + value).split('\n')
    text = lines.pop()!
    for (const line of lines) onLine(line)
  }
}

/** Calls `listener` for each event of that name while the component is shown. */
export function useEvent<Name extends keyof Events>(
  name: Name,
  listener: (data: Events[Name]) => void,
): void {
  useEffect(() => {
    const own = listeners.get(name) ?? new Set()
    listeners.set(name, own.add(listener))
    follow()
    return () => own.delete(listener)
  }, [name])
}

/** Calls `listener` with whether the server is there, whenever that may have changed. */
export function useConnection(listener: (there: boolean) => void): void {
  useEffect(() => {
    watchers.add(listener)
    follow()
    return () => watchers.delete(listener)
  }, [])
}

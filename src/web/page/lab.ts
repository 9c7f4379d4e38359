/**
 * The lab as the page has it: what is asked of its data source, what that says by itself, and the
 * data that all pages need.
 */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Events, LabData } from '../api/index.ts'
import { type Connection, type DataSource, Refused } from './source.ts'

export { path } from '../api-path.ts'
export { Refused }

let source: DataSource

/** Says where all data of the page comes from; before anything is drawn. */
export function readFrom(chosen: DataSource): void {
  source = chosen
}

/** @throws Refused */
export function get<T>(path: string): Promise<T> {
  return source.ask<T>(path)
}

/** @throws Refused */
export function post<T>(path: string, body: unknown): Promise<T> {
  return source.ask<T>(path, { method: 'POST', body })
}

/** @throws Refused */
export function put<T>(path: string, body: unknown): Promise<T> {
  return source.ask<T>(path, { method: 'PUT', body })
}

/** @throws Refused */
export function remove<T>(path: string): Promise<T> {
  return source.ask<T>(path, { method: 'DELETE' })
}

/**
 * A file that the page offers for download.
 * @throws Refused
 */
export function getFile(path: string): Promise<Blob> {
  return source.getFile(path)
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
const watchers = new Set<(there: Connection) => void>()
let follows = false

/** Follows what happens, once for the whole page, as long as it is open. */
function follow(): void {
  if (follows) return
  follows = true
  source.follow(hear, (there) => {
    for (const watcher of watchers) watcher(there)
  })
}

function hear(line: string): void {
  const { name, data } = JSON.parse(line) as { name: string; data: never }
  for (const listener of listeners.get(name) ?? []) listener(data)
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
export function useConnection(listener: (there: Connection) => void): void {
  useEffect(() => {
    watchers.add(listener)
    follow()
    return () => watchers.delete(listener)
  }, [])
}

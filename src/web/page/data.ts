/** Data of the server in components: asked for when a component is shown, and kept while it is. */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { LabData } from '../api-types.ts'
import { get, Refused } from './api.ts'

export type Asked<T> =
  | { state: 'waiting'; before: T | undefined }
  | { state: 'here'; data: T }
  | { state: 'refused'; failure: Refused['failure'] }

/**
 * What the server answers to `address`. While a new one is asked for, the last one is still there as
 * `before`, so that the page need not become empty.
 * @param again asks anew when it changes, e.g. after a run
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

/** The data, also while new ones are awaited. */
export function dataOf<T>(asked: Asked<T>): T | undefined {
  if (asked.state === 'here') return asked.data
  return asked.state === 'waiting' ? asked.before : undefined
}

/** `/api/lab`, and a way to ask for it anew. */
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

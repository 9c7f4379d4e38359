/** The search in a graph: what the reader has typed, and the frames that match it. */
import { useMemo, useState } from 'preact/hooks'
import { type Found, layOut, type Query, readQuery, search } from './layout.ts'
import type { Drawn } from './use-drawn.ts'

export interface Search {
  term: string
  setTerm: (term: string) => void
  query: Query
  /** Undefined: nothing is searched for. */
  found: Found | undefined
}

/** Kernel functions that are not drawn are found as well. */
export function useSearch({ whole, tree, layout, widthOf }: Drawn): Search {
  const [term, setTerm] = useState('')
  const query = useMemo(() => readQuery(term), [term])
  const isSearching = query.kind === 'test'
  const searched = useMemo(
    () => (tree === whole || !isSearching ? layout : layOut(whole, widthOf)),
    [tree, layout, whole, widthOf, isSearching],
  )
  const found = useMemo(
    () => (query.kind === 'test' ? search(searched, query.test, widthOf) : undefined),
    [searched, query],
  )
  return { term, setTerm, query, found }
}

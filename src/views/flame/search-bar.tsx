/** The search field of a graph, what it has found, and the ways back to the whole graph. */
import type { RefObject } from 'preact'
import { counted } from '../../measure/format.ts'
import type { Found, Query } from './layout.ts'

interface Shown {
  field: RefObject<HTMLInputElement | null>
  term: string
  setTerm: (term: string) => void
  query: Query
  /** Undefined: nothing is searched for. */
  found: Found | undefined
  /** A share of the graph as text. */
  share: (part: number) => string
  nextMatch: (by: 1 | -1) => void
  up: () => void
  showAll: () => void
}

export function SearchBar(shown: Shown) {
  const { field, term, setTerm, found, nextMatch, up, showAll } = shown
  return (
    <div class="flame-tools">
      <label>
        Find{' '}
        <input
          id="flame-search"
          type="search"
          placeholder="name or file, or /expression/"
          title="Enter: the next match; Shift+Enter: the one before"
          ref={field}
          value={term}
          aria-describedby="flame-found"
          onInput={({ currentTarget }) => setTerm(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            nextMatch(event.shiftKey ? -1 : 1)
          }}
        />
      </label>
      <span id="flame-found" role="status">
        {foundText(shown)}
      </span>
      {found === undefined || found.cells.length === 0 ? null : (
        <span class="dim small">Enter: next match</span>
      )}
      <button type="button" onClick={up}>
        One level up
      </button>
      <button type="button" onClick={showAll}>
        Whole graph
      </button>
    </div>
  )
}

function foundText({ query, found, share }: Shown): string {
  if (query.kind === 'wrong') return `Not a regular expression: ${query.message}`
  if (found === undefined) return ''
  const { cells, total, self } = found
  return `${counted(cells.length, 'frame')}: total ${share(total)}, self ${share(self)}`
}

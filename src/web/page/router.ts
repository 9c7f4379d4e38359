/** Where the reader is: kept behind the `#` of the address, so that it can be linked to and gone back from. */
import { useEffect, useState } from 'preact/hooks'

export const views = ['chapter', 'flame', 'difference', 'figures', 'run'] as const
/** What is shown of a stage. */
export type View = (typeof views)[number]

export type Place =
  | { page: 'stage'; number: number; view: View; query: URLSearchParams }
  | { page: 'compare' | 'findings' | 'start'; query: URLSearchParams }
  | { page: 'chapter'; name: string; query: URLSearchParams }
  | { page: 'source'; file: string; query: URLSearchParams }
  | { page: 'unknown'; query: URLSearchParams }

/** `#/stage/2/flame?run=…` and the like; what is none of them is `unknown`. */
export function readPlace(hash: string): Place {
  const [way = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const query = new URLSearchParams(search)
  const [page = '', ...rest] = way
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
  if (page === '') return { page: 'start', query }
  if (page === 'compare' || page === 'findings') return { page, query }
  if (page === 'source' && rest.length > 0) return { page, file: rest.join('/'), query }
  // A stage's chapter has its diff beside it.
  const told = page === 'chapter' ? /^stage(\d+)$/.exec(rest.join('/'))?.[1] : undefined
  if (told !== undefined) return { page: 'stage', number: Number(told), view: 'chapter', query }
  if (page === 'chapter' && rest.length > 0) return { page, name: rest.join('/'), query }
  const number = Number(rest[0])
  const view = (rest[1] ?? 'chapter') as View
  if (page === 'stage' && Number.isInteger(number) && views.includes(view)) {
    return { page, number, view, query }
  }
  return { page: 'unknown', query }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address of a stage's view. */
export function stageAddress(
  number: number,
  view: View = 'chapter',
  query: Record<string, string | undefined> = {},
): string {
  const words = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const search = words.length === 0 ? '' : `?${new URLSearchParams(words)}`
  return `#/stage/${number}${view === 'chapter' ? '' : `/${view}`}${search}`
}

export function chapterAddress(name: string, piece?: string): string {
  return `#/chapter/${name}${piece === undefined ? '' : `?piece=${encodeURIComponent(piece)}`}`
}

/** Where the reader is now; a component that asks is drawn again when that changes. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const changed = () => setHash(location.hash)
    addEventListener('hashchange', changed)
    changed() // it may have changed before anybody listened
    return () => removeEventListener('hashchange', changed)
  }, [])
  return readPlace(hash)
}

/** Where the reader is, and the title of it: saved after the `#` of the address, so links and Back work. */
import { useEffect, useState } from 'preact/hooks'
import type { LabData } from '../api/index.ts'

export const views = ['chapter', 'run', 'flame', 'difference', 'figures'] as const
/** What is shown of a stage, in the order of the work. */
export type View = (typeof views)[number]

export const exerciseViews = ['run', 'result'] as const
/** What is shown of an exercise. */
export type ExerciseView = (typeof exerciseViews)[number]

export type Place =
  | { page: 'stage'; number: number; view: View; query: URLSearchParams }
  /** The task of a stage or an exercise alone. */
  | { page: 'task'; id: string; query: URLSearchParams }
  | { page: 'exercise'; id: string; view: ExerciseView; query: URLSearchParams }
  | { page: 'compare' | 'file' | 'findings' | 'pitfalls' | 'start'; query: URLSearchParams }
  /** All recordings with one thing wrong, or the one of that number. */
  | { page: 'lies'; number: number | undefined; query: URLSearchParams }
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
  if (page === 'compare' || page === 'findings' || page === 'file' || page === 'pitfalls') {
    return { page, query }
  }
  if (page === 'lies' && /^\d*$/.test(rest[0] ?? '')) {
    return { page, number: rest[0] === undefined ? undefined : Number(rest[0]), query }
  }
  if (page === 'task' && rest[0] !== undefined) return { page, id: rest[0], query }
  if (page === 'source' && rest.length > 0) return { page, file: rest.join('/'), query }
  // A stage's chapter is a view of the stage.
  const ofStage = page === 'chapter' ? /^stage(\d+)$/.exec(rest.join('/'))?.[1] : undefined
  if (ofStage !== undefined)
    return { page: 'stage', number: Number(ofStage), view: 'chapter', query }
  if (page === 'chapter' && rest.length > 0) return { page, name: rest.join('/'), query }
  const shown = (rest[1] ?? 'run') as ExerciseView
  if (page === 'exercise' && rest[0] !== undefined && exerciseViews.includes(shown)) {
    return { page, id: rest[0], view: shown, query }
  }
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

/** The chapter of the exercises. */
export const exercisesChapter = 'your-own-server'

/** The address of a stage's view. */
export function stageAddress(
  number: number,
  view: View = 'chapter',
  query: Record<string, string | undefined> = {},
): string {
  return `#/stage/${number}${view === 'chapter' ? '' : `/${view}`}${searchOf(query)}`
}

/** The address of an exercise's view. */
export function exerciseAddress(
  id: string,
  view: ExerciseView = 'run',
  query: Record<string, string | undefined> = {},
): string {
  return `#/exercise/${id}${view === 'run' ? '' : `/${view}`}${searchOf(query)}`
}

function searchOf(query: Record<string, string | undefined>): string {
  const words = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  return words.length === 0 ? '' : `?${new URLSearchParams(words)}`
}

/** @param id of a stage or an exercise */
export function taskAddress(id: string): string {
  return `#/task/${id}`
}

/** @param number of a recording; undefined: the list of them */
export function lieAddress(number?: number): string {
  return number === undefined ? '#/lies' : `#/lies/${number}`
}

export function chapterAddress(name: string, piece?: string): string {
  return `#/chapter/${name}${piece === undefined ? '' : `?piece=${encodeURIComponent(piece)}`}`
}

/** Where the reader is now. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const changed = () => setHash(location.hash)
    addEventListener('hashchange', changed)
    changed() // it may have changed before the listener was there
    return () => removeEventListener('hashchange', changed)
  }, [])
  return readPlace(hash)
}

const NAME = 'Profiling lab'

/** What a stage's views are called, in its tabs too. */
export const viewTitles: Record<View, string> = {
  chapter: 'Read',
  run: 'Predict and run',
  flame: 'Flame graph',
  difference: 'Difference',
  figures: 'Figures',
}

export const exerciseViewTitles: Record<ExerciseView, string> = {
  run: 'Predict and run',
  result: 'Figures and flame graph',
}

function titleOf(place: Place, chapters: LabData['chapters']): string {
  switch (place.page) {
    case 'start':
      return NAME
    case 'stage':
      return `Stage ${place.number}, ${viewTitles[place.view]} · ${NAME}`
    case 'exercise':
      return `Exercise ${place.id}, ${exerciseViewTitles[place.view]} · ${NAME}`
    case 'task':
      return `Task of ${place.id} · ${NAME}`
    case 'compare':
      return `Compare · ${NAME}`
    case 'file':
      return `A profile from a file · ${NAME}`
    case 'findings':
      return `Findings · ${NAME}`
    case 'pitfalls':
      return `Pitfalls · ${NAME}`
    case 'lies':
      return `Find the lie${place.number === undefined ? '' : `, recording ${place.number}`} · ${NAME}`
    case 'chapter':
      return `${chapters.find(({ name }) => name === place.name)?.title ?? place.name} · ${NAME}`
    case 'source':
      return `${place.file} · ${NAME}`
    case 'unknown':
      return `Not found · ${NAME}`
  }
}

/** What the window, and a screen reader, call the place. */
export function useTitle(place: Place, chapters: LabData['chapters'] = []): void {
  const title = titleOf(place, chapters)
  useEffect(() => {
    document.title = title
  }, [title])
}

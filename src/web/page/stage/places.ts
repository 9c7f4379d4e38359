/** The hunks and pieces that an address names, and how one of them comes into view. */

import { useEffect } from 'preact/hooks'
import type { ChapterPiece, DiffData, DiffFile } from '../../api-types.ts'

/** `reader.ts:2`: a hunk in an address. */
export function hunkName(file: string, number: number): string {
  return `${file}:${number}`
}

/** What a hunk is called in the page, as an id. */
export function hunkId(name: string): string {
  return `hunk-${name}`
}

/** Hunks that a piece of the chapter speaks of, by their names, in the order of the diff. */
export function hunksOfPiece(diff: DiffData, piece: ChapterPiece, chapter: string): string[] {
  return diff.files.flatMap(({ name, hunks }) =>
    hunks
      .filter(({ pieces }) =>
        pieces.some((ref) => ref.chapter === chapter && ref.piece === piece.id),
      )
      .map(({ number }) => hunkName(name, number)),
  )
}

/** Pieces that speak of a hunk, by their ids. */
export function piecesOfHunk(diff: DiffData, name: string): string[] {
  for (const file of diff.files) {
    const found = file.hunks.find(({ number }) => hunkName(file.name, number) === name)
    if (found !== undefined) return found.pieces.map(({ piece }) => piece)
  }
  return []
}

/** `reader.ts, hunk 2`; of a file that is new, its name alone. */
export function hunkText(diff: DiffData, name: string): string {
  const [file = '', number] = name.split(':')
  const found = diff.files.find((one) => one.name === file)
  return found?.hunks.length === 1 ? file : `${file}, hunk ${number}`
}

/** Whether a file of the difference has anything to show. */
export function isChanged({ hunks }: DiffFile): boolean {
  return hunks.length > 0
}

/** Scrolls to the element of that id: its own pane if that scrolls, else the page. */
export function reveal(id: string): void {
  const element = document.getElementById(id)
  if (element === null) return
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true
  }
  element.focus({ preventScroll: true })
  const pane = element.closest<HTMLElement>('[data-pane]')
  if (pane === null || getComputedStyle(pane).overflowY !== 'auto') {
    element.scrollIntoView({ block: 'start' })
    return
  }
  // The page does not scroll: the chapter beside stays in place.
  const from = pane.getBoundingClientRect().top
  pane.scrollTop += element.getBoundingClientRect().top - from - margin
}

/** Room for the head of the pane, which stays, and for the name of the file above its first hunk. */
const margin = 90

/**
 * Reveals an element when the address begins to ask for it.
 * @param ready false while it is not there yet
 */
export function useReveal(id: string | null, ready: boolean): void {
  useEffect(() => {
    if (id !== null && ready) reveal(id)
  }, [id, ready])
}

/** For a link to a place that the address names already: the browser would do nothing. */
export function again(id: string): (event: MouseEvent) => void {
  return ({ currentTarget }) => {
    if ((currentTarget as HTMLAnchorElement).hash === location.hash) reveal(id)
  }
}

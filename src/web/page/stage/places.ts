/** The hunks and pieces that an address names, and how one of them comes into view. */

import { useEffect } from 'preact/hooks'

/** `reader.ts:2`: a hunk in an address. */
export function hunkName(file: string, number: number): string {
  return `${file}:${number}`
}

/** What a hunk is called in the page, as an id. */
export function hunkId(name: string): string {
  return `hunk-${name}`
}

/** Scrolls to the element of that id, and gives it the focus. */
export function reveal(id: string): void {
  const element = document.getElementById(id)
  if (element === null) return
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true
  }
  element.focus({ preventScroll: true })
  element.scrollIntoView({ block: 'start' })
  // The code above the first prediction may fill a narrow window: it is to be above the next step.
  if (id === 'predict') {
    element.closest('.part')?.querySelector('fieldset')?.scrollIntoView({ block: 'nearest' })
  }
}

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

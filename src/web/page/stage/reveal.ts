/** Brings a place of the page into view, and the focus with it. */
import { useEffect } from 'preact/hooks'

/** Scrolls to the element of that id: its own pane where it is in one that scrolls, else the page. */
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
  // Not the page with it: the chapter beside shall stay where it is.
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

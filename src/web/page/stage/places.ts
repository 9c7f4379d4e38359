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

/**
 * Scrolls to the element of that id, and gives it the focus. There it stays while blocks above it
 * load, until the reader does something.
 */
export function reveal(id: string): void {
  const element = document.getElementById(id)
  if (element === null) return
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true
  }
  element.focus({ preventScroll: true })
  bring(element)
  hold(id)
}

function bring(element: HTMLElement): void {
  element.scrollIntoView({ block: 'start' })
  // The code above the first prediction may fill a narrow window: it is to be above the next step.
  if (element.id === 'predict') {
    element.closest('.part')?.querySelector('fieldset')?.scrollIntoView({ block: 'nearest' })
  }
}

/** What a reader does with the page: from then on it is theirs to scroll. */
const inputs = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

let release = () => {}

/** Keeps the element of that id at the top of the window when the page grows or shrinks. */
function hold(id: string): void {
  release()
  let last = standing(id)
  const align = () => {
    const element = document.getElementById(id)
    if (element !== null) bring(element)
    last = standing(id)
  }
  const observer = new ResizeObserver(align)
  const end = () => release()
  // By the scroll bar, or by what leads elsewhere: the element moves as far as the page is scrolled.
  const scrolled = () => {
    const { top, scrolled, height } = standing(id)
    const by = scrolled - last.scrolled
    if (by !== 0 && height >= last.height && Math.abs(top - last.top + by) < 1) end()
  }
  const focused = ({ target }: Event) => {
    if ((target as Element).id !== id) end()
  }
  release = () => {
    release = () => {}
    observer.disconnect()
    for (const name of inputs) removeEventListener(name, end, { capture: true })
    removeEventListener('scroll', scrolled)
    removeEventListener('focusin', focused)
  }
  for (const name of inputs) addEventListener(name, end, { capture: true, passive: true })
  addEventListener('scroll', scrolled)
  addEventListener('focusin', focused)
  observer.observe(document.body)
}

/** Where an element is in the window, and the window in the page, px. */
function standing(id: string) {
  const top = document.getElementById(id)?.getBoundingClientRect().top ?? Number.NaN
  return { top, scrolled: scrollY, height: document.body.scrollHeight }
}

/**
 * Reveals an element when the address begins to ask for it.
 * @param ready false while it is not there yet
 */
export function useReveal(id: string | null, ready: boolean): void {
  useEffect(() => {
    if (id === null || !ready) return
    reveal(id)
    return () => release()
  }, [id, ready])
}

/** For a link to a place that the address names already: the browser would do nothing. */
export function again(id: string): (event: MouseEvent) => void {
  return ({ currentTarget }) => {
    if ((currentTarget as HTMLAnchorElement).hash === location.hash) reveal(id)
  }
}

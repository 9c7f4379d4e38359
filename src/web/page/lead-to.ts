/** After a run: the focus, and what is in view. */
import { useEffect, useRef } from 'preact/hooks'
import type { PageRun } from '../api/index.ts'

/**
 * Leads the reader to the result of a run once it has ended: the button that had the focus is gone by
 * then, and the result may be below the fold. A reader who has moved elsewhere on the page stays.
 * @param run the run that is waited for; one that failed says so where its button was
 * @returns the `ref` of the result's heading, which has `tabIndex={-1}`; it may appear later
 */
export function useLeadTo(run: PageRun | null | undefined): { current: HTMLElement | null } {
  const target = useRef<HTMLElement>(null)
  const running = run?.state === 'running'
  const state = useRef({ was: running, due: false })
  useEffect(() => {
    const { was, due: before } = state.current
    const due = run?.state === 'done' && (before || was)
    state.current = { was: running, due }
    if (!due || target.current === null) return
    state.current.due = false
    const { activeElement } = document
    const lost = activeElement === null || activeElement === document.body
    const { top } = target.current.getBoundingClientRect()
    if (!lost || top < -innerHeight || top > 2 * innerHeight) return
    target.current.focus({ preventScroll: true })
    target.current.scrollIntoView({ block: 'start' })
  })
  return target
}

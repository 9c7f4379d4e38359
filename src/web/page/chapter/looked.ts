/** Whether the reader has looked at the flame graph of a stage: saved in this browser alone. */
import { useEffect, useState } from 'preact/hooks'

const STORE = 'redis-profiling-lab looked'
/** How long the graph is in view until it counts as looked at, ms. */
const LONG_ENOUGH_MS = 1500

/** The ids of stages. */
function readLooked(): string[] {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '[]')
  } catch {
    return []
  }
}

const listeners = new Set<() => void>()

function markLooked(stage: string): void {
  const all = readLooked()
  if (all.includes(stage)) return
  try {
    localStorage.setItem(STORE, JSON.stringify([...all, stage]))
  } catch {
    // A browser that saves nothing: the step is offered again.
  }
  for (const listener of listeners) listener()
}

/** The ids of the stages of which the reader has looked at the flame graph. */
export function useLooked(): readonly string[] {
  const [all, setAll] = useState(readLooked)
  useEffect(() => {
    const changed = () => setAll(readLooked())
    listeners.add(changed)
    return () => {
      listeners.delete(changed)
    }
  }, [])
  return all
}

/**
 * Marks a stage as looked at once the element has been in view for a while.
 * @param counts false while it does not count, as before the run
 */
export function useMarkLooked(
  element: { current: Element | null },
  stage: string,
  counts: boolean,
): void {
  useEffect(() => {
    if (!counts || element.current === null) return
    let timer = 0
    const watch = new IntersectionObserver((entries) => {
      clearTimeout(timer)
      if (entries.at(-1)!.isIntersecting) {
        timer = window.setTimeout(() => markLooked(stage), LONG_ENOUGH_MS)
      }
    })
    watch.observe(element.current)
    return () => {
      clearTimeout(timer)
      watch.disconnect()
    }
  }, [stage, counts])
}

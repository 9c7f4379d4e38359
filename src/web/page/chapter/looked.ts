/** Whether the flame graph and the task of a stage have been in view: saved in this browser alone. */
import { useEffect, useState } from 'preact/hooks'
import type { InView } from '../../next-step.ts'

const STORE = 'redis-profiling-lab looked'
/** How long it is in view until it counts as looked at, ms. */
const LONG_ENOUGH_MS = 1500

/** The ids of stages for their flame graphs, and `stage1 task` for their tasks. */
function readLooked(): string[] {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '[]')
  } catch {
    return []
  }
}

const listeners = new Set<() => void>()

function markLooked(name: string): void {
  const all = readLooked()
  if (all.includes(name)) return
  try {
    localStorage.setItem(STORE, JSON.stringify([...all, name]))
  } catch {
    // A browser that saves nothing: the step is offered again.
  }
  for (const listener of listeners) listener()
}

/** What of each stage the reader has looked at, by the id of the stage. */
export function useLooked(): (stage: string) => InView {
  const [all, setAll] = useState(readLooked)
  useEffect(() => {
    const changed = () => setAll(readLooked())
    listeners.add(changed)
    return () => {
      listeners.delete(changed)
    }
  }, [])
  return (stage) => ({ graph: all.includes(stage), task: all.includes(taskOf(stage)) })
}

/** The name of a stage's task for `useMarkLooked`. */
export function taskOf(stage: string): string {
  return `${stage} task`
}

/**
 * Marks something as looked at once the element has been in view for a while.
 * @param name the id of a stage for its flame graph, or `taskOf` it
 * @param counts false while it does not count, as before the run
 */
export function useMarkLooked(
  element: { current: Element | null },
  name: string,
  counts: boolean,
): void {
  useEffect(() => {
    if (!counts || element.current === null) return
    let timer = 0
    const watch = new IntersectionObserver((entries) => {
      clearTimeout(timer)
      if (entries.at(-1)!.isIntersecting) {
        timer = window.setTimeout(() => markLooked(name), LONG_ENOUGH_MS)
      }
    })
    watch.observe(element.current)
    return () => {
      clearTimeout(timer)
      watch.disconnect()
    }
  }, [name, counts])
}

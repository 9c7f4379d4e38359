/** How much of the window a flame graph has. */
import { useLayoutEffect, useState } from 'preact/hooks'

/**
 * How many pixels the graphs may be high: what is left of the window above what is below them.
 * If they begin far down in the window, the reader has to scroll anyway, and they may fill most of it.
 * @param part of the window that they have in any case, 0 to 1
 */
export function useRoom(
  graphs: { current: HTMLElement | null },
  below: { current: HTMLElement | null },
  part?: number,
): number {
  const [room, setRoom] = useState(0)
  useLayoutEffect(() => {
    const measure = () => {
      if (part !== undefined) {
        setRoom(Math.floor(innerHeight * part))
        return
      }
      const top = graphs.current!.getBoundingClientRect().top + scrollY
      const left = innerHeight - top - below.current!.offsetHeight - 8 - coveredBelow()
      setRoom(Math.floor(top > innerHeight * 0.6 ? innerHeight * 0.7 : left))
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(below.current!)
    watch.observe(graphs.current!.parentElement!)
    addEventListener('resize', measure)
    return () => {
      watch.disconnect()
      removeEventListener('resize', measure)
    }
  }, [])
  return room
}

/** What the page says that covers the lower edge of the window, in pixels. */
function coveredBelow(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0
}

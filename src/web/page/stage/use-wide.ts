/** Whether the window is as a media query says, and a new drawing when that changes. */
import { useEffect, useState } from 'preact/hooks'

export function useWide(query: string): boolean {
  const [wide, setWide] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const changed = () => setWide(list.matches)
    changed()
    list.addEventListener('change', changed)
    return () => list.removeEventListener('change', changed)
  }, [query])
  return wide
}

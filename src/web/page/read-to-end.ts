/** A chapter counts as read when its end was in view once. */
import { useEffect } from 'preact/hooks'
import type { CourseData } from '../api/index.ts'
import { post, Refused } from './lab.ts'
import type { Place } from './router.ts'

/** In windows: a shorter page is not loaded yet, or is no chapter. */
const LEAST_WINDOWS = 2

/** Reports to the lab when the end of a chapter comes into view. */
export function useReadToEnd(
  place: Place,
  main: { current: HTMLElement | null },
  reload: () => void,
): void {
  const chapter = chapterAt(place)
  useEffect(() => {
    if (chapter === null) return
    const look = () => {
      const rect = main.current?.getBoundingClientRect()
      const isLong = rect !== undefined && rect.height > LEAST_WINDOWS * innerHeight
      if (!isLong || rect.bottom > innerHeight + 100) return
      removeEventListener('scroll', look, { capture: true })
      post<CourseData>('/api/read', { chapter }).then(reload, (failure) => {
        // The tick is lost: the lab has ended, which the page says.
        if (!(failure instanceof Refused)) throw failure
      })
    }
    addEventListener('scroll', look, { passive: true, capture: true })
    return () => removeEventListener('scroll', look, { capture: true })
  }, [chapter])
}

function chapterAt(place: Place): string | null {
  if (place.page === 'stage' && place.view === 'chapter') return `stage${place.number}`
  return place.page === 'chapter' ? place.name : null
}

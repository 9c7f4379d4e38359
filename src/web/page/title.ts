/** What the window, and a screen reader, call the place where the reader is. */
import { useEffect } from 'preact/hooks'
import type { LabData } from '../api-types.ts'
import type { Place, View } from './router.ts'

const NAME = 'Profiling lab'

/** What a stage's views are called, in its tabs too. */
export const viewTitles: Record<View, string> = {
  chapter: 'Chapter and diff',
  flame: 'Flame graph',
  difference: 'Difference',
  figures: 'Figures',
  run: 'Run it',
}

export function titleOf(place: Place, chapters: LabData['chapters']): string {
  switch (place.page) {
    case 'start':
      return NAME
    case 'stage':
      return `Stage ${place.number}, ${viewTitles[place.view]} · ${NAME}`
    case 'compare':
      return `Compare · ${NAME}`
    case 'findings':
      return `Findings · ${NAME}`
    case 'chapter':
      return `${chapters.find(({ name }) => name === place.name)?.title ?? place.name} · ${NAME}`
    case 'source':
      return `${place.file} · ${NAME}`
    case 'unknown':
      return `Not found · ${NAME}`
  }
}

export function useTitle(place: Place, chapters: LabData['chapters'] = []): void {
  const title = titleOf(place, chapters)
  useEffect(() => {
    document.title = title
  }, [title])
}

/** What a page exported as files has in place of a server. */
import type { Interval } from '../../course/prediction.ts'
import type { Counted } from '../../measure/counted.ts'
import type { LessonProgress } from './course.ts'
import type { PredictionCard } from './lab.ts'

/** What the file `data/index.js` of an exported page holds. */
export interface ExportIndex {
  /** Every path that is answered. */
  paths: string[]
  /** By stage, what the recording answers to each prediction. */
  recorded: Record<string, RecordedAnswers>
}

export interface RecordedAnswers {
  run: NonNullable<LessonProgress['run']>
  predictions: {
    card: PredictionCard
    measured: Counted<number | string | readonly number[]>
    interval: Interval | null
    /** Why it came out so; '' if the recording does not have it. */
    because: string
  }[]
}

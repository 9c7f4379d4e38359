/** What a page exported as files has in place of a server. */
import type { Interval } from '../../course/prediction.ts'
import type { Counted } from '../../measure/counted.ts'
import type { LessonProgress } from './course.ts'
import type { PredictionCard } from './lab.ts'
import type { Explanation, SourcePiece } from './sources.ts'

/** What the file `data/index.js` of an exported page holds. */
export interface ExportIndex {
  /** Every path that is answered; that of a frame's explanation is in the answer for its stage. */
  paths: string[]
  /** By stage, what the recording answers to each prediction. */
  recorded: Record<string, RecordedAnswers>
}

/** The explanations of a stage's frames, by the keys of `exportedFrame`. */
export type ExportedExplanations = Record<string, ExportedExplanation>

/** Its sources are cut from the files. */
export type ExportedExplanation = Omit<Explanation, 'sources'> & {
  sources: Omit<SourcePiece, 'text'>[]
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

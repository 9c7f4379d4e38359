/** What a reader guessed, answered and ran. */
import type { Guess, Outcome } from '../../course/prediction.ts'

/** GET /api/course */
export interface CourseData {
  lessons: Record<string, LessonProgress>
  /** What the reader must know of how it is saved, a line each. */
  notes: string[]
}

export interface LessonProgress {
  guesses: Record<string, { guess: Guess | null; at: string }>
  outcomes: Record<string, OutcomeCard>
  answers: Record<string, { chosen: number | null; right: boolean; at: string }>
  run: {
    at: string
    recorded: boolean
    result: string | null
    machine: string
    /** A sentence if the machine was busy meanwhile. */
    busy?: string
  } | null
  done: string | null
  /** When its chapter was read to the end; null if it was not. */
  read: string | null
  /** The copy for its task was checked. */
  tried: boolean
  /** A check of the copy has reached the goal. */
  solved: boolean
}

export type OutcomeCard = Outcome & {
  /** What the recording says, if this machine could not measure it. */
  recorded?: Outcome
  /** Why it came out so. */
  because: string
}

/** POST /api/guess; a guess of null: skipped. Returns CourseData. */
export interface GuessOrder {
  /** Its id: that of its stage or exercise. */
  lesson: string
  prediction: string
  guess: Guess | null
}

/** POST /api/answer; returns CourseData. */
export interface AnswerOrder {
  /** Its id: that of its stage or exercise. */
  lesson: string
  question: string
  chosen: number | null
}

/** POST /api/read: a chapter was read to its end. Returns CourseData. */
export interface ReadOrder {
  /** Its name: `stage2`. */
  chapter: string
}

/** POST /api/recorded; judges the guesses by the recording, if nothing can be run. */
export interface RecordedOrder {
  /** Its id: that of its stage or exercise. */
  lesson: string
}

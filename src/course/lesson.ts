/** What a lesson consists of. There is one for each stage; the walkthrough and the chapter tell it. */
import type { Prediction } from './prediction.ts'

/** A question to check oneself, with one right answer among some. */
export interface Question {
  /** Unlike all others and never changed: what a reader answered is kept under it. */
  id: string
  ask: string
  options: readonly string[]
  /** Index of the right one. */
  answer: number
  /** Why it is the right one; said to whoever chose another one as well. */
  because: string
}

export interface Lesson {
  /** Id of the stage. */
  stage: string
  /** Of the load, in requests; the article's is 1, and batches show what the later stages change. */
  pipeline: number
  /** A paragraph each; said before anything is run, so they give nothing away. */
  about: readonly string[]
  /** The code that matters, by its name in the source. */
  code: {
    file: string
    region: string
    /** The members of it that are enough to guess by; all of it where they are not given. */
    parts?: readonly string[]
    /** What names in it mean that are explained elsewhere. */
    note?: string
  }
  predictions: readonly Prediction[]
  /** What to look for in the flame graph, a sentence or two each. */
  look: readonly string[]
  /** The walkthrough asks the first one, the chapter all of them. */
  questions: readonly Question[]
  /** What the step cost, or what it leaves to be done; said at the end. */
  cost: string
}

/**
 * What `course/lesson.ts` of a stage exports as `lesson`. Its ids and its file are the stage's own:
 * `reads` becomes `stage1.reads`, and `reader.ts` becomes `stages/stage1/reader.ts`.
 */
export type StageLesson = Omit<Lesson, 'stage'>

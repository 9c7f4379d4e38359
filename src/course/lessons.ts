/** The lessons, in the order of the stages: the walkthrough, the chapters and the page tell them. */
import { fromStages } from '../stages.ts'
import type { Prediction } from './prediction.ts'

/** A question to check oneself, with one right answer among some. */
export interface Question {
  /** Unique and never changed: what a reader answered is saved under it. */
  id: string
  ask: string
  options: readonly string[]
  /** Index of the right one. */
  answer: number
  /** Why it is the right one. */
  because: string
}

export interface Lesson {
  /** Id of the stage. */
  stage: string
  /** Of the load, in requests; the article's is 1, and batches show what the later stages change. */
  pipeline: number
  /** Keys of its load, if it is about more than one: then it is measured with one key as well. */
  keyspace?: number
  /** A paragraph each; said before anything is run, so they give nothing away. */
  about: readonly string[]
  /** The code that matters, by its name in the source. */
  code: {
    file: string
    region: string
    /** The members of it that are enough to guess by; default: all of it. */
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

export const lessons: readonly Lesson[] = [...(await fromStages<StageLesson>('lesson'))].map(
  ([stage, lesson]) => ({
    ...lesson,
    stage,
    code: { ...lesson.code, file: `stages/${stage}/${lesson.code.file}` },
    predictions: lesson.predictions.map((one) => ({ ...one, id: `${stage}.${one.id}` })),
    questions: lesson.questions.map((one) => ({ ...one, id: `${stage}.q.${one.id}` })),
  }),
)

/** The lesson of a stage. @throws Error if there is none: every stage has one */
export function lessonOf(stageId: string): Lesson {
  const lesson = lessons.find(({ stage }) => stage === stageId)
  if (lesson === undefined) throw new Error(`${stageId} has no lesson`)
  return lesson
}

/**
 * The lessons: of the stages in their order, then of the exercises on the server of
 * `docs/your-own-server`. The walkthrough and the page have all of them, the chapters those of stages.
 */
import { type Exercise, exerciseServer, exercises, fromExercises } from '../exercises.ts'
import type { Role } from '../flame/roles.ts'
import { fromStages } from '../stages.ts'
import type { StageEvidence } from './evidence.ts'
import type { ExerciseEvidence } from './exercise-evidence.ts'
import type { LessonEvidence, Prediction } from './prediction.ts'

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

/** @typeParam E what its predictions are judged by */
interface LessonTexts<E = LessonEvidence> {
  /** Of the stage or the exercise. */
  id: string
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
  predictions: readonly Prediction<E>[]
  /**
   * The reader knows how a lesson goes: the walkthrough takes fewer steps, and asks for what the first
   * lessons showed.
   */
  practised?: {
    /** Asked of the flame graph before its shares are shown and anything is said of it. */
    flame?: {
      ask: string
      /** Which of the roles, by their self time: 0 the widest. */
      place: 0 | 1
      among: readonly Role[]
      /** Said with the answer. */
      because: string
    }
  }
  /** What to look for in the flame graph, a sentence or two each. */
  look: readonly string[]
  /** The frame that the chapter speaks of first, by its name or label; default: the whole graph. */
  lookAt?: string
  /** The walkthrough asks the first one, the chapter all of them. */
  questions: readonly Question[]
  /** What the step cost, or what it leaves to be done; said at the end. */
  cost: string
}

export interface StageLesson extends LessonTexts {
  kind: 'stage'
  /** Of the load, in requests; the article's is 1, and batches show what the later stages change. */
  pipeline: number
  /** Keys of its load, if it is about more than one: then it is measured with one key as well. */
  keyspace?: number
}

export interface ExerciseLesson extends LessonTexts {
  kind: 'exercise'
  exercise: Exercise
}

export type Lesson = StageLesson | ExerciseLesson

/**
 * What `course/lesson.ts` of a stage exports as `lesson`. Its ids and its file are the stage's own:
 * `reads` becomes `stage1.reads`, and `reader.ts` becomes `stages/stage1/reader.ts`.
 */
export type StageLessonEntry = Omit<LessonTexts<StageEvidence>, 'id'> &
  Pick<StageLesson, 'pipeline' | 'keyspace'>

/** The same of `course/ID.ts` of an exercise. */
export type ExerciseLessonEntry = Omit<LessonTexts<ExerciseEvidence>, 'id'>

export const stageLessons: readonly StageLesson[] = [
  ...(await fromStages<StageLessonEntry>('lesson')),
].map(([id, lesson]) => ({ kind: 'stage', ...withIds(id, `stages/${id}`, lesson) }))

export const exerciseLessons: readonly ExerciseLesson[] = [
  ...(await fromExercises<ExerciseLessonEntry>('lesson')),
].map(([id, lesson], at) => ({
  kind: 'exercise',
  exercise: exercises[at]!,
  ...withIds(id, exerciseServer, lesson),
}))

export const lessons: readonly Lesson[] = [...stageLessons, ...exerciseLessons]

function withIds<T extends StageLessonEntry | ExerciseLessonEntry>(
  id: string,
  directory: string,
  lesson: T,
) {
  return {
    ...lesson,
    id,
    code: { ...lesson.code, file: `${directory}/${lesson.code.file}` },
    predictions: (lesson.predictions as readonly Prediction[]).map((one) => ({
      ...one,
      id: `${id}.${one.id}`,
    })),
    questions: lesson.questions.map((one) => ({ ...one, id: `${id}.q.${one.id}` })),
  }
}

/** The lesson of a stage. @throws Error if there is none: every stage has one */
export function lessonOf(stageId: string): StageLesson {
  const lesson = stageLessons.find(({ id }) => id === stageId)
  if (lesson === undefined) throw new Error(`${stageId} has no lesson`)
  return lesson
}

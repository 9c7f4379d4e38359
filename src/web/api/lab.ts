/** What there is in this lab: its stages and exercises, their lessons and tasks. */
import type { ArticleResult } from '../../article/figures.ts'
import type { Chapter as ChapterCard } from '../../course/chapters.ts'
import type { Role } from '../../flame/roles.ts'
import type { Machine } from '../../measure/machine.ts'
import type { Story } from '../../report/story-data.ts'
import type { CourseData } from './course.ts'
import type { ResultCard } from './results.ts'
import type { RunsData } from './runs.ts'
import type { SourcePiece } from './sources.ts'

/** GET /api/lab */
export interface LabData {
  machine: Machine
  /** `2 x AMD EPYC, 24 GiB, …` */
  machineLine: string
  stages: StageCard[]
  exercises: ExerciseCard[]
  chapters: ChapterCard[]
  article: readonly ArticleResult[]
  results: ResultCard[]
  /** What this machine cannot do, a sentence each. */
  notes: string[]
  /** How a role is coloured and what it means. */
  roles: { role: Role; colour: string; means: string }[]
  course: CourseData
  runs: RunsData
  /** The page was written as files by `npm run lab -- --export`: nothing can be run in it. */
  exported: boolean
  /** For `git clone`, in an exported page whose checkout had a public origin. */
  cloneFrom: string | null
}

interface Taught {
  id: string
  /** Among the stages, or among the exercises. */
  number: number
  title: string
  /** How long it takes, as npm start and the docs say. */
  minutes: number
  /** Why it cannot run on this machine; null if it can. */
  whyNot: string | null
  lesson: LessonCard
  task: TaskCard | null
}

export interface StageCard extends Taught {
  kind: 'stage'
  change: string
  next: string
  /** Name of its chapter; null if there is none. */
  chapter: string | null
}

/** An exercise on the server of `docs/your-own-server`. */
export interface ExerciseCard extends Taught {
  kind: 'exercise'
  /** What the users of the server say. */
  complaint: string
  /** How it is loaded: `GET /orders; 20 connections`. */
  load: string
}

/** What has a lesson. */
export type TaughtCard = StageCard | ExerciseCard

export interface LessonCard {
  about: string[]
  code: SourcePiece
  predictions: PredictionCard[]
  look: string[]
  /** The frame that the chapter's flame graph is opened at; null: the whole graph. */
  lookAt: string | null
  questions: QuestionCard[]
  cost: string
  /** How long its run takes about, in seconds. */
  seconds: number
}

/** A prediction without the function that answers it. */
export type PredictionCard = { id: string; ask: string } & (
  | { kind: 'number'; unit: string }
  | { kind: 'percent' }
  | { kind: 'choice'; options: string[] }
  | { kind: 'ranking'; items: string[] }
)

export interface QuestionCard {
  id: string
  ask: string
  options: string[]
  /** Index of the right one. */
  answer: number
  because: string
}

export interface TaskCard {
  title: string
  goal: string
  steps: StepCard[]
  /** The commands of the task, in their order. */
  commands: string[]
}

/** A step of a task, which can be reached alone. */
export interface StepCard {
  id: string
  title: string
  /** What to do. */
  what: string
  /** The file of the copy to begin in, and what to look for there; '' for all of it. */
  file: string
  region: string
  /** What is counted, and why it matters. */
  counted: string
  /** `read(2) per SET: at most 1`: what it limits beyond the steps before it. */
  limits: string[]
  /** From where to look to nearly the code. */
  hints: string[]
}

/** GET /api/story; null if two stages have not been recorded. */
export type StoryData = Story | null

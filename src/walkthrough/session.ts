/** What the steps of the walkthrough work with, from `npm start` to its end. */
import type { Lesson } from '../course/lessons.ts'
import type { FrameTree } from '../flame/tree.ts'
import { type LessonRun, type Runs, savedRun } from './lesson-run.ts'
import { type CourseState, lessonState, type ProgressStore } from './progress-store.ts'
import type { Workbench } from './task-step.ts'
import type { Output } from './terminal.ts'

export interface Session {
  output: Output
  runs: Runs
  state: CourseState
  /** The time, ISO 8601. */
  now(): string
  /** The run of a lesson, if it has been made and its files are still there. */
  runOf(lesson: Lesson): Promise<LessonRun | undefined>
  remember(lesson: Lesson, run: LessonRun): void
  /** For attempts at tasks; without one their commands are shown. */
  workbench?: Workbench | undefined
  /** Ids of lessons whose reader asked for the difference: it is shown without a question. */
  opensDiff: Set<string>
  /** The graphs whose text has been shown since `npm start`: none is shown twice. */
  shown: Set<FrameTree>
  /** Writes what has been answered. */
  save(): void
}

export interface Step {
  /** As it is saved, so it never changes: `about`, `guess:stage1.reads`. */
  id: string
  /** In the heading, and in what is said of where a reader goes on. */
  title: string
  /** How long it takes a reader, in seconds. */
  seconds: number
  /**
   * @returns `goes on` if the reader has said that they want to: the next step comes at once
   * @throws Back or Left if the reader goes back or leaves
   */
  show(session: Session): Promise<undefined | 'goes on'>
}

export function newSession(
  output: Output,
  runs: Runs,
  { state, save }: Pick<ProgressStore, 'state' | 'save'>,
  now: () => string,
  workbench?: Workbench,
): Session {
  const made = new Map<string, LessonRun>()
  return {
    output,
    runs,
    state,
    now,
    save,
    workbench,
    opensDiff: new Set(),
    shown: new Set(),
    remember: (lesson, run) => made.set(lesson.id, run),
    async runOf(lesson) {
      const { run: record } = lessonState(state, lesson.id)
      if (record === null) return undefined
      const run = made.get(lesson.id) ?? (await savedRun(record, lesson))
      if (run !== undefined) made.set(lesson.id, run)
      return run
    },
  }
}

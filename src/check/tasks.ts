/**
 * The tasks of `npm run try`: one for each stage and each exercise, with a goal that is counted and
 * never timed, and how many of its hints were shown (in `.lab/hints.json`).
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { fromExercises } from '../exercises.ts'
import type { ExerciseCounterName } from '../experiment/exercise-counts.ts'
import type { Counted } from '../measure/counted.ts'
import { writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'
import { fromStages } from '../stages.ts'
import type { CounterName } from './counters.ts'

/** @typeParam Name of what is counted */
export interface Limit<Name extends string = string> {
  counter: Name
  /** What the counter may be at most. */
  atMost: number
  /** What is taken for noise above that: V8's helper threads make a system call now and then. */
  tolerance: number
}

/** What a reader is to reach in a copy: of a stage, or of the server of `docs/your-own-server`. */
export interface Task {
  /** Of the stage or the exercise, e.g. `stage1`, `orders`. */
  id: string
  title: string
  /** What to reach, in one sentence. */
  goal: string
  limits: readonly Limit[]
  /** The file to open first. */
  first: string
  /** Folders that the stages share and that the copy gets too, beside its own files. */
  shared?: readonly string[]
  /** Where to look; what to use; nearly the code. */
  hints: readonly [string, string, string]
  /** What to read and try when the goal is reached, a line each. */
  after: readonly string[]
}

export interface StageTask extends Task {
  limits: readonly Limit<CounterName>[]
  /** Requests in a batch, in the race. */
  pipeline: 1 | 16
  /** Files of the next stage that solve it, or a patch of the lab's own beside the task. */
  solution: { nextStage: 'all' | readonly string[] } | { patch: string }
}

/** It is solved by the patch of its exercise. */
export interface ExerciseTask extends Task {
  limits: readonly Limit<ExerciseCounterName>[]
}

/** What `course/task.ts` of a stage exports as `task`. */
export type StageTaskEntry = Omit<StageTask, 'id'>

/** What `course/ID.ts` of an exercise exports as `task`. */
export type ExerciseTaskEntry = Omit<ExerciseTask, 'id'>

export const tasks: readonly StageTask[] = withIds(await fromStages<StageTaskEntry>('task'))
export const exerciseTasks: readonly ExerciseTask[] = withIds(
  await fromExercises<ExerciseTaskEntry>('task'),
)

function withIds<T>(found: ReadonlyMap<string, T>): (T & { id: string })[] {
  return [...found].map(([id, task]) => ({ id, ...task }))
}

/**
 * The task of a stage.
 * @param stage its id
 * @throws Error if it has none
 */
export function taskOf(stage: string): StageTask {
  return found(tasks, stage)
}

/**
 * The task of an exercise.
 * @throws Error if there is none
 */
export function exerciseTaskOf(exercise: string): ExerciseTask {
  return found(exerciseTasks, exercise)
}

function found<T extends Task>(list: readonly T[], id: string): T {
  const task = list.find((one) => one.id === id)
  if (task === undefined) throw new Error(`no task for ${id}`)
  return task
}

/** Whether the diff to the next stage shows the solution. */
export function isSolvedByNext({ solution }: StageTask): boolean {
  return 'nextStage' in solution
}

export interface Seen {
  counter: string
  /** What was counted; null if it cannot be counted here. */
  seen: number | null
  atMost: number
  reached: boolean
  /** Why it cannot be counted. */
  missing?: string
}

export interface Goal {
  reached: boolean
  limits: Seen[]
}

/** Compares the counters with a task's limits. What cannot be counted is not reached. */
export function judgeGoal<Name extends string>(
  { limits }: { limits: readonly Limit<Name>[] },
  counters: Record<Name, Counted<number>>,
): Goal {
  const all = limits.map(({ counter, atMost, tolerance }): Seen => {
    const counted = counters[counter]
    if ('missing' in counted) {
      return { counter, seen: null, atMost, reached: false, missing: counted.missing }
    }
    const reached = counted.value <= atMost + tolerance
    return { counter, seen: counted.value, atMost, reached }
  })
  return { reached: all.every(({ reached }) => reached), limits: all }
}

/** How many hints of each task have been shown, by its id. */
export type Shown = Record<string, number>

const shownFile = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))),
)

/** What was saved; nothing if it was not, or if the file is damaged: hints then begin again. */
export function readShown(root = labRoot): Shown {
  try {
    const read = v.safeParse(shownFile, readFileSync(fileIn(root), 'utf8'))
    return read.success ? read.output : {}
  } catch {
    return {}
  }
}

/**
 * Saves how far the hints are.
 * @throws LabError if it cannot be written
 */
export function saveShown(shown: Shown, root = labRoot): void {
  try {
    mkdirSync(join(root, '.lab'), { recursive: true })
  } catch {
    // The next line says why.
  }
  writeWhole(fileIn(root), `${JSON.stringify(shown, null, 2)}\n`)
}

function fileIn(root: string): string {
  return join(root, '.lab', 'hints.json')
}

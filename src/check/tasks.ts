/**
 * The tasks of `npm run try`: one for each stage and each exercise, with a goal that is counted and
 * never timed, in steps; which steps were reached and how many hints shown is saved in `.lab`.
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

/** A part of a task that passes on its own: what was reached before it stays as it is. */
export interface TaskStep<Name extends string = string> {
  /** Within its task, e.g. `views`. */
  id: string
  title: string
  /** What to reach, in a sentence or two. */
  what: string
  /** The file to open, and the function or class to begin with. */
  where: { file: string; region?: string }
  /** What is counted, and why it matters, in plain words. */
  counted: string
  limits: readonly Limit<Name>[]
  /** From where to look to nearly the code. */
  hints: readonly string[]
}

/** Files of the next stage that solve a step, or a patch of the lab's own beside the task. */
export type Solution = { nextStage: 'all' | readonly string[] } | { patch: string }

export interface StageTaskStep extends TaskStep<CounterName> {
  /** To be applied to the solution of the step before. */
  solution: Solution
  /** What was counted before and after it, for the chapter; the tests count it again. */
  found: Partial<Record<CounterName, readonly [before: number, after: number]>>
}

/** What a reader is to reach in a copy: of a stage, or of the server of `docs/your-own-server`. */
export interface Task {
  /** Of the stage or the exercise, e.g. `stage1`, `orders`. */
  id: string
  title: string
  /** What to reach in the end, in one sentence. */
  goal: string
  /** One at least, in their order. */
  steps: readonly TaskStep[]
  /** Of all steps; of a counter that more than one of them limits, the last. */
  limits: readonly Limit[]
  /** Folders that the stages share and that the copy gets too, beside its own files. */
  shared?: readonly string[]
  /** What to read and try when the goal is reached, a line each. */
  after: readonly string[]
}

export interface StageTask extends Task {
  steps: readonly StageTaskStep[]
  limits: readonly Limit<CounterName>[]
  /** Requests in a batch, in the race. */
  pipeline: 1 | 16
}

/** It is solved by the patch of its exercise. */
export interface ExerciseTask extends Task {
  steps: readonly TaskStep<ExerciseCounterName>[]
  limits: readonly Limit<ExerciseCounterName>[]
}

/** What `course/task.ts` of a stage exports as `task`. */
export type StageTaskEntry = Omit<StageTask, 'id' | 'limits'>

/** What `course/ID.ts` of an exercise exports as `task`. */
export type ExerciseTaskEntry = Omit<ExerciseTask, 'id' | 'limits'>

export const tasks: readonly StageTask[] = [...(await fromStages<StageTaskEntry>('task'))].map(
  ([id, task]) => ({ id, ...task, limits: limitsOf(task.steps) }),
)
export const exerciseTasks: readonly ExerciseTask[] = [
  ...(await fromExercises<ExerciseTaskEntry>('task')),
].map(([id, task]) => ({ id, ...task, limits: limitsOf(task.steps) }))

function limitsOf<Name extends string>(steps: readonly TaskStep<Name>[]): Limit<Name>[] {
  const last = new Map(steps.flatMap(({ limits }) => limits.map((one) => [one.counter, one])))
  return [...last.values()]
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

/**
 * What a step limits beyond the steps before it: the limits that it adds or tightens.
 * @param at index of the step
 */
export function ownLimits<One extends { counter: string; atMost: number }>(
  steps: readonly { limits: readonly One[] }[],
  at: number,
): One[] {
  const before = steps.slice(0, at).flatMap(({ limits }) => limits)
  return steps[at]!.limits.filter(
    ({ counter, atMost }) =>
      !before.some((other) => other.counter === counter && other.atMost <= atMost),
  )
}

/** Whether the diff to the next stage shows the solution. */
export function isSolvedByNext({ steps }: StageTask): boolean {
  return 'nextStage' in steps.at(-1)!.solution
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

/** A step of a task, and whether it is reached. */
export interface StepState extends Goal, Pick<TaskStep, 'id' | 'title'> {}

/** Compares the counters with the limits of each step. */
export function judgeSteps<Name extends string>(
  { steps }: { steps: readonly TaskStep<Name>[] },
  counters: Record<Name, Counted<number>>,
): StepState[] {
  return steps.map((step) => ({ id: step.id, title: step.title, ...judgeGoal(step, counters) }))
}

/**
 * The step to work at: the first that is not reached.
 * @param reached ids of those that are
 * @returns undefined if all are
 */
export function nextStep<Step extends TaskStep>(
  { steps }: { steps: readonly Step[] },
  reached: readonly string[],
): Step | undefined {
  return steps.find(({ id }) => !reached.includes(id))
}

/** Which steps of each task the last check found reached, by the task's id. */
export type Reached = Record<string, string[]>

const reachedFile = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.array(v.string())))

/** The ids of the steps of a task that the last check found reached; none if that is not known. */
export function readReached(task: string, root = labRoot): string[] {
  return read(reachedFile, reachedName, root)?.[task] ?? []
}

/** Whether the copy for a task was checked since it was made. */
export function wasChecked(task: string, root = labRoot): boolean {
  return read(reachedFile, reachedName, root)?.[task] !== undefined
}

/**
 * Saves which steps a check found reached.
 * @throws LabError if it cannot be written
 */
export function saveReached(task: string, reached: readonly string[], root = labRoot): void {
  const before = read(reachedFile, reachedName, root) ?? {}
  save(reachedName, { ...before, [task]: reached }, root)
}

/**
 * For a new copy: no check of it has reached anything.
 * @throws LabError if it cannot be written
 */
export function forgetReached(task: string, root = labRoot): void {
  const { [task]: _, ...others } = read(reachedFile, reachedName, root) ?? {}
  save(reachedName, others, root)
}

/** How many hints of each step have been shown, by the ids of its task and its own: `stage2/views`. */
export type Shown = Record<string, number>

const shownFile = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))),
)

/** What was saved; nothing if it was not, or if the file is damaged: hints then begin again. */
export function readShown(root = labRoot): Shown {
  return read(shownFile, shownName, root) ?? {}
}

/**
 * Saves how far the hints are.
 * @throws LabError if it cannot be written
 */
export function saveShown(shown: Shown, root = labRoot): void {
  save(shownName, shown, root)
}

const shownName = 'hints.json'
const reachedName = 'steps.json'

/** Undefined if there is no such file, or if it is damaged. */
function read<Schema extends v.GenericSchema<string, unknown>>(
  schema: Schema,
  name: string,
  root: string,
): v.InferOutput<Schema> | undefined {
  try {
    const found = v.safeParse(schema, readFileSync(join(root, '.lab', name), 'utf8'))
    return found.success ? found.output : undefined
  } catch {
    return undefined
  }
}

function save(name: string, value: object, root: string): void {
  try {
    mkdirSync(join(root, '.lab'), { recursive: true })
  } catch {
    // The next line says why.
  }
  writeWhole(join(root, '.lab', name), `${JSON.stringify(value, null, 2)}\n`)
}

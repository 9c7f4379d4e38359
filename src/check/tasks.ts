/**
 * The tasks of `npm run try`: one for each stage, with a goal that is counted and never timed, and how
 * many of its hints were shown (in `.lab/hints.json`).
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'
import { fromStages } from '../stages.ts'
import type { CounterName, Counters } from './counters.ts'

export interface Limit {
  counter: CounterName
  /** What the counter may be at most. */
  atMost: number
  /** What is taken for noise above that: V8's helper threads make a system call now and then. */
  tolerance: number
}

export interface Task {
  /** The stage that is copied, e.g. `stage1`. */
  stage: string
  title: string
  /** What to reach, in one sentence. */
  goal: string
  limits: readonly Limit[]
  /** The file to open first. */
  first: string
  /** A folder that the stages share and that the copy gets too, beside its own files. */
  shared?: string
  /** Where to look; what to use; nearly the code. */
  hints: readonly [string, string, string]
  /** What to read and try when the goal is reached, a line each. */
  after: readonly string[]
  /** Requests in a batch, in the race. */
  pipeline: 1 | 16
  /** Files of the next stage that solve it, or a patch of the lab's own beside the task. */
  solution: { nextStage: 'all' | readonly string[] } | { patch: string }
}

/** What `course/task.ts` of a stage exports as `task`. */
export type StageTask = Omit<Task, 'stage'>

export const tasks: readonly Task[] = [...(await fromStages<StageTask>('task'))].map(
  ([stage, task]) => ({ stage, ...task }),
)

/**
 * The task of a stage.
 * @param stage its id
 * @throws Error if it has none
 */
export function taskOf(stage: string): Task {
  const task = tasks.find((one) => one.stage === stage)
  if (task === undefined) throw new Error(`no task for ${stage}`)
  return task
}

/** Whether the diff to the next stage shows the solution. */
export function isSolvedByNext({ solution }: Task): boolean {
  return 'nextStage' in solution
}

export interface Seen {
  counter: CounterName
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
export function judgeGoal({ limits }: Pick<Task, 'limits'>, counters: Counters): Goal {
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

/** How many hints of each stage's task have been shown. */
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

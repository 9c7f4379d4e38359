/** The tasks of `npm run try`: one for each stage, with a goal that is counted and never timed. */
import { fromStages } from '../stages.ts'
import type { CounterName } from './counters.ts'

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

/** `npm run check` on a copy of the server of `docs/your-own-server`: replies first, then counters. */

import { type Exercise, original } from '../exercises.ts'
import {
  countExercise,
  type ExerciseCounterName,
  type ExerciseCounters,
  type ExerciseRounds,
  exerciseRounds,
  type RoundLengths,
  withServer,
} from '../experiment/exercise-counts.ts'
import { loadMix } from '../load/http-mix.ts'
import { type Counted, combine } from '../measure/counted.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import { type Emit, step } from '../run/events.ts'
import { typeErrors } from './copy.ts'
import { compareReplies, type Replies } from './exercise-replies.ts'
import { explainStart } from './state.ts'
import {
  type ExerciseTask,
  exerciseTaskOf,
  type Goal,
  judgeGoal,
  judgeSteps,
  type StepState,
  type Task,
} from './tasks.ts'

/** The document that `--json` prints. */
export interface ExerciseReport {
  format: 1
  kind: 'exercise check'
  /** When it was begun, ISO 8601. */
  at: string
  machine: Machine
  /** What was judged, e.g. `mine/orders`, and the exercise that it is of. */
  copy: string
  exercise: string
  task: Pick<Task, 'title' | 'goal'>
  /** Of all that is drawn at random. */
  seed: number
  /** What the compiler says of it; null if it was not asked. */
  typeErrors: string[] | null
  replies: Replies
  /** Of the copy; null if its replies differ. */
  counters: ExerciseCounters | null
  /** The same of the original server. */
  original: ExerciseCounters | null
  rounds: ExerciseRounds | null
  goal: Goal | null
  /** Of the task, in their order; null if its replies differ. */
  steps: StepState[] | null
  conforms: boolean
  /** All of it in one line. */
  verdict: string
}

export interface ExerciseCheckOptions {
  seed: number
  /** How many requests are counted, if it is not the usual number. */
  count?: number
  /**
   * Rounds beside the original server. Null: none, and their counters are missing. `when reached`:
   * only if what is counted without them is.
   */
  race: { lengths: RoundLengths; when: 'always' | 'when reached' } | null
}

/** So quick a warehouse makes replies come at once, ms. */
const QUICK_WAREHOUSE = ['--warehouse-delay', '1']
/** Requests between the two comparisons: a server that is right at first may not stay so. */
const LOAD = 300

/**
 * Judges a copy.
 * @param copy its directory, e.g. `mine/orders`
 * @throws LabError if it does not start
 */
export async function checkExercise(
  copy: string,
  exercise: Exercise,
  { seed, count, race }: ExerciseCheckOptions,
  emit: Emit,
): Promise<ExerciseReport> {
  const task = exerciseTaskOf(exercise.id)
  const types = typeErrors(copy)
  const at = new Date().toISOString()
  emit(step('the replies, beside those of the original server'))
  const replies = await judgeReplies(copy, exercise, seed)
  const conforms = replies.failure === null
  let counters: ExerciseCounters | null = null
  let others: ExerciseCounters | null = null
  let found: ExerciseRounds | null = null
  if (conforms) {
    const names = task.limits.map(({ counter }) => counter)
    emit(step('counting bytes, waits and CPU per request'))
    counters = await countExercise(copy, exercise, names, count)
    others = await countExercise(original, exercise, names, count)
    const alone = task.limits.filter(({ counter }) => !isOfRounds(counter))
    const isReached = judgeGoal({ limits: alone }, counters).reached
    if (race !== null && (race.when === 'always' || isReached)) {
      const { rounds } = race.lengths
      emit(step(`${rounds} rounds beside the original server, in turn`))
      found = await exerciseRounds(copy, exercise, race.lengths, emit)
      Object.assign(counters, ratiosOf(found))
      Object.assign(others, { cpu: { value: 1 }, others: { value: 1 } })
    } else {
      const missing = { missing: 'only rounds measure it: npm run check, without --no-race' }
      Object.assign(counters, { cpu: missing, others: missing })
    }
  }
  const goal = counters && judgeGoal(task, counters)
  return {
    format: 1,
    kind: 'exercise check',
    at,
    machine: readMachine(),
    copy,
    exercise: exercise.id,
    task: { title: task.title, goal: task.goal },
    seed,
    typeErrors: (await types) ?? null,
    replies,
    counters,
    original: others,
    rounds: found,
    goal,
    steps: counters && judgeSteps(task, counters),
    conforms,
    verdict: verdictOf(replies, goal, task),
  }
}

/** What needs the original server beside it. */
function isOfRounds(counter: ExerciseCounterName): counter is 'cpu' | 'others' {
  return counter === 'cpu' || counter === 'others'
}

function ratiosOf({ cpu, others }: ExerciseRounds): Record<'cpu' | 'others', Counted<number>> {
  return { cpu: combine(cpu, cpu, ({ ratio }) => ratio), others: { value: others.ratio } }
}

async function judgeReplies(copy: string, { mix }: Exercise, seed: number): Promise<Replies> {
  const options = { args: QUICK_WAREHOUSE }
  try {
    return await withServer(
      copy,
      (own) =>
        withServer(
          original,
          async (other) => {
            const before = await compareReplies(own, other, seed)
            if (before.failure !== null) return before
            await loadMix(own, mix, { requests: LOAD })
            const after = await compareReplies(own, other, seed + 1)
            return { ...after, compared: before.compared + after.compared }
          },
          options,
        ),
      options,
    )
  } catch (failure) {
    throw explainStart(failure)
  }
}

function verdictOf({ failure }: Replies, goal: Goal | null, { title }: ExerciseTask): string {
  if (failure !== null) return `answers otherwise than before: ${failure.request}`
  return `answers as before; ${title}: ${goal?.reached === true ? 'reached' : 'not reached'}`
}

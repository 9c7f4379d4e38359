/**
 * `npm run check`: judges a reader's copy of a stage, step by step. It stops when the next steps
 * would say nothing.
 */

import { startLoad } from '../load/control.ts'
import { defaultWorkload } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import { type Emit, step } from '../run/events.ts'
import { LabError } from '../run/lab-error.ts'
import { type RunningServer, startStage } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { type Stage, stages } from '../stages.ts'
import { checkConformance, failureText, isSilent, meaningOf } from './conformance.ts'
import { typeErrors } from './copy.ts'
import { type CounterName, type Counters, countAll, counterNames } from './counters.ts'
import { checkFresh, type FreshFailure } from './fresh.ts'
import {
  type InstructionRace,
  type Race,
  type RaceLengths,
  race,
  raceInstructions,
} from './race.ts'
import { explainStart, lastError, stateMeans, stateOf } from './state.ts'
import { type Goal, judgeGoal, judgeSteps, type StepState, type Task, taskOf } from './tasks.ts'

/** The document that `--json` prints. */
export interface CheckReport {
  format: 1
  kind: 'check'
  /** When it was begun, ISO 8601. */
  at: string
  machine: Machine
  /** What was judged, e.g. `mine/stage1`, and the stage that it was copied from. */
  copy: string
  stage: string
  task: Pick<Task, 'title' | 'goal'>
  /** Of all that is drawn at random. */
  seed: number
  /** What the compiler says of it; null if it was not asked. */
  typeErrors: string[] | null
  conformance: {
    trials: number
    failures: { phase: string; seen: string; means: string }[]
    /** How it ended, if it ended by itself; and the last error in its error output. */
    ended: string | null
    lastError: string | null
  }
  /** What went wrong with fresh keys and values; null if nothing did, or if it was not asked. */
  fresh: FreshFailure | null
  /** By name: the copy, and the stages beside it. Null if it does not conform. */
  counters: Record<string, Counters> | null
  race: Race | null
  /** In user mode per SET, beside the stage that it was copied from; null if that was not asked. */
  instructions: Counted<InstructionRace> | null
  goal: Goal | null
  /** Of the task, in their order; null if it does not conform. */
  steps: StepState[] | null
  conforms: boolean
  /** All of it in one line. */
  verdict: string
}

export interface CheckOptions {
  seed: number
  /** Null: no race. `when reached`: only if the goal is. */
  race: { lengths: RaceLengths; when: 'always' | 'when reached' } | null
  /** Subjects of the conformance suite; default: all. */
  only?: readonly string[]
  /** How long a case of the suite may take before the server counts as silent, ms. */
  timeoutMs?: number
  /** What is counted; default: all. */
  count?: readonly CounterName[]
  /** Counts instructions too, if valgrind is there: minutes. */
  instructions?: boolean
  /** Stages to race and to count beside it, by id; default: those next to it. */
  against?: readonly string[]
}

/**
 * Judges a copy.
 * @param copy as `findCopy` returns it: its id is its directory
 * @param stage the id of the stage that it was copied from
 * @throws LabError if it does not start
 */
export async function checkCopy(
  copy: Stage,
  stage: string,
  {
    seed,
    race: raced,
    against = neighbours(stage),
    count = counterNames,
    instructions = false,
    ...parts
  }: CheckOptions,
  emit: Emit,
): Promise<CheckReport> {
  const why = unsupportedReason(taskStage(stage))
  if (why !== undefined) throw new LabError(why, { next: 'npm run try -- 1' })
  const task = taskOf(stage)
  const types = typeErrors(copy.id)
  const report: CheckReport = {
    format: 1,
    kind: 'check',
    at: new Date().toISOString(),
    machine: readMachine(),
    copy: copy.id,
    stage,
    task: { title: task.title, goal: task.goal },
    seed,
    typeErrors: null,
    conformance: { trials: 0, failures: [], ended: null, lastError: null },
    fresh: null,
    counters: null,
    race: null,
    instructions: null,
    goal: null,
    steps: null,
    conforms: false,
    verdict: '',
  }
  await judgeServer(copy.id, report, parts, emit)
  report.typeErrors = (await types) ?? null
  report.conforms = report.conformance.failures.length === 0 && report.fresh === null
  if (report.conforms) {
    emit(step('counting system calls, copies and allocations'))
    const counters: Record<string, Counters> = {}
    counters[copy.id] = await countAll(copy.id, count)
    report.goal = judgeGoal(task, counters[copy.id]!)
    report.steps = judgeSteps(task, counters[copy.id]!)
    const races = raced !== null && (raced.when === 'always' || report.goal.reached)
    // At each save it is the copy alone that may have changed.
    const beside = raced?.when === 'when reached' && !races ? [] : against
    for (const id of beside) counters[id] = await countAll(id, count)
    report.counters = Object.fromEntries([...beside, copy.id].map((id) => [id, counters[id]!]))
    if (races) {
      report.race = await race(copy.id, against, task.pipeline, raced.lengths, emit)
    }
    if (instructions) {
      report.instructions = await raceInstructions(copy.id, stage, task.pipeline, emit)
    }
  }
  report.verdict = verdictOf(report)
  return report
}

/** The stage that a copy comes from and the one after it; of the last one, the one before. */
export function neighbours(stage: string): string[] {
  const at = stages.findIndex(({ id }) => id === stage)
  const from = Math.min(at, stages.length - 2)
  return stages.slice(from, from + 2).map(({ id }) => id)
}

function taskStage(id: string): Stage {
  return stages.find((stage) => stage.id === id)!
}

/** All checks of one process: the suite, fresh keys, a load, and fresh keys once more. */
async function judgeServer(
  id: string,
  report: CheckReport,
  { only, timeoutMs }: Pick<CheckOptions, 'only' | 'timeoutMs'>,
  emit: Emit,
): Promise<void> {
  emit(step('starting your copy')) // a failure to start is one of the run's events then
  const server = await startStage({ id }).catch((failure) => Promise.reject(explainStart(failure)))
  let isEndless = false
  try {
    emit(step('the conformance suite'))
    const { cases, failures } = await checkConformance(server, {
      seed: report.seed,
      ...(only === undefined ? {} : { only }),
      ...(timeoutMs === undefined ? {} : { deadlineMs: timeoutMs }),
      onProgress: (share, text) => emit({ type: 'progress', share, text }),
    })
    report.conformance.trials = cases
    const state = failures.some(isSilent) ? await stateOf(server) : undefined
    isEndless = state?.is === 'busy'
    report.conformance.failures = failures.map((found) => ({
      phase: found.phase,
      seen: failureText(found),
      means: meaningOf(found, state),
    }))
    if (failures.length > 0) {
      report.conformance.ended = state?.is === 'ended' ? state.how : null
      return
    }
    emit(step('fresh keys and values'))
    report.fresh = (await judgeFresh(server, report.seed)) ?? null
    // The client closes its connection as well, when a reply does not come.
    if (report.fresh === null || !/connection closed|be reached/.test(report.fresh.seen)) return
    const after = await stateOf(server)
    report.fresh.means = stateMeans(after) ?? report.fresh.means
    report.conformance.ended = after.is === 'ended' ? after.how : null
  } finally {
    if (report.conformance.failures.length > 0 || report.fresh !== null) {
      report.conformance.lastError = lastError(server.errorOutput()) ?? null
    }
    // An endless loop handles no SIGTERM, and would keep a core busy until it is killed anyway.
    await server.stop(isEndless ? 'SIGKILL' : undefined)
  }
}

/** Requests of each test of the load. */
const LOAD = 4000

/** Before and after a load of some thousand requests: a server that is right at first may not stay so. */
async function judgeFresh(server: RunningServer, seed: number): Promise<FreshFailure | undefined> {
  const before = await tryFresh(server, seed)
  if (before !== undefined) return before
  try {
    const load = await startLoad(server, { ...defaultWorkload, keyspace: 1000 })
    try {
      await load.fill()
      for (const test of ['set', 'get', 'incr'] as const) await load.run({ test, requests: LOAD })
    } finally {
      await load.stop()
    }
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return {
      trial: 'the lab’s load, every reply checked',
      seen: failure.message,
      means: failure.means ?? 'It answers wrongly under load.',
    }
  }
  const after = await tryFresh(server, seed + 1)
  return after && { ...after, trial: `${after.trial}, after a load` }
}

/** A server that has ended is a failure as well. */
async function tryFresh(server: RunningServer, seed: number): Promise<FreshFailure | undefined> {
  try {
    return await checkFresh(server, seed)
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return { trial: 'fresh keys', seen: failure.message, means: 'It accepts no more connections.' }
  }
}

/** `conforms; 1.0 reads per request; between stage1 and stage2: 1.8 x stage1, interval 1.7-1.9`. */
export function verdictOf(
  report: Pick<
    CheckReport,
    'conformance' | 'fresh' | 'counters' | 'copy' | 'race' | 'instructions'
  >,
): string {
  if (report.conformance.failures.length > 0) return 'does not conform'
  if (report.fresh !== null) return `passes the suite, but not ${report.fresh.trial}`
  const reads = report.counters?.[report.copy]?.reads
  return [
    'conforms',
    ...(reads !== undefined && 'value' in reads
      ? [`${reads.value.toFixed(1)} reads per request`]
      : []),
    ...(report.race === null ? [] : [report.race.standing]),
    ...(report.instructions !== null && 'value' in report.instructions
      ? [report.instructions.value.standing]
      : []),
  ].join('; ')
}

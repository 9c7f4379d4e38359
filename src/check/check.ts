/**
 * `npm run check`: judges a reader's copy of a stage, step by step; stops where the rest would say
 * nothing.
 */

import { startLoad } from '../load/control.ts'
import { defaultWorkload } from '../load/workload.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import { whyNotHere } from '../run/available.ts'
import { type Emit, step } from '../run/events.ts'
import { LabError } from '../run/lab-error.ts'
import { type RunningServer, startStage } from '../run/server.ts'
import { type Stage, stages } from '../stages.ts'
import { connectTo } from './client.ts'
import { borrowedFiles, companyOf } from './company.ts'
import { checkConformance, failureText, isSilent, meaningOf } from './conformance.ts'
import {
  type CounterName,
  type Counters,
  countAll,
  counterNames,
  theSet,
  watchCopies,
} from './counters.ts'
import { explainStart, lastComplaint } from './crash.ts'
import { type Caught, checkFresh } from './fresh.ts'
import { type Goal, judgeGoal } from './goal.ts'
import { type Race, type RaceLengths, race } from './race.ts'
import { stateMeans, stateOf } from './state.ts'
import { type Task, taskOf } from './tasks.ts'
import { typeErrors } from './types.ts'

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
  /** What the compiler says of it; null where it was not asked. */
  typeErrors: string[] | null
  conformance: {
    trials: number
    failures: { phase: string; seen: string; means: string }[]
    /** How it ended, where it did by itself; and the last error that it went on from. */
    ended: string | null
    complaint: string | null
  }
  /** What it was caught at with fresh keys and values; null where it was not, or not asked. */
  caught: Caught | null
  /** What it leaves to others; empty where it does its work itself. */
  company: string[]
  /** By name: the copy, and the stages beside it. Null where it does not conform. */
  counters: Record<string, Counters> | null
  race: Race | null
  goal: Goal | null
  conforms: boolean
  /** All of it in one line. */
  verdict: string
}

export interface CheckOptions {
  seed: number
  /** Null: no race. `when reached`: only where the goal is. */
  race: { lengths: RaceLengths; when: 'always' | 'when reached' } | null
  /** Subjects of the conformance suite; all unless told otherwise. */
  only?: readonly string[]
  /** How long a case of the suite may take before the server counts as silent, ms. */
  patienceMs?: number
  /** What is counted; all unless told otherwise. */
  count?: readonly CounterName[]
  /** Stages to race and to count beside it, by id; those next to it unless told otherwise. */
  against?: readonly string[]
}

/**
 * Judges a copy.
 * @param copy as `findCopy` gives it: its id is its directory
 * @param stage the id of the stage that it was copied from
 * @throws LabError where it does not start
 */
export async function checkCopy(
  copy: Stage,
  stage: string,
  { seed, race: raced, against = neighbours(stage), count = counterNames, ...parts }: CheckOptions,
  emit: Emit,
): Promise<CheckReport> {
  const why = whyNotHere(taskStage(stage))
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
    conformance: { trials: 0, failures: [], ended: null, complaint: null },
    caught: null,
    company: [],
    counters: null,
    race: null,
    goal: null,
    conforms: false,
    verdict: '',
  }
  await judgeServer(copy.id, report, parts, emit)
  report.typeErrors = (await types) ?? null
  report.conforms =
    report.conformance.failures.length === 0 &&
    report.caught === null &&
    report.company.length === 0
  if (report.conforms) {
    emit(step('counting system calls, copies and allocations'))
    const counters: Record<string, Counters> = {}
    counters[copy.id] = await countAll(copy.id, count)
    report.goal = judgeGoal(task, counters[copy.id]!)
    const races = raced !== null && (raced.when === 'always' || report.goal.reached)
    // At each save it is the copy alone that may have changed.
    const beside = raced?.when === 'when reached' && !races ? [] : against
    for (const id of beside) counters[id] = await countAll(id, count)
    report.counters = Object.fromEntries([...beside, copy.id].map((id) => [id, counters[id]!]))
    if (races) {
      report.race = await race(copy.id, against, task.pipeline, raced.lengths, emit)
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

/** All that one process is asked: the suite, what is fresh, a load, and what is fresh once more. */
async function judgeServer(
  id: string,
  report: CheckReport,
  { only, patienceMs }: Pick<CheckOptions, 'only' | 'patienceMs'>,
  emit: Emit,
): Promise<void> {
  const server = await startStage({ id }).catch((failure) => Promise.reject(explainStart(failure)))
  try {
    emit(step('the conformance suite'))
    const { cases, failures } = await checkConformance(server, {
      seed: report.seed,
      ...(only === undefined ? {} : { only }),
      ...(patienceMs === undefined ? {} : { deadlineMs: patienceMs }),
      onProgress: (share, text) => emit({ type: 'progress', share, text }),
    })
    report.conformance.trials = cases
    const state = failures.some(isSilent) ? await stateOf(server) : undefined
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
    await judgeHonesty(server, report)
    // A connection closes where the server did it, and where a reply was waited for in vain.
    if (report.caught === null || !/connection closed|be reached/.test(report.caught.seen)) return
    const after = await stateOf(server)
    report.caught.means = stateMeans(after) ?? report.caught.means
    report.conformance.ended = after.is === 'ended' ? after.how : null
  } finally {
    if (report.conformance.failures.length > 0 || report.caught !== null) {
      report.conformance.complaint = lastComplaint(server.complaints()) ?? null
    }
    await server.stop()
  }
}

/** Requests of each test of the load. */
const LOAD = 4000

/** Before and after a load of some thousand requests: who answers rightly at first may stop. */
async function judgeHonesty(server: RunningServer, report: CheckReport): Promise<void> {
  report.caught = (await tryFresh(server, report.seed)) ?? null
  if (report.caught !== null) return
  try {
    const load = await startLoad(server, { ...defaultWorkload, keyspace: 1000 })
    try {
      await load.fill()
      for (const test of ['set', 'get', 'incr'] as const) await load.run({ test, requests: LOAD })
      report.company = companyOf(server.pid, server.port)
    } finally {
      await load.stop()
    }
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    report.caught = {
      trial: 'the lab’s load, every reply checked',
      seen: failure.message,
      means: failure.means ?? 'It answers wrongly under load.',
    }
    return
  }
  report.caught = (await tryFresh(server, report.seed + 1)) ?? null
  if (report.caught !== null) report.caught.trial += ', after a load'
  else report.company.push(...(await loadedFrom(report.copy)))
}

/** A server that is gone is caught as well. */
async function tryFresh(server: RunningServer, seed: number): Promise<Caught | undefined> {
  try {
    return await checkFresh(server, seed)
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return { trial: 'fresh keys', seen: failure.message, means: 'It takes no connection any more.' }
  }
}

/** Whose files it runs on, in sentences: a copy that loads a stage's shows what the stage can do. */
async function loadedFrom(id: string): Promise<string[]> {
  const probe = await watchCopies()
  try {
    const server = await startStage({ id }, { nodeFlags: probe.nodeFlags })
    try {
      const client = await connectTo(server)
      await client.ask(theSet, '+OK\r\n')
      client.close()
      const files = borrowedFiles((await probe.read()).loaded)
      return files.length === 0 ? [] : [`it runs on files of the stages: ${files.join(', ')}`]
    } finally {
      await server.stop()
    }
  } finally {
    await probe.close()
  }
}

/** `conforms; 1.0 reads a request; between stage1 and stage2: 1.8 x stage1, interval 1.7-1.9`. */
export function verdictOf(
  report: Pick<CheckReport, 'conformance' | 'caught' | 'company' | 'counters' | 'copy' | 'race'>,
): string {
  if (report.conformance.failures.length > 0) return 'does not conform'
  if (report.caught !== null) return `passes the suite, but not ${report.caught.trial}`
  if (report.company.length > 0) return 'conforms, but it is not its own work'
  const reads = report.counters?.[report.copy]?.reads
  return [
    'conforms',
    ...(reads !== undefined && 'value' in reads
      ? [`${reads.value.toFixed(1)} reads a request`]
      : []),
    ...(report.race === null ? [] : [report.race.standing]),
  ].join('; ')
}

/** Runs a comparison: the timed rounds, then what each target allocates, in separate runs. */
import { startTool } from '../load/start.ts'
import { whyNoCallgrind } from '../measure/callgrind.ts'
import { countBetween, withoutSource } from '../measure/counters.ts'
import { watchHeap } from '../measure/heap.ts'
import { readMachine, watchMachineLoad } from '../measure/machine.ts'
import { coreShareOf } from '../measure/machine-load.ts'
import { type Emit, step } from '../run/events.ts'
import { type Failure, LabError, toFailure } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import { isEnough } from './auto-rounds.ts'
import { warmUp } from './benchmark.ts'
import type {
  Comparison,
  ComparisonPlan,
  HeapRun,
  KeyspaceRun,
  RoundsPlan,
  Run,
  Target,
} from './comparison.ts'
import type { InstructionRun } from './instruction-ratio.ts'
import { countTargets, STARTS } from './instructions.ts'
import { keyspaceSteps, runKeyspaces } from './keyspaces.ts'
import { roundsSteps, runRounds } from './rounds.ts'
import { type Steps, type Stopwatch, stopwatch } from './stopwatch.ts'
import { tabulate } from './tabulate.ts'
import { explainFailure, startTarget, takesPart, twinOf, whoseTwin, whyNoHeap } from './targets.ts'

/**
 * Compares: the timed rounds with an A/A copy added, then the heap. If that fails after a complete round,
 * what was measured until then is given, with the failure in it.
 * @throws LabError naming the target that does not start, answers wrongly or dies in the first round
 */
export async function compare(
  plan: ComparisonPlan,
  emit: Emit,
  start: (target: Target) => Promise<RunningServer> = startTarget,
): Promise<Comparison> {
  const missing = plan.instructions === true ? await whyNoCallgrind() : undefined
  if (missing !== undefined) throw missing
  const at = new Date().toISOString()
  const machine = readMachine()
  const load = watchMachineLoad()
  const original = whoseTwin(plan.targets)
  const twin = twinOf(original)
  const full: ComparisonPlan = { ...plan, targets: [...plan.targets, twin] }
  const steps = { ...roundsSteps(full), ...heapSteps(plan), ...keyspaceSteps(plan) }
  const clock = stopwatch(steps, emit)
  let runs: readonly Run[] = []
  const heap: HeapRun[] = []
  const keyspaces: KeyspaceRun[] = []
  let instructions: readonly InstructionRun[] = []
  let failure: Failure | undefined
  try {
    await runRounds(full, emit, start, clock, (soFar) => {
      runs = [...soFar]
      return isEnough(full, plan.baseline, soFar)
    })
    await runHeapProbes(plan, emit, clock, (found) => heap.push(found))
    await runKeyspaces(plan, emit, clock, (found) => keyspaces.push(found))
    if (plan.instructions === true) {
      await countTargets({ ...plan, starts: STARTS }, emit, (counted) => {
        instructions = counted
      })
    }
  } catch (thrown) {
    if (!(thrown instanceof LabError) || runs.length === 0) throw thrown
    failure = toFailure(thrown)
    heap.push(...withoutHeapOf(plan, heap, failure))
  }
  full.rounds = runs.at(-1)!.round
  if (plan.auto === true && failure === undefined) {
    full.roundsEnd = isEnough(full, plan.baseline, runs) ? 'narrow' : 'limit'
  }
  const pair = { name: twin.name, of: original.name }
  const tables = tabulate(full, pair, runs, { heap, keyspaces, instructions })
  return {
    format: 1,
    kind: 'comparison',
    at,
    machine,
    load: load(coreShareOf(runs)),
    plan: full,
    twin: pair,
    tables,
    heap,
    ...(keyspaces.length === 0 ? {} : { keyspaces }),
    ...(plan.instructions === true ? { instructions: [...instructions] } : {}),
    runs: [...runs],
    ...(failure === undefined ? {} : { failure }),
  }
}

/** @throws LabError if a comparison stopped before its end */
export function throwFailure({ failure }: Pick<Comparison, 'failure'>): void {
  if (failure === undefined) return
  const { happened, ...hint } = failure
  throw new LabError(happened, hint)
}

/** What was not counted any more, with the reason. */
function withoutHeapOf(plan: RoundsPlan, heap: readonly HeapRun[], failure: Failure): HeapRun[] {
  const missing = withoutSource('heap', `it stopped before: ${failure.happened}`)
  const all = plan.targets.flatMap(({ name: target }) =>
    plan.workloads.flatMap((_, workload) =>
      plan.tests.map((test) => ({ target, workload, test, heap: missing })),
    ),
  )
  const isThere = (one: HeapRun) =>
    heap.some(
      ({ target, workload, test }) =>
        target === one.target && workload === one.workload && test === one.test,
    )
  return all.filter((one) => !isThere(one))
}

/**
 * Shortest warm-up and shortest run with the heap probe, in seconds. A quick comparison's are too
 * short for a slow stage: what the compiler allocates, and the megabyte by which V8's count may be off,
 * would weigh more than its few thousand requests.
 */
const LEAST = { warmUp: 0.75, run: 1 }

export function heapSteps(plan: RoundsPlan): Record<'heap', Steps> {
  const { targets, workloads, tests, seconds } = plan
  const probed = targets.filter((target) => whyNoHeap(target) === undefined)
  const parts = workloads.flatMap((load) => probed.filter((target) => takesPart(target, load)))
  const each = LEAST.warmUp + Math.max(LEAST.run, seconds) + 0.25
  return { heap: { count: parts.length * tests.length, seconds: each } }
}

/**
 * Counts what each target with a JavaScript heap allocates, for each workload and test.
 * @throws LabError naming the target that does not start, answers wrongly or dies
 */
export async function runHeapProbes(
  plan: RoundsPlan,
  emit: Emit,
  clock: Stopwatch<'heap'> = stopwatch(heapSteps(plan), emit),
  onRun: (run: HeapRun) => void = () => {},
): Promise<HeapRun[]> {
  emit(step('counting allocations and collections, in separate runs'))
  const runs: HeapRun[] = []
  for (const target of plan.targets) {
    const own =
      whyNoHeap(target) === undefined ? await probe(target, plan, clock) : withoutHeap(target, plan)
    runs.push(...own)
    for (const run of own) onRun(run)
  }
  return runs
}

function withoutHeap(target: Target, { workloads, tests }: RoundsPlan): HeapRun[] {
  const { name } = target
  const heap = withoutSource('heap', whyNoHeap(target)!)
  return workloads.flatMap((_, workload) =>
    tests.map((test) => ({ target: name, workload, test, heap })),
  )
}

async function probe(
  target: Target,
  { workloads, tests, tool, seconds, warmUpSeconds }: RoundsPlan,
  clock: Stopwatch<'heap'>,
): Promise<HeapRun[]> {
  const runs: HeapRun[] = []
  const watch = await watchHeap()
  try {
    const server = await startTarget(target, { nodeFlags: watch.nodeFlags })
    try {
      for (const [at, workload] of workloads.entries()) {
        if (!takesPart(target, workload)) continue
        const load = await startTool(tool, server, workload)
        try {
          await load.fill()
          for (const test of tests) {
            clock.begin(`${target.name} ${test.toUpperCase()}`)
            await warmUp(load, test, Math.max(LEAST.warmUp, warmUpSeconds))
            const before = await watch.read()
            const { requests } = await load.run({ test, seconds: Math.max(LEAST.run, seconds) })
            const after = await watch.read()
            const heap = countBetween('heap', before, after, requests)
            runs.push({ target: target.name, workload: at, test, heap })
            clock.end('heap')
          }
        } finally {
          await load.stop()
        }
      }
    } catch (failure) {
      throw await explainFailure(failure, target, server, 'counting allocations')
    } finally {
      await server.stop()
    }
  } finally {
    await watch.close()
  }
  return runs
}

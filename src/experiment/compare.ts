/** Runs a comparison: the timed rounds, then what each target allocates, in runs of their own. */
import { startTool } from '../load/start.ts'
import { countBetween, withoutSource } from '../measure/counters.ts'
import { watchHeap } from '../measure/heap.ts'
import { readMachine, watchMachineLoad } from '../measure/machine.ts'
import { coreShareOf } from '../measure/machine-load.ts'
import { type Emit, step } from '../run/events.ts'
import { warmUp } from './benchmark.ts'
import {
  type Comparison,
  type ComparisonPlan,
  type HeapRun,
  type RoundsPlan,
  type Target,
  tabulate,
} from './comparison.ts'
import { roundsSteps, runRounds } from './rounds.ts'
import { type Steps, type Stopwatch, stopwatch } from './stopwatch.ts'
import { explainFailure, startTarget, twinOf, whoseTwin } from './targets.ts'

/**
 * Compares: the timed rounds with a twin added, then the heap.
 * @throws LabError naming the target that does not start, answers wrongly or dies
 */
export async function compare(plan: ComparisonPlan, emit: Emit): Promise<Comparison> {
  const at = new Date().toISOString()
  const machine = readMachine()
  const load = watchMachineLoad()
  const original = whoseTwin(plan.targets)
  const twin = twinOf(original)
  const full = { ...plan, targets: [...plan.targets, twin] }
  const clock = stopwatch({ ...roundsSteps(full), ...heapSteps(plan) }, emit)
  const runs = await runRounds(full, emit, undefined, clock)
  const heap = await runHeapProbes(plan, emit, clock)
  const pair = { name: twin.name, of: original.name }
  const tables = tabulate(full, pair, runs, heap)
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
    runs,
  }
}

/**
 * Shortest warm-up and shortest run with the heap probe, in seconds. A quick comparison's are too
 * short for a slow stage: what the compiler allocates, and the megabyte that V8 does not tell apart,
 * would weigh more than its few thousand requests.
 */
const LEAST = { warmUp: 0.75, run: 1 }

export function heapSteps(plan: RoundsPlan): Record<'heap', Steps> {
  const { targets, workloads, tests, seconds } = plan
  const probed = targets.filter(({ server }) => server !== 'redis').length
  const each = LEAST.warmUp + Math.max(LEAST.run, seconds) + 0.25
  return { heap: { count: probed * workloads.length * tests.length, seconds: each } }
}

/**
 * Counts what each target with a JavaScript heap allocates, for each workload and test.
 * @throws LabError naming the target that does not start, answers wrongly or dies
 */
export async function runHeapProbes(
  plan: RoundsPlan,
  emit: Emit,
  clock: Stopwatch<'heap'> = stopwatch(heapSteps(plan), emit),
): Promise<HeapRun[]> {
  emit(step('counting allocations and collections, in runs of their own'))
  const runs: HeapRun[] = []
  for (const target of plan.targets) {
    runs.push(
      ...(target.server === 'redis' ? withoutHeap(target, plan) : await probe(target, plan, clock)),
    )
  }
  return runs
}

function withoutHeap({ name }: Target, { workloads, tests }: RoundsPlan): HeapRun[] {
  const heap = withoutSource('heap', 'Redis is written in C: it has no JavaScript heap')
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
    const server = await startTarget(target, watch.nodeFlags)
    try {
      for (const [at, workload] of workloads.entries()) {
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

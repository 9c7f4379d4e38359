/**
 * What a request costs on the JavaScript heap: runs of their own, with a probe inside the server.
 * They follow the timed rounds and never give a time.
 */

import { startTool } from '../load/start.ts'
import type { TestName } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import { type HeapPerRequest, heapPerRequest, watchHeap } from '../measure/heap.ts'
import { type Emit, step } from '../run/events.ts'
import { warmUp } from './measured-run.ts'
import type { RoundsPlan } from './rounds.ts'
import { type Steps, type Stopwatch, stopwatch } from './stopwatch.ts'
import { blame, startTarget, type Target } from './targets.ts'

export interface HeapRun {
  target: string
  /** Index into the plan's workloads. */
  workload: number
  test: TestName
  heap: Counted<HeapPerRequest>
}

/**
 * Shortest warm-up and shortest run here, in seconds. A quick comparison's are too short for a slow
 * stage: what the compiler allocates, and the megabyte that V8 does not tell apart, would weigh more
 * than its few thousand requests.
 */
const LEAST = { warmUp: 0.75, run: 1 }

/** What they consist of, for a stopwatch. */
export function heapSteps(plan: RoundsPlan): Record<'heap', Steps> {
  const { targets, workloads, tests, seconds } = plan
  const probed = targets.filter(({ server }) => server !== 'redis').length
  const each = LEAST.warmUp + Math.max(LEAST.run, seconds) + 0.25
  return { heap: { count: probed * workloads.length * tests.length, seconds: each } }
}

/**
 * Looks into every target that has a JavaScript heap, for each workload and test.
 * @throws LabError naming the target that does not start, answers wrongly or dies
 */
export async function runHeapProbes(
  plan: RoundsPlan,
  emit: Emit,
  clock: Stopwatch<'heap'> = stopwatch(heapSteps(plan), emit),
): Promise<HeapRun[]> {
  const { targets } = plan
  emit(step('counting allocations and collections, in runs of their own'))
  const runs: HeapRun[] = []
  for (const target of targets) {
    if (target.server !== 'redis') runs.push(...(await probe(target, plan, clock)))
    else runs.push(...withoutHeap(target, plan))
  }
  return runs
}

function withoutHeap({ name }: Target, { workloads, tests }: RoundsPlan): HeapRun[] {
  const heap = { missing: 'Redis is written in C: it has no JavaScript heap' }
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
            const heap = { value: heapPerRequest(before, after, requests) }
            runs.push({ target: target.name, workload: at, test, heap })
            clock.end('heap')
          }
        } finally {
          await load.stop()
        }
      }
    } catch (failure) {
      throw await blame(failure, target, server, 'counting allocations')
    } finally {
      await server.stop()
    }
  } finally {
    await watch.close()
  }
  return runs
}

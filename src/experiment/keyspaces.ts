/**
 * What the keys of a workload cost: memory, pauses, and work for the garbage collector, while all of
 * them are set. It is a separate run with a fresh server: nothing of it is timed.
 */
import { startPings } from '../load/pings.ts'
import { startTool } from '../load/start.ts'
import type { Workload } from '../load/workload.ts'
import type { KeyspaceReading } from '../measure/counter-list.ts'
import { countBetween } from '../measure/counters.ts'
import { type HeapWatch, watchHeap } from '../measure/heap.ts'
import { readCounters } from '../measure/process-counters.ts'
import { type Emit, step } from '../run/events.ts'
import type { RunningServer } from '../run/server.ts'
import { warmUp } from './benchmark.ts'
import type { KeyspaceRun, RoundsPlan, Target } from './comparison.ts'
import { type Steps, type Stopwatch, stopwatch } from './stopwatch.ts'
import { explainFailure, startTarget, takesPart, whyNoHeap } from './targets.ts'

/** Keys are set in batches of so many: larger ones would themselves be pauses. */
const PIPELINE = 16
const WARM_UP_SECONDS = 0.75

/** Workloads that have the same keys and clients cost the same: only the first of them is run. */
function partsOf({ targets, workloads }: RoundsPlan) {
  const first = (workload: Workload) =>
    workloads.findIndex(
      (one) =>
        one.keyspace === workload.keyspace &&
        one.payload === workload.payload &&
        one.clients === workload.clients,
    )
  return workloads
    .filter((workload, at) => workload.keyspace > 1 && first(workload) === at)
    .flatMap((workload) =>
      targets
        .filter((target) => takesPart(target, workload))
        .map((target) => ({
          target,
          workload,
          same: workloads.flatMap((one, at) => (first(one) === first(workload) ? [at] : [])),
        })),
    )
}

export function keyspaceSteps(plan: RoundsPlan): Record<'keyspace', Steps> {
  const parts = partsOf(plan)
  const keys = parts.reduce((sum, { workload }) => sum + workload.keyspace, 0)
  // A start, a warm-up, and some 300,000 keys per second.
  const seconds = parts.length === 0 ? 0 : 1.5 + keys / parts.length / 300_000
  return { keyspace: { count: parts.length, seconds } }
}

/**
 * Sets all keys of each workload that has more than one, and sees what they cost each target.
 * @throws LabError naming the target that does not start, answers wrongly or dies
 */
export async function runKeyspaces(
  plan: RoundsPlan,
  emit: Emit,
  clock: Stopwatch<'keyspace'> = stopwatch(keyspaceSteps(plan), emit),
  onRun: (run: KeyspaceRun) => void = () => {},
): Promise<KeyspaceRun[]> {
  const runs: KeyspaceRun[] = []
  const parts = partsOf(plan)
  if (parts.length > 0) emit(step('what the keys cost, in separate runs'))
  for (const { target, workload, same } of parts) {
    clock.begin(`${target.name}, ${workload.keyspace.toLocaleString('en-US')} keys`)
    const noHeap = whyNoHeap(target)
    const watch = noHeap === undefined ? await watchHeap() : undefined
    try {
      const server = await startTarget(
        target,
        watch === undefined ? {} : { nodeFlags: watch.nodeFlags },
      )
      try {
        const keyspace = await fillWatched(plan, workload, server, target, watch)
        for (const at of same) {
          const run = { target: target.name, workload: at, keyspace }
          runs.push(run)
          onRun(run)
        }
      } catch (failure) {
        throw await explainFailure(failure, target, server, 'setting all keys')
      } finally {
        await server.stop()
      }
    } finally {
      await watch?.close()
    }
    clock.end('keyspace')
  }
  return runs
}

async function fillWatched(
  { tool }: RoundsPlan,
  workload: Workload,
  server: RunningServer,
  target: Target,
  watch: HeapWatch | undefined,
) {
  // Compiled code, buffers and V8's young generation are there before the first key is.
  const one = await startTool(tool, server, { ...workload, keyspace: 1, pipeline: PIPELINE })
  try {
    await warmUp(one, 'set', WARM_UP_SECONDS)
  } finally {
    await one.stop()
  }
  const load = await startTool(tool, server, workload)
  try {
    const pings = await startPings(server)
    const look = async (keys: number): Promise<KeyspaceReading> => ({
      keys,
      gcMs:
        watch === undefined
          ? { missing: whyNoHeap(target)! }
          : { value: (await watch.read()).pauseMs },
      residentBytes: readCounters(server.pid).residentBytes,
      at: performance.now(),
      pauses: { missing: 'no PING was sent' },
    })
    const before = await look(0)
    await load.fill(PIPELINE)
    const after = await look(workload.keyspace)
    return countBetween('keyspace', before, { ...after, pauses: { value: await pings.stop() } }, 1)
  } finally {
    await load.stop()
  }
}

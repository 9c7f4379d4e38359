/** How many instructions a target needs per request: under callgrind, so never timed. */
import { join } from 'node:path'
import { startLoad, type TestName, type Workload } from '../load/control.ts'
import {
  type CallgrindCounts,
  callgrindWords,
  countInstructions,
  whyNoCallgrind,
} from '../measure/callgrind.ts'
import { type Emit, step } from '../run/events.ts'
import { makeScratch } from '../run/scratch.ts'
import type { Target } from './comparison.ts'
import type { InstructionRun } from './instruction-ratio.ts'
import { explainFailure, startTarget } from './targets.ts'

export interface InstructionsPlan {
  targets: readonly Target[]
  workloads: readonly Workload[]
  tests: readonly TestName[]
  /** How often each target is started: V8 does not compile the same in each process. */
  starts: number
  /** Simulates caches as well. */
  cache?: boolean
}

/** Starts of each target when two are compared. */
export const STARTS = 3

/** Programs start 30 times slower under callgrind; on a busy machine that is minutes, ms. */
const START_TIMEOUT_MS = 300_000
/** The server may be silent for this long, ms. */
const SILENCE_MS = 120_000
const WINDOWS = 8
const REQUESTS = 1000
/** V8 optimizes by the number of calls: stage 4 needs 8,000 instructions warm and 35,000 cold. */
const WARM_UP = { requests: 20_000, seconds: 120 }
/** A count does not depend on what else runs: two servers run at once. */
const AT_ONCE = 2

const stretchedTimers = new URL('../measure/stretched-timers.ts', import.meta.url).href

/**
 * Counts each target in windows of requests over one connection, after a warm-up. With one connection
 * each turn of the event loop serves one batch: with more, how many it serves depends on the machine.
 * @param onRuns called with all that was counted, each time that a start is done
 * @throws LabError if valgrind is missing, or a target fails under it
 */
export async function countTargets(
  plan: InstructionsPlan,
  emit: Emit,
  onRuns: (runs: InstructionRun[]) => void = () => {},
): Promise<InstructionRun[]> {
  const { targets, workloads, tests, starts } = plan
  const missing = await whyNoCallgrind()
  if (missing !== undefined) throw missing
  const runs: InstructionRun[] = targets.flatMap(({ name: target }) =>
    workloads.flatMap((_, workload) =>
      tests.map((test) => ({ target, workload, test, requests: REQUESTS, starts: [] })),
    ),
  )
  const counts = workloads.length * tests.length
  const total = targets.length * starts * counts
  let done = 0
  const queue = Array.from({ length: starts }, () => targets).flat()
  const worker = async () => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
      const { name } = target
      const onStep = (text: string) => emit(step(text))
      await countTarget(target, plan, onStep, (at, test, { windows, misses }) => {
        const run = runs.find((one) => {
          return one.target === name && one.workload === at && one.test === test
        })!
        run.starts.push(windows)
        if (misses !== undefined) run.misses = misses
        emit({ type: 'progress', share: ++done / total })
      })
      onRuns(runs.filter((run) => run.starts.length > 0))
    }
  }
  const orStop = (failure: unknown) => {
    queue.length = 0 // the other worker ends with what it has begun: a start takes a minute
    throw failure
  }
  const ends = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, () => worker().catch(orStop)),
  )
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return runs
}

async function countTarget(
  target: Target,
  { workloads, tests, cache }: InstructionsPlan,
  onStep: (text: string) => void,
  onCount: (workload: number, test: TestName, counted: Windows) => void,
): Promise<void> {
  const scratch = await makeScratch()
  const out = join(scratch.dir, 'callgrind')
  try {
    onStep(`${target.name}: starting under callgrind, some 20 s`)
    const server = await startTarget(target, {
      nodeFlags: ['--import', stretchedTimers],
      under: callgrindWords(out, cache),
      timeoutMs: START_TIMEOUT_MS,
    })
    try {
      for (const [at, workload] of workloads.entries()) {
        const load = await startLoad(server, { ...workload, clients: 1 }, { silenceMs: SILENCE_MS })
        try {
          await load.fill()
          for (const test of tests) {
            onStep(`${target.name}: counting instructions per ${test.toUpperCase()}`)
            await warmUpByCalls(test, load)
            onCount(at, test, await countWindows(test, load, server.pid, out))
          }
        } finally {
          await load.stop()
        }
      }
    } catch (failure) {
      throw await explainFailure(failure, target, server, 'under callgrind')
    } finally {
      await server.stop()
    }
  } finally {
    await scratch.remove()
  }
}

type StartedLoad = Awaited<ReturnType<typeof startLoad>>

/** Per request. */
interface Windows extends Pick<CallgrindCounts, 'misses'> {
  windows: number[]
}

async function countWindows(
  test: TestName,
  load: StartedLoad,
  pid: number,
  out: string,
): Promise<Windows> {
  const windows: number[] = []
  const misses: NonNullable<CallgrindCounts['misses']>[] = []
  for (let window = 0; window < WINDOWS; window++) {
    const counting = await countInstructions(pid, out)
    let counts: CallgrindCounts | undefined
    const { requests } = await load.run({ test, requests: REQUESTS }, undefined, async () => {
      counts = await counting.end()
    })
    windows.push(counts!.instructions / requests)
    if (counts!.misses !== undefined) misses.push(counts!.misses)
  }
  if (misses.length === 0) return { windows }
  const least = (of: 'd1' | 'lastLevel') => Math.min(...misses.map((one) => one[of])) / REQUESTS
  return { windows, misses: { d1: least('d1'), lastLevel: least('lastLevel') } }
}

async function warmUpByCalls(test: TestName, load: StartedLoad): Promise<void> {
  const began = performance.now()
  for (let done = 0; done < WARM_UP.requests; ) {
    if (performance.now() - began > WARM_UP.seconds * 1000) return
    done += (await load.run({ test, requests: 500 })).requests
  }
}

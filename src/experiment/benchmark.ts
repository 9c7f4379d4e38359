/** Measures one server under load: nothing else runs, and nothing is profiled. */
import type { Load, Progress, RunRequest, TestName, Workload } from '../load/control.ts'
import type { Tool } from '../load/options.ts'
import { startTool } from '../load/start.ts'
import { combine, valueOrUndefined } from '../measure/counted.ts'
import { countBetween } from '../measure/counters.ts'
import { splitCpu, ticksBetween } from '../measure/cpu-split.ts'
import { readCounters } from '../measure/process-counters.ts'
import { type Emit, type LiveFigures, step } from '../run/events.ts'
import type { RunningServer } from '../run/server.ts'
import type { MeasuredRun } from './comparison.ts'
import { busyIn } from './tabulate.ts'
import { explainFailure } from './targets.ts'

export interface BenchmarkOptions {
  workload: Workload
  tests: readonly TestName[]
  tool: Tool
  /** Length of each measured run: so many requests, or so many seconds. */
  length: { requests: number } | { seconds: number }
  /** Longest that a test is warmed up, in seconds. */
  warmUpSeconds: number
}

/**
 * Warms the server up and measures each test.
 * @throws LabError if the server answers wrongly, late or not at all: then there is no figure
 */
export async function benchmark(
  server: RunningServer,
  options: BenchmarkOptions,
  emit: Emit,
): Promise<MeasuredRun[]> {
  const { workload, tests, tool, length } = options
  emit(step(`${server.name}: connecting ${workload.clients} clients`))
  const load = await startTool(tool, server, workload)
  try {
    await load.fill()
    for (const test of tests) {
      emit(step(`${server.name}: warming up ${test.toUpperCase()}`))
      await warmUp(load, test, options.warmUpSeconds)
    }
    const results: MeasuredRun[] = []
    for (const test of tests) {
      const text = `${server.name}: measuring ${test.toUpperCase()}`
      emit(step(text))
      const progress = figuresTo(emit, text, server.pid)
      results.push(await measureRun(server.pid, load, { test, ...length }, progress))
    }
    return results
  } catch (failure) {
    throw await explainFailure(failure, server, server, 'under load')
  } finally {
    await load.stop()
  }
}

/** Read no more often than that, ms: the lab's process reads some files of /proc for it. */
const LOOK_MS = 500

/**
 * Emits the load's progress as events, with how busy the server is, which is read from outside and
 * costs the server nothing.
 * @param of what the figures are of
 * @param pid of the server, if it runs on this machine
 */
export function figuresTo(emit: Emit, of: string, pid?: number): (progress: Progress) => void {
  // Elsewhere it takes a program to find out, started in the middle of a measurement.
  const busy = pid === undefined || process.platform !== 'linux' ? () => null : busyOf(pid)
  return ({ share, requestsPerSecond, latency, clientBusy }) => {
    const figures = { of, requestsPerSecond, latency, clientBusy, serverBusy: busy() }
    emit({ type: 'figures', share, figures })
  }
}

/** The share of a core that a process took lately; null as long as it is not known. */
function busyOf(pid: number): () => number | null {
  let before = readCounters(pid).cpu
  let lookedAt = performance.now()
  let busy: number | null = null
  return () => {
    const micros = (performance.now() - lookedAt) * 1000
    if (micros >= LOOK_MS * 1000) {
      const now = readCounters(pid).cpu
      const spent = combine(before, now, (a, b) => splitCpu(a, b).total / micros)
      busy = valueOrUndefined(spent) ?? null
      before = now
      lookedAt += micros / 1000
    }
    return busy
  }
}

/** Length of one slice of the warm-up, in seconds. */
const SLICE = 0.2
/** A slice that is less than this much faster than the best one before is not a rise. */
const RISE = 1.03
/** V8 optimizes what has been called often, however long that took: stage 4 is done after so many. */
const LEAST_REQUESTS = 10_000

/**
 * Runs short slices until throughput stops rising: V8 has compiled what is hot by then. One slice
 * without a rise may have been disturbed, so it takes two in a row, and a least number of requests.
 * @param seconds longest warm-up; a target too slow for the requests gets up to three times as long
 */
export async function warmUp(
  load: Pick<Load, 'run'>,
  test: TestName,
  seconds: number,
): Promise<void> {
  let best = 0
  let requests = 0
  let flat = 0
  for (let spent = 0; ; spent += SLICE) {
    const enough = requests >= LEAST_REQUESTS
    if (flat >= 2 && enough) return
    if (spent >= (enough ? seconds : 3 * seconds)) return
    const slice = await load.run({ test, seconds: Math.min(SLICE, seconds) })
    requests += slice.requests
    flat = slice.requestsPerSecond < best * RISE ? flat + 1 : 0
    best = Math.max(best, slice.requestsPerSecond)
  }
}

/**
 * One run, with the server's counters read right before and right after it.
 * @param pid of the server
 * @throws LabError if the server answers wrongly, late or not at all
 */
export async function measureRun(
  pid: number,
  load: Load,
  request: RunRequest,
  onProgress?: (progress: Progress) => void,
): Promise<MeasuredRun> {
  const before = readCounters(pid)
  let after = before
  const summary = await load.run(request, onProgress, () => {
    after = readCounters(pid)
  })
  return {
    summary,
    server: countBetween('process', before, after, summary.requests),
    ticks: combine(before.cpu, after.cpu, ticksBetween),
  }
}

/** The figures of a run that is over. */
export function figuresOf(target: string, run: MeasuredRun): LiveFigures {
  const { test, requestsPerSecond, latency, client } = run.summary
  return {
    of: `${target}: ${test.toUpperCase()}`,
    requestsPerSecond,
    latency: { p50: latency.p50, p99: latency.p99 },
    serverBusy: busyIn(run) ?? null,
    clientBusy: client?.busy ?? null,
  }
}

/** One timed run of one test, and the warm-up before it. Nothing is profiled. */
import type { Load, Progress, RunRequest, TestName } from '../load/control.ts'
import type { Summary } from '../load/summary.ts'
import { type PerRequest, perRequest, readCounters } from '../measure/process-counters.ts'
import type { LiveFigures } from '../run/events.ts'

export interface MeasuredRun {
  summary: Summary
  /** What the server spent on a request, as the operating system counted it during the run. */
  server: PerRequest
}

/** Length of one slice of the warm-up, in seconds. */
const SLICE = 0.25
/** A slice that is less than this much faster than the best one before is not a rise. */
const RISE = 1.03

/**
 * Runs short slices until throughput stops rising: V8 has compiled what is hot by then.
 * @param seconds longest warm-up, in seconds
 */
export async function warmUp(load: Load, test: TestName, seconds: number): Promise<void> {
  let best = 0
  for (let spent = 0; spent < seconds; spent += SLICE) {
    const { requestsPerSecond } = await load.run({ test, seconds: Math.min(SLICE, seconds) })
    // The first two always: compilation starts in the middle of the first.
    if (spent >= SLICE && requestsPerSecond < best * RISE) return
    best = Math.max(best, requestsPerSecond)
  }
}

/**
 * One run, with the server's counters read right before and right after it.
 * @param pid of the server
 * @throws LabError where the server answers wrongly, late or not at all
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
  return { summary, server: perRequest(before, after, summary.requests) }
}

/** Share of one core that the server kept busy; above 1 if it was more than one. */
export function serverBusy({ summary, server }: MeasuredRun): number | undefined {
  const { cpuMicros } = server
  if ('missing' in cpuMicros) return undefined
  return (cpuMicros.value.total * summary.requestsPerSecond) / 1e6
}

/** What is told of a run that is over. */
export function figuresOf(target: string, run: MeasuredRun): LiveFigures {
  const { test, requestsPerSecond, latency, client } = run.summary
  return {
    of: `${target}: ${test.toUpperCase()}`,
    requestsPerSecond,
    latency: { p50: latency.p50, p99: latency.p99 },
    serverBusy: serverBusy(run) ?? null,
    clientBusy: client?.busy ?? null,
  }
}

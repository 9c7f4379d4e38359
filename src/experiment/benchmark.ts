/** Measures one server under load: nothing else runs, and nothing is profiled. */
import type { Load, Progress, Summary, TestName, Workload } from '../load/control.ts'
import type { Tool } from '../load/options.ts'
import { startTool } from '../load/start.ts'
import { type PerRequest, perRequest, readCounters } from '../measure/process-counters.ts'
import type { RunningServer } from '../run/server.ts'

export interface BenchmarkOptions {
  workload: Workload
  tests: readonly TestName[]
  tool: Tool
  /** Length of each measured run: so many requests, or so many seconds. */
  length: { requests: number } | { seconds: number }
  /** Longest that a test is warmed up, in seconds. */
  warmUpSeconds: number
}

export interface TestResult {
  summary: Summary
  /** What the server spent on a request, as the operating system counted it during the run. */
  server: PerRequest
}

/** Told what is being done, and how far it has come. */
export interface Watcher {
  step(text: string): void
  progress(progress: Progress): void
}

/** Length of one slice of the warm-up, in seconds. */
const SLICE = 0.5
/** A slice that is less than this much faster than the best one before is not a rise. */
const RISE = 1.03

/**
 * Warms the server up and measures each test.
 * @throws LabError where the server answers wrongly, late or not at all: then there is no figure
 */
export async function benchmark(
  server: RunningServer,
  options: BenchmarkOptions,
  watcher: Watcher,
): Promise<TestResult[]> {
  const { workload, tests, tool, length } = options
  watcher.step(`${server.name}: connecting ${workload.clients} clients`)
  const load = await startTool(tool, server, workload)
  try {
    await load.fill()
    for (const test of tests) {
      watcher.step(`${server.name}: warming up ${test.toUpperCase()}`)
      await warmUp(load, test, options.warmUpSeconds)
    }
    const results: TestResult[] = []
    for (const test of tests) {
      watcher.step(`${server.name}: measuring ${test.toUpperCase()}`)
      results.push(await measure(server, load, { test, ...length }, watcher))
    }
    return results
  } finally {
    await load.stop()
  }
}

/** Runs short slices until throughput stops rising: V8 has compiled what is hot by then. */
async function warmUp(load: Load, test: TestName, seconds: number): Promise<void> {
  let best = 0
  for (let spent = 0; spent < seconds; spent += SLICE) {
    const { requestsPerSecond } = await load.run({ test, seconds: SLICE })
    // The first two always: compilation starts in the middle of the first.
    if (spent >= SLICE && requestsPerSecond < best * RISE) return
    best = Math.max(best, requestsPerSecond)
  }
}

async function measure(
  server: RunningServer,
  load: Load,
  request: { test: TestName; requests?: number; seconds?: number },
  watcher: Watcher,
): Promise<TestResult> {
  const before = readCounters(server.pid)
  let after = before
  const summary = await load.run(
    request,
    (progress) => watcher.progress(progress),
    () => {
      after = readCounters(server.pid)
    },
  )
  return { summary, server: perRequest(before, after, summary.requests) }
}

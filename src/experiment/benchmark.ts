/** Measures one server under load: nothing else runs, and nothing is profiled. */
import type { Progress, TestName, Workload } from '../load/control.ts'
import type { Tool } from '../load/options.ts'
import { startTool } from '../load/start.ts'
import { combine, valueOrUndefined } from '../measure/counted.ts'
import { readCounters, splitCpu } from '../measure/process-counters.ts'
import type { RunningServer } from '../run/server.ts'
import { type MeasuredRun, measureRun, warmUp } from './measured-run.ts'
import { blame } from './targets.ts'

export interface BenchmarkOptions {
  workload: Workload
  tests: readonly TestName[]
  tool: Tool
  /** Length of each measured run: so many requests, or so many seconds. */
  length: { requests: number } | { seconds: number }
  /** Longest that a test is warmed up, in seconds. */
  warmUpSeconds: number
}

/** Told what is being done, and how far it has come. */
export interface Watcher {
  /** @param secondsLeft of all that is being done, where that can be estimated */
  step(text: string, secondsLeft?: number): void
  progress(progress: LiveProgress): void
}

/** What the load tells of itself, and what the operating system tells of the server. */
export interface LiveProgress extends Progress {
  /** Share of one core that the server kept busy lately; left out where it is not known. */
  serverBusy?: number | null
}

/**
 * Warms the server up and measures each test.
 * @throws LabError where the server answers wrongly, late or not at all: then there is no figure
 */
export async function benchmark(
  server: RunningServer,
  options: BenchmarkOptions,
  watcher: Watcher,
): Promise<MeasuredRun[]> {
  const { workload, tests, tool, length } = options
  watcher.step(`${server.name}: connecting ${workload.clients} clients`)
  const load = await startTool(tool, server, workload)
  try {
    await load.fill()
    for (const test of tests) {
      watcher.step(`${server.name}: warming up ${test.toUpperCase()}`)
      await warmUp(load, test, options.warmUpSeconds)
    }
    const results: MeasuredRun[] = []
    for (const test of tests) {
      watcher.step(`${server.name}: measuring ${test.toUpperCase()}`)
      const progress = withServer(server.pid, watcher.progress)
      results.push(await measureRun(server.pid, load, { test, ...length }, progress))
    }
    return results
  } catch (failure) {
    throw await blame(failure, server, server, 'under load')
  } finally {
    await load.stop()
  }
}

/** Asked no more often than that, ms: the lab's own process reads some files of /proc for it. */
const LOOK_MS = 500

/** Adds how busy the server is. It is read from outside, and costs the server nothing. */
function withServer(
  pid: number,
  tell: (progress: LiveProgress) => void,
): (progress: Progress) => void {
  // Elsewhere a program would have to be started to find out, in the middle of a measurement.
  if (process.platform !== 'linux') return tell
  let before = readCounters(pid).cpu
  let lookedAt = performance.now()
  let busy: number | null = null
  return (progress) => {
    const micros = (performance.now() - lookedAt) * 1000
    if (micros >= LOOK_MS * 1000) {
      const now = readCounters(pid).cpu
      const spent = combine(before, now, (a, b) => splitCpu(a, b).total / micros)
      busy = valueOrUndefined(spent) ?? null
      before = now
      lookedAt += micros / 1000
    }
    tell({ ...progress, serverBusy: busy })
  }
}

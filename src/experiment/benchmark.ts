/** Measures one server under load: nothing else runs, and nothing is profiled. */
import type { Progress, TestName, Workload } from '../load/control.ts'
import type { Tool } from '../load/options.ts'
import { startTool } from '../load/start.ts'
import type { RunningServer } from '../run/server.ts'
import { blame } from './contenders.ts'
import { type MeasuredRun, measureRun, warmUp } from './measured-run.ts'

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
  step(text: string): void
  progress(progress: Progress): void
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
      results.push(await measureRun(server.pid, load, { test, ...length }, watcher.progress))
    }
    return results
  } catch (failure) {
    throw await blame(failure, server, server, 'under load')
  } finally {
    await load.stop()
  }
}

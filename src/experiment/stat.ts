/** Counts what a server does under a load: the article's `perf stat`, and what replaces it. */
import { articleCounts } from '../article/perf-stat.ts'
import { startLoad, type TestName, type Workload } from '../load/control.ts'
import type { Counted } from '../measure/counted.ts'
import { countBetween, type Readings } from '../measure/counters.ts'
import { watchMachineLoad } from '../measure/machine.ts'
import { coreShareOf, type MachineLoad } from '../measure/machine-load.ts'
import { countEvents, type PerfStat } from '../measure/perf-stat.ts'
import { readCounters } from '../measure/process-counters.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import { explainFailure } from './targets.ts'

export interface StatOptions {
  workload: Workload
  tests: readonly TestName[]
  /** Length of each test. */
  length: { requests: number } | { seconds: number }
  warmUpSeconds: number
}

export interface StatResult {
  /** All tests together, in which everything below was counted. */
  requests: number
  elapsedSeconds: number
  /** What perf counted; missing with the reason if it cannot be used at all. */
  perf: Counted<PerfStat>
  /** Per request, as the operating system counts it. */
  server: Readings
  load: MachineLoad
}

/**
 * Warms a server up and counts over one run of each test. perf is left out if it cannot be used.
 * @throws LabError if the server or the load fails: then there is no figure
 */
export async function countServer(
  server: RunningServer,
  options: StatOptions,
  onStep: (text: string) => void,
): Promise<StatResult> {
  const { workload, tests, length, warmUpSeconds } = options
  const machineLoad = watchMachineLoad()
  onStep(`${server.name}: warming up`)
  const load = await startLoad(server, workload)
  try {
    await load.fill()
    for (const test of tests) await load.run({ test, seconds: warmUpSeconds / tests.length })
    const run = async () => {
      onStep(`${server.name}: counting`)
      const before = readCounters(server.pid)
      const began = performance.now()
      let requests = 0
      for (const test of tests) requests += (await load.run({ test, ...length })).requests
      const elapsedSeconds = (performance.now() - began) / 1000
      const after = readCounters(server.pid)
      const perRequest = countBetween('process', before, after, requests)
      return { requests, elapsedSeconds, server: perRequest }
    }
    const { counted, perf } = await withPerf(server.pid, run)
    const share = coreShareOf([{ server: counted.server, summary: counted }])
    return { ...counted, perf, load: machineLoad(share) }
  } catch (failure) {
    throw await explainFailure(failure, server, server, 'under load')
  } finally {
    await load.stop()
  }
}

/** Counts with perf while `run` runs; without perf if it cannot be used. */
export async function withPerf<T>(
  pid: number,
  run: () => Promise<T>,
): Promise<{ counted: T; perf: Counted<PerfStat> }> {
  let started = false
  const marked = () => {
    started = true
    return run()
  }
  const events = articleCounts.map(({ event }) => event)
  try {
    const { stat, result } = await countEvents(pid, events, marked)
    return { counted: result, perf: { value: stat } }
  } catch (failure) {
    // Once the load is on, a failure may be the server's or the load's own.
    if (started || !(failure instanceof LabError)) throw failure
    return { counted: await run(), perf: { missing: failure.message } }
  }
}

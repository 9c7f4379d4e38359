/** One run of an exhibit, with more looked at than a benchmark needs: what a reader may ask later. */
import { loadavg } from 'node:os'
import type { Load } from '../load/control.ts'
import type { TestName, Workload } from '../load/workload.ts'
import { readMachine } from '../measure/machine.ts'
import { perRequest, readCounters } from '../measure/process-counters.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import type { Party, RecordedRun, Recording, RunSummary, Slice } from './recording.ts'
import { readThreads, threadTimes } from './threads.ts'

/** Begins a recording: everything but the runs. */
export function beginRecording(
  about: Pick<Recording, 'client' | 'workload' | 'warmUpSeconds'>,
): Recording {
  if (process.platform !== 'linux') {
    throw new LabError('recordings are made on Linux', {
      means: "only there does a process' every thread and system call have its count",
      next: 'npm run lie -- 1 shows what was recorded',
    })
  }
  return {
    format: 1,
    kind: 'exhibit',
    at: new Date().toISOString(),
    machine: readMachine(),
    loadBefore: loadavg()[0]!,
    ...about,
    parties: [],
    runs: [],
  }
}

/** A server as a party, before its first request. */
export function asParty(
  server: RunningServer,
  name = server.name,
  nodeOptions: string[] = [],
): Party {
  const { residentBytes } = readCounters(server.pid)
  return { name, nodeOptions, residentAtStart: 'value' in residentBytes ? residentBytes.value : 0 }
}

/** Whose run it is. */
export type Place = Pick<RecordedRun, 'target' | 'round'>

/**
 * A run of the lab's load generator, or of redis-benchmark.
 * @throws LabError where the server answers wrongly, late or not at all
 */
export async function recordRun(
  server: RunningServer,
  load: Load,
  request: { test: TestName; seconds: number },
  place: Place,
): Promise<RecordedRun> {
  const slices: Slice[] = []
  let last = { at: 0, done: 0, cpu: cpuOf(server) }
  const began = performance.now()
  return await recorded(server, place, async (measured) => {
    const summary = await load.run(
      request,
      ({ done, requestsPerSecond }) => {
        const now = { at: (performance.now() - began) / 1000, done, cpu: cpuOf(server) }
        const cpuMicros = (now.cpu - last.cpu) / Math.max(1, done - last.done)
        slices.push({ at: now.at, requestsPerSecond, cpuMicros })
        last = now
      },
      measured,
    )
    const { test, requests, seconds, requestsPerSecond, latency, client, repliesChecked } = summary
    const busy = client === null ? null : { busy: client.busy }
    const kept = {
      test,
      requests,
      seconds,
      requestsPerSecond,
      latency,
      client: busy,
      repliesChecked,
    }
    return { summary: kept, slices }
  })
}

/**
 * Any run, with the server's counters read before and after it.
 * @param act calls what it is given when the last reply has come
 */
export async function recorded(
  { pid }: RunningServer,
  place: Place,
  act: (measured: () => void) => Promise<{ summary: RunSummary; slices: Slice[] }>,
): Promise<RecordedRun> {
  const began = performance.now() / 1000
  const read = () => ({ counters: readCounters(pid), threads: readThreads(pid) })
  const before = read()
  let after: ReturnType<typeof read> | undefined
  const { summary, slices } = await act(() => {
    after = read()
  })
  after ??= read()
  return {
    ...place,
    began,
    summary,
    server: perRequest(before.counters, after.counters, summary.requests),
    threads: threadTimes(before.threads, after.threads, summary.seconds),
    slices,
  }
}

/** Makes the times of the runs begin with the first one. */
export function fromFirst(runs: readonly RecordedRun[]): RecordedRun[] {
  const first = runs[0]?.began ?? 0
  return runs.map((run) => ({ ...run, began: Number((run.began - first).toFixed(2)) }))
}

function cpuOf({ pid }: RunningServer): number {
  const { cpu } = readCounters(pid)
  if ('missing' in cpu) throw new LabError(`the server's CPU cannot be read: ${cpu.missing}`)
  return cpu.value.totalMicros
}

/** The article's load, in pipelines. */
export function pipelined(workload: Workload): Workload {
  return { ...workload, pipeline: 16 }
}

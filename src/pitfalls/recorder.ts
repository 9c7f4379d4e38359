/** Runs benchmarks and records more about them than a result holds: what a reader may ask later. */
import { loadavg } from 'node:os'
import { warmUp } from '../experiment/benchmark.ts'
import { turns } from '../experiment/rounds.ts'
import { type Address, type Load, type RunRequest, startLoad } from '../load/control.ts'
import { startRedisBenchmark } from '../load/redis-benchmark.ts'
import type { TestName, Workload } from '../load/workload.ts'
import { countBetween } from '../measure/counters.ts'
import { readMachine } from '../measure/machine.ts'
import { readCounters } from '../measure/process-counters.ts'
import { LabError } from '../run/lab-error.ts'
import { type RunningServer, startStage } from '../run/server.ts'
import type { RecordedRun, Recording, RunSummary, Slice } from './recording.ts'
import { readThreads, threadTimes } from './threads.ts'

/** A server that can be started to be measured. */
export interface Side {
  name: string
  start(): Promise<RunningServer>
  /** Options of Node that it is started with. */
  nodeOptions?: string[]
}

/** A stage as it is, for `withTargets`. */
export function stageSide(id: string, name = id): Side {
  return { name, start: () => startStage({ id }) }
}

/** What sends the requests; the lab's `Load` is one. */
export interface Client {
  run(
    request: RunRequest,
    onProgress?: Parameters<Load['run']>[1],
    onMeasured?: () => void,
  ): Promise<RunSummary>
  warmUp(test: TestName, seconds: number): Promise<void>
  stop(): Promise<void>
}

/** Connects a client to a server. */
export type Connect = (address: Address, workload: Workload) => Promise<Client>

/** The lab's load generator, with every key set. */
export const labLoad: Connect = async (address, workload) => {
  const load = await startLoad(address, workload)
  try {
    await load.fill()
  } catch (failure) {
    await load.stop()
    throw failure
  }
  return { ...load, warmUp: (test, seconds) => warmUp(load, test, seconds) }
}

/** redis-benchmark, which checks no reply. */
export const redisBenchmark: Connect = async (address, workload) => {
  const load = await startRedisBenchmark(address, workload)
  const run = (test: TestName, seconds: number) => load.run({ test, seconds })
  return { ...load, warmUp: async (test, seconds) => void (await run(test, seconds)) }
}

/** A server with its client, while it is measured. */
export interface MeasuredTarget {
  name: string
  server: RunningServer
  warmUp(test: TestName): Promise<void>
  /** Makes one run and adds it to the recording. */
  run(round: number, request: RunRequest): Promise<RecordedRun>
}

export interface Recorder {
  recording: Recording
  /**
   * Starts servers and connects a client to each, for as long as `act` takes. All servers are
   * started before the first request.
   * @throws LabError when a server or a client fails; what `act` throws
   */
  withTargets<T>(
    sides: readonly Side[],
    connect: Connect,
    act: (targets: MeasuredTarget[]) => Promise<T>,
  ): Promise<T>
}

/** Begins a recording, without a run yet. */
export function createRecorder(
  about: Pick<Recording, 'client' | 'workload' | 'warmUpSeconds'>,
): Recorder {
  const recording: Recording = {
    format: 1,
    kind: 'recording',
    at: new Date().toISOString(),
    machine: readMachine(),
    loadBefore: loadavg()[0]!,
    ...about,
    targets: [],
    runs: [],
  }
  let firstBegan: number | undefined
  const measured = (name: string, server: RunningServer, client: Client): MeasuredTarget => ({
    name,
    server,
    warmUp: (test) => client.warmUp(test, about.warmUpSeconds),
    async run(round, request) {
      const now = performance.now() / 1000
      firstBegan ??= now
      const began = Number((now - firstBegan).toFixed(2))
      const run = { target: name, round, began, ...(await measure(server, client, request)) }
      recording.runs.push(run)
      return run
    },
  })
  return {
    recording,
    async withTargets(sides, connect, act) {
      const ends: (() => Promise<void>)[] = []
      try {
        const servers: RunningServer[] = []
        for (const { name, start, nodeOptions = [] } of sides) {
          const server = await start()
          ends.push(server.stop)
          servers.push(server)
          // A server that is started again for every round is still one target.
          if (recording.targets.some((target) => target.name === name)) continue
          const { residentBytes } = readCounters(server.pid)
          const residentAtStart = 'value' in residentBytes ? residentBytes.value : 0
          recording.targets.push({ name, nodeOptions, residentAtStart })
        }
        const targets: MeasuredTarget[] = []
        for (const [at, server] of servers.entries()) {
          const client = await connect(server, about.workload)
          ends.push(client.stop)
          targets.push(measured(sides[at]!.name, server, client))
        }
        return await act(targets)
      } finally {
        // Clients end before their servers: they would report a closed connection.
        for (const end of ends.reverse()) await end()
      }
    },
  }
}

/** Runs each target once in each round, in alternating order. */
export async function inTurn(
  targets: readonly MeasuredTarget[],
  rounds: number,
  request: RunRequest,
  onStep: (text: string) => void,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    onStep(`round ${round} of ${rounds}`)
    for (const at of turns(targets.length, round)) await targets[at]!.run(round, request)
  }
}

async function measure(
  { pid }: RunningServer,
  client: Client,
  request: RunRequest,
): Promise<Pick<RecordedRun, 'summary' | 'server' | 'threads' | 'slices'>> {
  const read = () => ({ counters: readCounters(pid), threads: readThreads(pid) })
  const slices: Slice[] = []
  const before = read()
  const began = performance.now()
  let last = { done: 0, cpu: cpuTotal(before.counters) }
  let after: ReturnType<typeof read> | undefined
  const { test, requests, seconds, requestsPerSecond, latency, ...rest } = await client.run(
    request,
    ({ done, requestsPerSecond }) => {
      const now = { done, cpu: cpuTotal(readCounters(pid)) }
      const cpuMicros = (now.cpu - last.cpu) / Math.max(1, done - last.done)
      slices.push({ at: (performance.now() - began) / 1000, requestsPerSecond, cpuMicros })
      last = now
    },
    () => {
      after = read()
    },
  )
  after ??= read()
  const busy = rest.client === null ? null : { busy: rest.client.busy }
  const { repliesChecked } = rest
  return {
    summary: { test, requests, seconds, requestsPerSecond, latency, client: busy, repliesChecked },
    server: countBetween('process', before.counters, after.counters, requests),
    threads: threadTimes(before.threads, after.threads, seconds),
    slices,
  }
}

function cpuTotal({ cpu }: ReturnType<typeof readCounters>): number {
  if ('missing' in cpu) throw new LabError(`the server's CPU cannot be read: ${cpu.missing}`)
  return cpu.value.totalMicros
}

/** What a load generator is asked to do: fill the keyspace, measure a test, check what was written. */
import { randomBytes } from 'node:crypto'
import { createHistogram } from 'node:perf_hooks'
import type { LabError } from '../run/lab-error.ts'
import {
  type Batches,
  constantBatches,
  createCounters,
  createGenerations,
  createValues,
  type Keys,
  keyedBatches,
  mix,
} from './batches.ts'
import { createGenerator, type RoundPlan } from './generator.ts'
import { constantTemplate, templateOf } from './requests.ts'
import {
  type Progress,
  readLatency,
  readPercentiles,
  reportProgress,
  type Summary,
} from './summary.ts'
import type { Address, RunRequest, TestName, Workload } from './workload.ts'

export interface MeasuredLoad {
  /** Connects all clients and sees each of them answered once. */
  open(): Promise<void>
  /** Sets every key and counter; not measured. With a pipeline in batches of that many. */
  fill(pipeline?: number): Promise<void>
  /** One measured run. */
  run(request: RunRequest, onProgress?: (progress: Progress) => void): Promise<Summary>
  /**
   * After a run: reads some of the keys that it wrote, and sees that no connection holds a reply
   * too many. Not measured.
   */
  verify(): Promise<void>
  close(): void
}

/** Keys read back after a run that wrote. */
const sampleKeys = 64

/** Bytes that unmeasured batches may have in flight. */
const unmeasuredBytes = 1 << 20

/**
 * A load on a server, with clients that are not connected yet.
 * @param silenceMs and `onFailure`: see `createGenerator`
 */
export function createMeasuredLoad(
  target: Address,
  workload: Workload,
  silenceMs: number,
  onFailure: (failure: LabError) => void,
): MeasuredLoad {
  const generator = createGenerator(target, workload.clients, silenceMs, onFailure)
  const seed = randomBytes(4).readInt32LE()
  const values = createValues(seed, workload.payload)
  const generations = createGenerations(workload.keyspace)
  const counters = createCounters(workload.clients, seed)
  let filled = false
  /** The last run wrote, and none of it has been read back. */
  let unverified = false
  let random = mix(seed) || 1

  async function open(): Promise<void> {
    await generator.connect()
    await settle('connect')
  }

  async function fill(wanted?: number): Promise<void> {
    const reset = constantBatches(counters.reset, 1, 1)
    await play({ name: 'fill', batches: reset, pipeline: 1, total: 1, players: 1 })
    generations.next()
    const template = templateOf('set', workload.payload)
    const pipeline = wanted ?? unmeasuredPipeline(template.request.length)
    const helpers = Math.min(workload.clients, 4)
    let key = 0
    const batches = keyedBatches(
      template,
      pipeline,
      helpers,
      keysOf(() => key++),
    )
    await play({ name: 'fill', batches, pipeline, total: workload.keyspace, players: helpers })
    filled = true
  }

  async function run(
    request: RunRequest,
    onProgress?: (progress: Progress) => void,
  ): Promise<Summary> {
    const { test } = request
    const writes = test === 'set' || test === 'mset'
    if (!filled && !writes && test !== 'ping') throw new Error(`${test} needs fill() first`)
    const { requests, seconds } = request
    if ((requests === undefined) === (seconds === undefined)) {
      throw new Error('a run is bounded either by requests or by seconds')
    }
    if (writes) generations.next()
    unverified = writes
    const batches = batchesOf(test)
    // Nanoseconds, up to an hour, to three figures: half a megabyte.
    const latency = createHistogram({ lowest: 1, highest: 3600e9, figures: 3 })
    const cpuBefore = process.cpuUsage()
    const threadBefore = process.threadCpuUsage()
    const startedAt = performance.now()
    const deadline = seconds === undefined ? Infinity : startedAt + seconds * 1000
    const total = requests ?? Infinity
    const { pipeline, clients: players } = workload
    const plan = { name: test, batches, pipeline, total, players, deadline, latency }
    const round = generator.play(plan)
    const stopReports = onProgress && reportProgress(round, startedAt, deadline, onProgress)
    await round.ended
    const cpu = process.cpuUsage(cpuBefore)
    const thread = process.threadCpuUsage(threadBefore)
    stopReports?.()
    const elapsed = (round.endedAt - startedAt) / 1000
    return {
      ...workload,
      tool: 'lab',
      test,
      requests: round.done,
      seconds: elapsed,
      requestsPerSecond: round.done / elapsed,
      latency: readLatency(latency),
      percentiles: readPercentiles(latency),
      client: {
        userMicros: cpu.user / round.done,
        systemMicros: cpu.system / round.done,
        busy: Math.min(1, (thread.user + thread.system) / 1e6 / elapsed),
      },
      repliesChecked: true,
    }
  }

  async function verify(): Promise<void> {
    if (unverified) {
      unverified = false
      const written = generations.ofKey
      const generation = generations.current()
      const template = templateOf('get', workload.payload)
      const count = Math.min(sampleKeys, unmeasuredPipeline(template.reply.length))
      const sample = keysOf(() => {
        const found = written.indexOf(generation, pickRandom())
        return found === -1 ? written.indexOf(generation) : found
      })
      const batches = keyedBatches(template, count, 1, sample)
      await play({ name: 'read back', batches, pipeline: count, total: count, players: 1 })
    }
    await settle('last')
  }

  /**
   * One ECHO of a random word on every connection. A reply too many, sent earlier and mistaken for
   * the answer to a later request, has nowhere left to hide.
   */
  async function settle(name: string): Promise<void> {
    const word = randomBytes(8).toString('hex')
    const template = constantTemplate(['ECHO', word], `$16\r\n${word}\r\n`)
    const { clients } = workload
    const batches = constantBatches(template, 1, clients)
    await play({ name: `${name} ECHO`, batches, pipeline: 1, total: clients, players: clients })
  }

  function batchesOf(test: TestName): Batches {
    if (test === 'incr') return counters.batches(workload.pipeline)
    const template = templateOf(test, workload.payload)
    return keyedBatches(template, workload.pipeline, workload.clients, keysOf(pickRandom))
  }

  function keysOf(pick: () => number): Keys {
    return { keyspace: workload.keyspace, pick, values, generations }
  }

  /** Marsaglia's xorshift: three shifts a key, and good enough to spread requests over keys. */
  function pickRandom(): number {
    random ^= random << 13
    random ^= random >>> 17
    random ^= random << 5
    return Math.floor(((random >>> 0) / 0x1_0000_0000) * workload.keyspace)
  }

  function unmeasuredPipeline(bytes: number): number {
    return Math.max(1, Math.min(512, Math.floor(unmeasuredBytes / bytes)))
  }

  function play(plan: RoundPlan): Promise<void> {
    return generator.play(plan).ended
  }

  return { open, fill, run, verify, close: generator.close }
}

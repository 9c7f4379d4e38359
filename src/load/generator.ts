/**
 * The load itself: connections in a closed loop. Each client sends a batch in one write, waits for
 * all its replies, checks them byte for byte, and sends the next.
 *
 * Replies are read first and the next batches sent after, once a turn of the event loop: that is how
 * redis-benchmark's loop alternates, it keeps the clients of one turn together, and it was measured
 * to cost less than sending from within the read. Latency is counted as redis-benchmark counts it:
 * from just before the write to the first byte of the answer, the same for all requests of a batch.
 */
import { randomBytes } from 'node:crypto'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
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
import { type Client, openClient } from './connection.ts'
import {
  answeredTooSoon,
  cannotConnect,
  connectionLost,
  extraReply,
  silence,
  type Where,
  wrongReply,
} from './failures.ts'
import { sameBytes } from './reply-bytes.ts'
import { constantTemplate, templateOf } from './requests.ts'
import {
  type Progress,
  readLatency,
  readPercentiles,
  reportProgress,
  type Summary,
} from './summary.ts'
import type { Address, RunRequest, TestName, Workload } from './workload.ts'

export interface Generator {
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

/** One round of batches over some of the clients. */
interface Round {
  name: string
  batches: Batches
  pipeline: number
  /** Requests in all; Infinity when only the clock ends the round. */
  total: number
  /** No batch is sent after this time, in ms of `performance.now`. */
  deadline: number
  /** Requests sent. */
  issued: number
  /** Requests answered. */
  done: number
  /** Clients that have a batch out or will send one. */
  active: number
  latency: RecordableHistogram | undefined
  endedAt: number
  resolve: () => void
}

/** Connections opened at a time: less than the 511 that a Node server lets wait by default. */
const connectAtOnce = 128

/** Keys read back after a run that wrote. */
const sampleKeys = 64

/** Bytes that unmeasured batches may have in flight. */
const unmeasuredBytes = 1 << 20

/**
 * @param silenceMs after so many milliseconds without a byte on any connection the server counts
 *   as hanging
 * @param onFailure called once, with why there will be no more figures; the generator is then closed,
 *   and pending promises never settle
 */
export function createGenerator(
  target: Address,
  workload: Workload,
  silenceMs: number,
  onFailure: (failure: LabError) => void,
): Generator {
  const seed = randomBytes(4).readInt32LE()
  const buffer = Buffer.allocUnsafeSlow(1 << 16)
  const values = createValues(seed, workload.payload)
  const generations = createGenerations(workload.keyspace)
  const counters = createCounters(workload.clients, seed)
  const clients: Client[] = []
  /** Clients whose batch is answered and who send their next in this turn of the loop. */
  const ready: Client[] = []
  let round: Round | undefined
  let connecting: (() => void) | undefined
  let closed = false
  let filled = false
  /** The last run wrote, and none of it has been read back. */
  let unverified = false
  let heardAt = 0
  let random = mix(seed) || 1

  // It polls: no timer is set or cleared per request.
  const watch = setInterval(
    () => {
      const waiting = round !== undefined || connecting !== undefined
      if (waiting && performance.now() - heardAt > silenceMs) failSilent()
    },
    Math.max(10, silenceMs / 8),
  )

  const listener = { received, closed: lost }

  async function open(): Promise<void> {
    heardAt = performance.now()
    let connected = 0
    await new Promise<void>((resolve) => {
      connecting = resolve
      const next = () => {
        if (clients.length < workload.clients) {
          clients.push(openClient(clients.length, target, buffer, listener, up))
        }
      }
      const up = () => {
        heardAt = performance.now()
        if (++connected === workload.clients) resolve()
        else next()
      }
      for (let i = 0; i < connectAtOnce; i++) next()
    })
    connecting = undefined
    await settle('connect')
  }

  async function fill(wanted?: number): Promise<void> {
    await play('fill', constantBatches(counters.reset, 1, 1), 1, 1, 1)
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
    await play('fill', batches, pipeline, workload.keyspace, helpers)
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
    const ended = play(test, batches, workload.pipeline, total, workload.clients, deadline, latency)
    const running = round!
    const stopReports = onProgress && reportProgress(running, startedAt, deadline, onProgress)
    await ended
    const cpu = process.cpuUsage(cpuBefore)
    const thread = process.threadCpuUsage(threadBefore)
    stopReports?.()
    const elapsed = (running.endedAt - startedAt) / 1000
    return {
      ...workload,
      tool: 'lab',
      test,
      requests: running.done,
      seconds: elapsed,
      requestsPerSecond: running.done / elapsed,
      latency: readLatency(latency),
      percentiles: readPercentiles(latency),
      client: {
        userMicros: cpu.user / running.done,
        systemMicros: cpu.system / running.done,
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
      await play('read back', batches, count, count, 1)
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
    const batches = constantBatches(template, 1, workload.clients)
    await play(`${name} ECHO`, batches, 1, workload.clients, workload.clients)
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

  /** Plays a round on the first `players` clients; resolves when every reply has come. */
  function play(
    name: string,
    batches: Batches,
    pipeline: number,
    total: number,
    players: number,
    deadline = Infinity,
    latency?: RecordableHistogram,
  ): Promise<void> {
    if (round !== undefined) throw new Error('the load generator does one thing at a time')
    return new Promise((resolve) => {
      heardAt = performance.now()
      round = {
        name,
        batches,
        pipeline,
        total,
        deadline,
        issued: 0,
        done: 0,
        active: players,
        latency,
        endedAt: 0,
        resolve,
      }
      for (let i = 0; i < players; i++) send(round, clients[i]!)
    })
  }

  function send(round: Round, client: Client): void {
    if (closed) return
    const count = Math.min(round.pipeline, round.total - round.issued)
    if (count === 0) return retire(round)
    round.batches.prepare(client.index, count)
    const batch = round.batches.ofClient[client.index]!
    const { request, requestLength } = batch
    client.batch = batch
    client.count = count
    client.first = round.issued
    client.received = 0
    client.open = true
    round.issued += count
    client.sentAt = performance.now()
    client.socket.write(
      requestLength === request.length ? request : request.subarray(0, requestLength),
    )
  }

  function sendReady(): void {
    for (let i = 0; i < ready.length && round !== undefined; i++) send(round, ready[i]!)
    ready.length = 0
  }

  function retire(ending: Round): void {
    if (--ending.active > 0) return
    ending.endedAt = heardAt
    round = undefined
    ending.resolve()
  }

  function received(client: Client, length: number): void {
    if (closed) return
    const now = performance.now()
    const { batch } = client
    if (round === undefined || batch === undefined || !client.open) {
      return fail(extraReply(undefined, Buffer.from(buffer.subarray(0, length))))
    }
    const { received } = client
    const after = received + length
    if (after > batch.replyLength || !sameBytes(buffer, length, batch.reply, received)) {
      const expected = batch.reply.subarray(0, batch.replyLength)
      return fail(wrongReply(where(round, client), expected, received, buffer.subarray(0, length)))
    }
    heardAt = now
    if (received === 0) client.firstByteAt = now
    client.received = after
    if (after < batch.replyLength) return
    // Node still holds a part of the request, so the answer cannot be one to all of it; and the
    // buffer must not be patched for the next batch.
    if (client.socket.writableLength > 0) return fail(answeredTooSoon(where(round, client)))
    client.open = false
    round.done += client.count
    round.latency?.record(Math.max(1, Math.round((client.firstByteAt - client.sentAt) * 1e6)))
    if (round.issued >= round.total || now >= round.deadline) return retire(round)
    if (ready.push(client) === 1) setImmediate(sendReady)
  }

  function lost(client: Client): void {
    if (closed) return
    if (connecting !== undefined && client.error !== undefined) {
      return fail(cannotConnect(target, client.error))
    }
    const open = client.open && round !== undefined ? where(round, client) : undefined
    fail(
      connectionLost(
        client.index,
        open,
        client.received,
        client.batch?.replyLength ?? 0,
        client.error,
      ),
    )
  }

  function failSilent(): void {
    const playing = round
    const waiting =
      playing === undefined
        ? []
        : clients
            .filter((client) => client.open)
            .map((client) => ({
              where: where(playing, client),
              received: client.received,
              expected: client.batch?.replyLength ?? 0,
            }))
    fail(silence(silenceMs, waiting, clients.length))
  }

  function where(round: Round, client: Client): Where {
    const total = Number.isFinite(round.total) ? round.total : null
    return { test: round.name.toUpperCase(), first: client.first, total, client: client.index }
  }

  function fail(failure: LabError): void {
    close()
    onFailure(failure)
  }

  function close(): void {
    closed = true
    round = undefined
    clearInterval(watch)
    for (const client of clients) client.socket.destroy()
  }

  return { open, fill, run, verify, close }
}

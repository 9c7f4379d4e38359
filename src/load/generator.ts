/**
 * The load itself: connections in a closed loop. Each client sends a batch in one write, waits for
 * all its replies, checks them byte for byte, and sends the next.
 *
 * Replies are read first and the next batches sent after, once a turn of the event loop: that is how
 * redis-benchmark's loop alternates, it keeps the clients of one turn together, and it was measured
 * to cost less than sending from within the read. Latency is counted as redis-benchmark counts it:
 * from just before the write to the first byte of the answer, the same for all requests of a batch.
 */
import type { RecordableHistogram } from 'node:perf_hooks'
import type { LabError } from '../run/lab-error.ts'
import type { Batches } from './batches.ts'
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
import type { Address } from './workload.ts'

export interface Generator {
  /** Connects all clients. */
  connect(): Promise<void>
  /** Begins a round on the first `players` clients; one round at a time. */
  play(plan: RoundPlan): Round
  close(): void
}

/** What a round of batches over some of the clients sends. */
export interface RoundPlan {
  /** For errors: the test, or what else the requests are for. */
  name: string
  batches: Batches
  pipeline: number
  players: number
  /** Requests in all; Infinity when only the clock ends the round. */
  total: number
  /** No batch is sent after this time, in ms of `performance.now`. */
  deadline?: number
  latency?: RecordableHistogram | undefined
}

export interface Round {
  readonly name: string
  readonly batches: Batches
  readonly pipeline: number
  readonly total: number
  readonly deadline: number
  /** Requests sent. */
  issued: number
  /** Requests answered. */
  done: number
  /** Clients that have a batch out or will send one. */
  active: number
  readonly latency: RecordableHistogram | undefined
  /** When the last reply came, in ms of `performance.now`. */
  endedAt: number
  /** Resolves when every reply has come. */
  readonly ended: Promise<void>
  readonly resolve: () => void
}

/** Connections opened at a time: less than the 511 that a Node server lets wait by default. */
const connectAtOnce = 128

/**
 * @param clientCount clients to connect
 * @param silenceMs after so many milliseconds without a byte on any connection the server counts
 *   as hanging
 * @param onFailure called once, with why there will be no more figures; the generator is then closed,
 *   and pending promises never settle
 */
export function createGenerator(
  target: Address,
  clientCount: number,
  silenceMs: number,
  onFailure: (failure: LabError) => void,
): Generator {
  const buffer = Buffer.allocUnsafeSlow(1 << 16)
  const clients: Client[] = []
  /** Clients whose batch is answered and who send their next in this turn of the loop. */
  const ready: Client[] = []
  let round: Round | undefined
  let connecting: (() => void) | undefined
  let closed = false
  let heardAt = 0

  // It polls: no timer is set or cleared per request.
  const watch = setInterval(
    () => {
      const waiting = round !== undefined || connecting !== undefined
      if (waiting && performance.now() - heardAt > silenceMs) failSilent()
    },
    Math.max(10, silenceMs / 8),
  )

  const listener = { received, closed: lost }

  async function connect(): Promise<void> {
    heardAt = performance.now()
    let connected = 0
    await new Promise<void>((resolve) => {
      connecting = resolve
      const next = () => {
        if (clients.length < clientCount) {
          clients.push(openClient(clients.length, target, buffer, listener, up))
        }
      }
      const up = () => {
        heardAt = performance.now()
        if (++connected === clientCount) resolve()
        else next()
      }
      for (let i = 0; i < connectAtOnce; i++) next()
    })
    connecting = undefined
  }

  function play(plan: RoundPlan): Round {
    if (round !== undefined) throw new Error('the load generator does one thing at a time')
    heardAt = performance.now()
    const { promise, resolve } = Promise.withResolvers<void>()
    const begun: Round = {
      name: plan.name,
      batches: plan.batches,
      pipeline: plan.pipeline,
      total: plan.total,
      deadline: plan.deadline ?? Infinity,
      issued: 0,
      done: 0,
      active: plan.players,
      latency: plan.latency,
      endedAt: 0,
      ended: promise,
      resolve,
    }
    round = begun
    for (let i = 0; i < plan.players; i++) send(begun, clients[i]!)
    return begun
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

  return { connect, play, close }
}

/**
 * Loads an HTTP server. Without a rate by autocannon, a closed loop: each connection sends its next
 * request when it has the reply. With a rate by a loop of the lab's own, since autocannon sends a
 * second's requests in one burst and then waits for replies: here each request has its time, however
 * slow the replies are, and its latency counts from that time. So it is free of coordinated omission.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'
import { LabError } from '../run/lab-error.ts'

export interface HttpWorkload {
  url: string
  connections: number
  /** Requests per second; undefined: as many as the server answers. */
  rate?: number | undefined
}

export interface HttpCounts {
  replies: number
  /** Replies of another status than 2xx, by status. */
  statuses: Map<number, number>
  /** Requests without a reply, by reason. */
  errors: Map<string, number>
}

/** Milliseconds; in the open loop from the time at which the request was due. */
export interface HttpLatency {
  p50: number
  p90: number
  p99: number
  max: number
}

export interface HttpLoad {
  counts: HttpCounts
  /** Resolves when it has stopped; rejects with a LabError if the server gives no reply at all. */
  ended: Promise<HttpLatency>
  stop(): void
}

/** After so many errors without a reply the load gives up. */
const HOPELESS = 20

/** The limit on requests that wait for a reply, or memory could run out. */
const MOST_WAITING = 100_000

/**
 * Begins to send GET requests; goes on until it is stopped.
 * @param onReply is called for each reply, with its latency in ms
 */
export function startHttp(workload: HttpWorkload, onReply: (ms: number) => void): HttpLoad {
  const counts: HttpCounts = { replies: 0, statuses: new Map(), errors: new Map() }
  const hopeless = Promise.withResolvers<never>()
  hopeless.promise.catch(() => {}) // raced below
  let failed = 0
  const outcome = {
    reply(status: number, ms: number) {
      counts.replies++
      if (status < 200 || status > 299) add(counts.statuses, status)
      onReply(ms)
    },
    error(error: Error) {
      const { code } = error as NodeJS.ErrnoException
      add(counts.errors, code ?? error.message)
      failed++
      if (counts.replies === 0 && failed >= HOPELESS) hopeless.reject(noReply(workload.url, error))
    },
  }
  const { rate } = workload
  const loop =
    rate === undefined ? closedLoop(workload, outcome) : openLoop({ ...workload, rate }, outcome)
  const ended = Promise.race([loop.ended, hopeless.promise]).finally(loop.stop)
  return { counts, ended, stop: loop.stop }
}

interface Outcome {
  reply(status: number, ms: number): void
  error(error: Error): void
}

type Loop = Pick<HttpLoad, 'ended' | 'stop'>

/** A day: it ends when it is stopped. */
const LONGEST = 86_400

function closedLoop({ url, connections }: HttpWorkload, outcome: Outcome): Loop {
  const ended = Promise.withResolvers<HttpLatency>()
  const run = autocannon(
    { url, connections, duration: LONGEST, sampleInt: 50 },
    (error, result) => {
      if (error === null) ended.resolve(result.latency)
      else ended.reject(new LabError(`the load on ${url} failed: ${error.message}`))
    },
  )
  run.on('response', (_, status, _bytes, ms) => outcome.reply(status, ms))
  run.on('reqError', outcome.error)
  return { ended: ended.promise, stop: () => run.stop() }
}

function openLoop(
  { url, connections, rate }: HttpWorkload & { rate: number },
  outcome: Outcome,
): Loop {
  const secure = url.startsWith('https:')
  const settings = { keepAlive: true, maxSockets: connections }
  const agent = secure
    ? new HttpsAgent({ ...settings, rejectUnauthorized: false })
    : new HttpAgent(settings)
  const request = secure ? httpsRequest : httpRequest
  const latencies: number[] = []
  let waiting = 0
  let stopped = false
  const send = (due: number) => {
    waiting++
    let settled = false
    const settle = () => {
      if (!settled) waiting--
      settled = true
    }
    const sent = request(url, { agent }, (reply) => {
      reply.on('error', () => {}) // `close` reports it
      reply.resume().once('close', () => {
        settle()
        if (stopped) return
        if (!reply.complete) return outcome.error(new Error('the reply was cut off'))
        const ms = performance.now() - due
        latencies.push(ms)
        outcome.reply(reply.statusCode!, ms)
      })
    })
    sent.once('error', (error) => {
      settle()
      if (!stopped) outcome.error(error)
    })
    sent.end()
  }
  const run = async (): Promise<HttpLatency> => {
    const begun = performance.now()
    let sent = 0
    while (!stopped) {
      const due = Math.floor(((performance.now() - begun) / 1000) * rate)
      for (; sent <= due; sent++) {
        if (waiting < MOST_WAITING) send(begun + (sent / rate) * 1000)
        else outcome.error(new Error(`${MOST_WAITING} requests waited for a reply already`))
      }
      await delay(Math.min(20, 1000 / rate))
    }
    agent.destroy()
    return percentiles(latencies)
  }
  return {
    ended: run(),
    stop: () => {
      stopped = true
    },
  }
}

function percentiles(values: number[]): HttpLatency {
  values.sort((a, b) => a - b)
  const at = (share: number) => values[Math.ceil(values.length * share) - 1] ?? 0
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function noReply(url: string, error: Error): LabError {
  const { code, message } = error as NodeJS.ErrnoException
  return new LabError(`no reply from ${url}: ${code ?? message}`, {
    means: 'the server does not listen there, or closes connections without a reply',
    next: `curl -v ${url}, while the server runs`,
  })
}

/**
 * The outcome of the load, a sentence each.
 * @param latency of the replies, if it is known
 */
export function httpSentences(
  { url, connections, rate }: HttpWorkload,
  { replies, statuses, errors }: HttpCounts,
  latency?: HttpLatency,
): string[] {
  const list = (counts: ReadonlyMap<string | number, number>) =>
    [...counts].map(([what, count]) => `${what}: ${count.toLocaleString('en-US')}`).join(', ')
  const how =
    rate === undefined
      ? `GET ${url}, ${connections} connections, each waits for its reply`
      : `GET ${url}, ${rate} per second on at most ${connections} connections: an open loop, free of coordinated omission`
  const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))
  return [
    how,
    `${replies.toLocaleString('en-US')} replies, warm-up included${
      latency === undefined
        ? ''
        : `; latency p50 ${ms(latency.p50)}, p90 ${ms(latency.p90)}, p99 ${ms(latency.p99)}, max ${ms(latency.max)} ms`
    }`,
    ...(statuses.size === 0 ? [] : [`not 2xx: ${list(statuses)}`]),
    ...(errors.size === 0 ? [] : [`errors: ${list(errors)}`]),
  ]
}

/**
 * Loads an HTTP server. Without a rate by autocannon, a closed loop: each connection sends its next
 * request when it has the reply. With a rate by a loop of the lab's own, since autocannon sends a
 * second's requests in one burst and then waits for replies: here each request has its time, however
 * slow the replies are, and its latency counts from that time. So it is free of coordinated omission.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import autocannon, { type Client } from 'autocannon'
import { counted, figures, whole } from '../measure/format.ts'
import { accepts } from '../measure/listener.ts'
import { LabError } from '../run/lab-error.ts'

export interface HttpWorkload {
  url: string
  connections: number
  /** Requests per second; undefined: as many as the server answers. */
  rate?: number | undefined
}

export interface HttpCounts {
  replies: number
  /** Requests of an open loop whose time had come; 0 in a closed loop. */
  due: number
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

/** After so long without any reply the load gives up, s. */
const SILENCE = 30

/** A connection on which a reply takes so long is made again, s: more than the silence. */
const LOST = 60

/** The limit on requests that wait for a reply, or memory could run out; more are due, and not sent. */
const MOST_WAITING = 100_000

/**
 * Begins to send GET requests; goes on until it is stopped.
 * @param onReply is called for each reply, with its latency in ms
 */
export function startHttp(workload: HttpWorkload, onReply: (ms: number) => void): HttpLoad {
  const { url, rate } = workload
  const counts: HttpCounts = { replies: 0, due: 0, statuses: new Map(), errors: new Map() }
  const latencies = createHistogram({ lowest: 1, highest: 3600e9, figures: 3 })
  const hopeless = Promise.withResolvers<never>()
  hopeless.promise.catch(() => {}) // raced below
  let failed = 0
  const outcome = {
    due: () => counts.due++,
    reply(status: number, ms: number) {
      if (counts.replies++ === 0) clearTimeout(silence)
      if (status < 200 || status > 299) add(counts.statuses, status)
      latencies.record(Math.max(1, Math.round(ms * 1e6)))
      onReply(ms)
    },
    error(error: Error) {
      const { code } = error as NodeJS.ErrnoException
      add(counts.errors, code ?? error.message)
      failed++
      if (counts.replies === 0 && failed === HOPELESS) {
        void noReply(url, error).then(hopeless.reject)
      }
    },
  }
  const silence = setTimeout(() => hopeless.reject(silent(url)), SILENCE * 1000)
  const loop =
    rate === undefined ? closedLoop(workload, outcome) : openLoop({ ...workload, rate }, outcome)
  const ended = Promise.race([loop.ended, hopeless.promise])
    .then(() => readLatency(latencies))
    .finally(() => {
      clearTimeout(silence)
      loop.stop()
    })
  return { counts, ended, stop: loop.stop }
}

function readLatency(latencies: RecordableHistogram): HttpLatency {
  if (latencies.count === 0) return { p50: 0, p90: 0, p99: 0, max: 0 }
  const at = (percentile: number) => latencies.percentile(percentile) / 1e6
  return { p50: at(50), p90: at(90), p99: at(99), max: latencies.max / 1e6 }
}

interface Outcome {
  due(): void
  reply(status: number, ms: number): void
  error(error: Error): void
}

interface Loop {
  ended: Promise<void>
  stop(): void
}

/** A day: it ends when it is stopped. */
const LONGEST = 86_400

function closedLoop({ url, connections }: HttpWorkload, outcome: Outcome): Loop {
  const ended = Promise.withResolvers<void>()
  const setupClient = (client: Client) => reconnectCleanly(client, outcome)
  const run = autocannon(
    { url, connections, duration: LONGEST, sampleInt: 50, timeout: LOST, setupClient },
    (error) => {
      if (error === null) ended.resolve()
      else ended.reject(new LabError(`the load on ${url} failed: ${error.message}`))
    },
  )
  run.on('response', (_, status, _bytes, ms) => outcome.reply(status, ms))
  run.on('reqError', outcome.error)
  return { ended: ended.promise, stop: () => run.stop() }
}

/**
 * Autocannon makes a connection again when the server has ended it, but keeps what it asked on the
 * old one: each later reply would count from an earlier request. And it does not report that a
 * connection was ended without a reply.
 */
function reconnectCleanly(client: Client, outcome: Outcome): void {
  const connect = client._connect
  let replied = false
  client.on('response', () => {
    replied = true
  })
  client._connect = () => {
    const old = client.conn
    if (old !== undefined) {
      const endedByServer = old.readableEnded && old.errored === null
      client._destroyConnection()
      if (endedByServer && !replied) outcome.error(new Error('connection closed without a reply'))
    }
    replied = false
    connect.call(client)
  }
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
        outcome.reply(reply.statusCode!, performance.now() - due)
      })
    })
    sent.once('error', (error) => {
      settle()
      if (!stopped) outcome.error(error)
    })
    sent.end()
  }
  const run = async (): Promise<void> => {
    const begun = performance.now()
    let sent = 0
    while (!stopped) {
      const due = Math.floor(((performance.now() - begun) / 1000) * rate)
      for (; sent <= due; sent++) {
        outcome.due()
        if (waiting < MOST_WAITING) send(begun + (sent / rate) * 1000)
      }
      await delay(Math.min(20, 1000 / rate))
    }
    agent.destroy()
  }
  return {
    ended: run(),
    stop: () => {
      stopped = true
    },
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

async function noReply(url: string, error: Error): Promise<LabError> {
  const { code, message } = error as NodeJS.ErrnoException
  const happened = `no reply from ${url}: ${code ?? message}`
  const other = code === 'ECONNREFUSED' ? await onOtherLoopback(url) : undefined
  if (other !== undefined) {
    return new LabError(happened, {
      means: `a server listens at ${other.host}: localhost is 127.0.0.1 or [::1]`,
      next: `the same command with --http ${other.href}`,
    })
  }
  return new LabError(happened, {
    means: 'the server does not listen there, speaks another protocol, or closes connections',
    next: `curl -v ${url}, while the server runs`,
  })
}

/** The same address by the other version of IP, if something listens there. */
async function onOtherLoopback(url: string): Promise<URL | undefined> {
  const other = new URL(url)
  const hosts: Record<string, string> = { '127.0.0.1': '[::1]', '[::1]': '127.0.0.1' }
  const hostname = hosts[other.hostname]
  if (hostname === undefined) return undefined
  other.hostname = hostname
  return (await accepts(other)) ? other : undefined
}

function silent(url: string): LabError {
  return new LabError(`no reply from ${url} within ${SILENCE} s`, {
    means:
      'the request waits for something that is not there, a database, or takes longer than that',
    next: `curl -v ${url}, while the server runs`,
  })
}

/**
 * The outcome of the load, a sentence each.
 * @param latency of the replies, if it is known
 */
export function httpSentences(
  workload: HttpWorkload,
  counts: HttpCounts,
  latency?: HttpLatency,
): string[] {
  const { replies, statuses, errors } = counts
  return [
    httpText(workload),
    `${whole(replies)} replies, warm-up included${latency === undefined ? '' : `; ${latencyText(latency)}`}`,
    ...tooFast(workload, counts),
    ...(statuses.size === 0 ? [] : [statusText(workload.url, replies, statuses)]),
    ...(errors.size === 0 ? [] : [`errors: ${countsText(errors)}`]),
  ]
}

/** What the load is: `GET http://127.0.0.1:3000/, 10 connections, each waits for its reply`. */
export function httpText({ url, connections, rate }: HttpWorkload): string {
  return rate === undefined
    ? `GET ${url}, ${counted(connections, 'connection')}, each waits for its reply`
    : `GET ${url}, ${rate < 1 ? rate : whole(rate)} per second on at most ${counted(connections, 'connection')}: an open loop, free of coordinated omission`
}

/** The share of the requests that may still be under way when the load ends. */
const UNDER_WAY = 0.05
/** Of what a server answers, a load that it can keep up with. */
const COMFORTABLE = 0.7

/** A server that gets more than it answers has a queue that grows, and so does each latency. */
function tooFast({ connections, rate }: HttpWorkload, { due, replies, errors }: HttpCounts) {
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0)
  const waited = due - replies - failed
  if (rate === undefined || waited <= Math.max(connections, due * UNDER_WAY)) return []
  const answered = (rate * replies) / due
  return [
    `only ${whole(replies)} of the ${whole(due)} requests that were due had a reply, about ${figures(answered)} per second: the others waited, so these latencies grow with the length of the load; try --rate ${Math.max(1, Math.round(answered * COMFORTABLE))}`,
  ]
}

function latencyText({ p50, p90, p99, max }: HttpLatency): string {
  return `latency p50 ${figures(p50)}, p90 ${figures(p90)}, p99 ${figures(p99)}, max ${figures(max)} ms`
}

function statusText(url: string, replies: number, statuses: HttpCounts['statuses']): string {
  const others = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  const list = countsText(statuses)
  if (others < replies) return `not 2xx: ${list}`
  return `no reply was 2xx, so this is a profile of error pages or redirects: ${list}; look at it: curl -i ${url}`
}

/** `503: 1,234, 404: 5`. */
function countsText(counts: ReadonlyMap<string | number, number>): string {
  return [...counts].map(([what, count]) => `${what}: ${whole(count)}`).join(', ')
}

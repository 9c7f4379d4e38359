/**
 * A closed loop of HTTP requests of two kinds, usual and rare, each with its own latencies: what one
 * request in a hundred does to all others cannot be seen in the latencies of all.
 */
import { Agent, get } from 'node:http'
import { LabError } from '../run/lab-error.ts'

export interface RequestMix {
  /** With its query. */
  path: string
  /** Every so many-th request is another one, with a status of its own. */
  rare?: { path: string; every: number; status: number }
  /** Each sends its next request when its last was answered. */
  connections: number
}

/** In ms. */
export interface Latencies {
  count: number
  p50: number
  p90: number
  p99: number
  max: number
}

export interface MixFigures {
  requests: number
  seconds: number
  usual: Latencies
  rare: Latencies | null
}

export interface Address {
  host: string
  port: number
}

export interface HttpReply {
  status: number
  headers: Readonly<Record<string, string | undefined>>
  body: string
}

/** Asks for a path. @throws LabError if the server does not answer */
export function ask(
  { host, port }: Address,
  path: string,
  agent: Agent,
  method = 'GET',
): Promise<HttpReply> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpReply>()
  const fail = (cause: Error) =>
    reject(new LabError(`no reply to ${method} ${path}: ${cause.message}`, { cause }))
  const request = get({ host, port, path, agent, method }, (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      body += text
    })
    response.once('error', fail)
    response.once('end', () => {
      const headers = response.headers as HttpReply['headers']
      resolve({ status: response.statusCode!, headers, body })
    })
  })
  request.once('error', fail)
  return promise
}

/** An agent with connections that stay open. */
export function keepAlive(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections })
}

export interface MixEnd {
  /** The load ends after so many requests, or seconds, or when the signal is aborted. */
  requests?: number
  seconds?: number
  signal?: AbortSignal
  /** Called for each reply. */
  onReply?: () => void
}

/**
 * Loads a server.
 * @throws LabError if it does not answer, or with another status than it should
 */
export async function loadMix(
  address: Address,
  { path, rare, connections }: RequestMix,
  { requests = Number.POSITIVE_INFINITY, seconds, signal, onReply }: MixEnd,
): Promise<MixFigures> {
  const agent = keepAlive(connections)
  const began = performance.now()
  const until = seconds === undefined ? Number.POSITIVE_INFINITY : began + seconds * 1000
  const usual: number[] = []
  const others: number[] = []
  let sent = 0
  const connection = async () => {
    while (sent < requests && performance.now() < until && signal?.aborted !== true) {
      // In the middle of its turn, so that a short load has one as well.
      const isRare = rare !== undefined && sent % rare.every === rare.every >> 1
      sent++
      const asked = isRare ? rare.path : path
      const at = performance.now()
      const { status } = await ask(address, asked, agent)
      ;(isRare ? others : usual).push(performance.now() - at)
      const wanted = isRare ? rare.status : 200
      if (status !== wanted) throw new LabError(`${asked} was answered by ${status}, not ${wanted}`)
      onReply?.()
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, connection))
  } finally {
    agent.destroy()
  }
  return {
    requests: usual.length + others.length,
    seconds: (performance.now() - began) / 1000,
    usual: latencies(usual),
    rare: others.length === 0 ? null : latencies(others),
  }
}

function latencies(values: readonly number[]): Latencies {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  const [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1].map((share) => at(share) ?? 0) as [
    number,
    number,
    number,
    number,
  ]
  return { count: sorted.length, p50, p90, p99, max }
}

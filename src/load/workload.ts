/**
 * What is put on a server: which commands, how many clients, how big a value. The defaults are the
 * article's, `redis-benchmark -t get,set -c 50`.
 */

import { counted, whole } from '../measure/format.ts'

/** The tests that the load generator knows, in the order in which they are run when all are asked for. */
export const testNames = ['ping', 'set', 'get', 'incr', 'mset', 'mget'] as const

export type TestName = (typeof testNames)[number]

export interface Workload {
  /** Connections, each with one batch in flight. */
  clients: number
  /** Requests in a batch: sent in one write, and all answered before the next batch goes out. */
  pipeline: number
  /** Length of a value in bytes. */
  payload: number
  /** Number of keys that SET, GET, MSET and MGET choose from. */
  keyspace: number
  /** GET requests over HTTP in place of commands; `pipeline`, `payload` and `keyspace` say nothing then. */
  http?: { path: string; rate?: number | undefined }
}

/** One measured run, bounded by a number of requests or by a time in seconds. */
export interface RunRequest {
  test: TestName
  requests?: number
  seconds?: number
}

export interface Address {
  host: string
  port: number
}

export const defaultWorkload: Workload = { clients: 50, pipeline: 1, payload: 3, keyspace: 1 }

export const defaultTests: readonly TestName[] = ['set', 'get']

/** Keys of one MSET or MGET, as in redis-benchmark. */
export const keysPerMulti = 10

/** What loads a server, for a caption: `SET and GET; 50 clients, 3-byte payload, pipeline 16`. */
export function loadText(workload: Workload, tests: readonly TestName[]): string {
  return `${tests.map((test) => test.toUpperCase()).join(' and ')}; ${workloadText(workload)}`
}

/** `50 clients, 3-byte payload, pipeline 16`. */
export function workloadText({ clients, pipeline, payload, keyspace, http }: Workload): string {
  if (http !== undefined) {
    const rate = http.rate === undefined ? [] : [`${whole(http.rate)} requests per second`]
    return [http.path, counted(clients, 'connection'), ...rate].join(', ')
  }
  const parts = [counted(clients, 'client'), `${whole(payload)}-byte payload`]
  parts.push(pipeline === 1 ? 'no pipelining' : `pipeline ${pipeline}`)
  if (keyspace > 1) parts.push(counted(keyspace, 'key'))
  return parts.join(', ')
}

/** A load in words. */
import type { Workload } from '../load/workload.ts'
import { counted, whole } from './format.ts'

/** `50 clients, 3-byte payload, pipeline 16`. */
export function workloadText({ clients, pipeline, payload, keyspace }: Workload): string {
  const parts = [counted(clients, 'client'), `${whole(payload)}-byte payload`]
  parts.push(pipeline === 1 ? 'no pipelining' : `pipeline ${pipeline}`)
  if (keyspace > 1) parts.push(counted(keyspace, 'key'))
  return parts.join(', ')
}

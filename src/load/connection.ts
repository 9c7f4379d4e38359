/** One connection of the load generator. */
import { connect, type Socket } from 'node:net'
import type { Batch } from './batches.ts'
import type { Address } from './workload.ts'

export interface Client {
  readonly index: number
  readonly socket: Socket
  /** True while a batch is out and not answered whole. */
  open: boolean
  /** What is out, or went out last. */
  batch: Batch | undefined
  /** Requests in that batch. */
  count: number
  /** Number of that batch's first request in its run. */
  first: number
  /** Bytes of its replies that have come and were right. */
  received: number
  /** When the batch was written, in ms of `performance.now`. */
  sentAt: number
  /** When the first byte of its replies came. */
  firstByteAt: number
  /** Why the connection was lost, if the system says. */
  error: NodeJS.ErrnoException | undefined
}

export interface Listener {
  /** `length` bytes came, at the start of the shared buffer. */
  received(client: Client, length: number): void
  /** The connection is closed and could not, or did not, stay open. */
  closed(client: Client): void
}

/**
 * Opens a connection. All of them read into the same `buffer`: the callback looks at the bytes at
 * once and keeps none, so nothing is allocated for what comes in.
 */
export function openClient(
  index: number,
  target: Address,
  buffer: Buffer,
  listener: Listener,
  connected: () => void,
): Client {
  const socket = connect({
    host: target.host,
    port: target.port,
    noDelay: true,
    onread: {
      buffer,
      callback: (length) => {
        listener.received(client, length)
        return true
      },
    },
  })
  const client: Client = {
    index,
    socket,
    open: false,
    batch: undefined,
    count: 0,
    first: 0,
    received: 0,
    sentAt: 0,
    firstByteAt: 0,
    error: undefined,
  }
  socket.once('connect', connected)
  socket.on('error', (error: NodeJS.ErrnoException) => {
    client.error = error
  })
  socket.once('close', () => listener.closed(client))
  return client
}

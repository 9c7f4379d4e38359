/** What the lab uses of autocannon, which carries no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'
  import type { Socket } from 'node:net'

  interface Options {
    url: string
    connections: number
    /** Seconds. */
    duration: number
    /** How often it looks whether it is to stop, ms. */
    sampleInt: number
    /** After so many seconds without a reply a connection is made again. */
    timeout: number
    /** Is called for each connection, before it is made. */
    setupClient: (client: Client) => void
  }

  /** One connection, made again when it ends. */
  interface Client extends EventEmitter {
    conn?: Socket
    /** Makes `conn`, and sends the first request. */
    _connect(): void
    /** Ends `conn`, without its listeners, and forgets the requests that were sent on it. */
    _destroyConnection(): void
  }

  interface Run extends EventEmitter {
    stop(): void
    on(
      event: 'response',
      listener: (client: Client, status: number, bytes: number, ms: number) => void,
    ): this
    on(event: 'reqError', listener: (error: Error) => void): this
  }

  export default function autocannon(options: Options, done: (error: Error | null) => void): Run
}

/** What the lab uses of autocannon, which carries no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  interface Options {
    url: string
    connections: number
    /** Seconds. */
    duration: number
    /** How often it looks whether it is to stop, ms. */
    sampleInt: number
  }

  /** Percentiles in ms. */
  interface Latency {
    p50: number
    p90: number
    p99: number
    max: number
  }

  interface Result {
    latency: Latency
  }

  interface Run extends EventEmitter {
    stop(): void
    on(
      event: 'response',
      listener: (client: unknown, status: number, bytes: number, ms: number) => void,
    ): this
    on(event: 'reqError', listener: (error: Error) => void): this
  }

  export default function autocannon(
    options: Options,
    done: (error: Error | null, result: Result) => void,
  ): Run
}

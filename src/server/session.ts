import type { Database } from './database.ts'
import type { Keyspace } from './keyspace.ts'

/** What the server knows of one connection, beside its socket. */
export interface Session {
  readonly id: number
  readonly keyspace: Keyspace
  /** The database that SELECT chose. */
  database: Database
  databaseIndex: number
  /** Set by CLIENT SETNAME. */
  name: string
  /** Set by CLIENT SETINFO. */
  library: { name: string; version: string }
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  /** `host:port` of the client's end and of ours. */
  readonly address: string
  readonly localAddress: string
  /** The command that runs, or ran last, in lower case. */
  lastCommand: string
  /**
   * What the connection does after the command that runs: go on; send the replies and close (QUIT);
   * or close at once, unsent replies and all (POST: somebody's browser is being used against us).
   */
  after: 'go on' | 'close' | 'drop'
  /** How many bytes of replies wait for the client to read. */
  queued: () => number
  /** Closes the connection as `after` says: with its replies, or at once. */
  hangUp: () => void
  /** Since when more than the soft limit waits for it, in ms since 1970; 0: it does not. */
  slowSince: number
}

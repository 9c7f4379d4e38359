import { Database } from './database.ts'
import { DATABASES, maxClients, STUCK_CLIENT_BYTES } from './limits.ts'
import { Memory, StoredBytes } from './memory.ts'
import { dropIfSlow } from './output-limit.ts'
import type { Session } from './session.ts'

/** Everything that the connections of one server share. */
export class Keyspace {
  /** Shown by INFO: which stage this is. */
  readonly stage: string
  /** Where it listens; known once it does. */
  host = '127.0.0.1'
  port = 0
  readonly startedAt = Date.now()
  private readonly stored = new StoredBytes()
  readonly databases = Array.from({ length: DATABASES }, () => new Database(this.stored))
  readonly memory = new Memory(this.stored, this.databases)
  /** How many connections there can be at once. */
  readonly maxClients = maxClients()
  /** How many bytes of replies may wait for one client. */
  outputLimit = STUCK_CLIENT_BYTES
  readonly sessions = new Map<number, Session>()
  connectionsReceived = 0
  commandsProcessed = 0
  private lastId = 0

  constructor(stage: string) {
    this.stage = stage
  }

  /** Counts a new connection in. */
  open(address: string, localAddress: string): Session {
    this.connectionsReceived++
    const session: Session = {
      id: ++this.lastId,
      keyspace: this,
      database: this.databases[0]!,
      databaseIndex: 0,
      name: '',
      library: { name: '', version: '' },
      connectedAt: Date.now(),
      address,
      localAddress,
      lastCommand: 'NULL',
      after: 'go on',
      queued: () => 0,
      hangUp: () => {},
      slowSince: 0,
    }
    this.sessions.set(session.id, session)
    return session
  }

  close(session: Session): void {
    this.sessions.delete(session.id)
  }

  /** What has to be done now and then; called ten times a second, for a bounded time each. */
  tidyUp(): void {
    this.removeExpired()
    this.memory.look()
    for (const session of this.sessions.values()) dropIfSlow(session)
  }

  /** Removes keys that are past their deadline. */
  private removeExpired(): void {
    const batch = 200
    const now = Date.now()
    for (const database of this.databases) {
      if (database.sizeWithDeadline === 0) continue
      // Many of a batch were due: there are probably more, so go on, but for 25 ms at most.
      while (database.removeExpired(now, batch) > batch / 4 && Date.now() - now < 25);
    }
  }
}

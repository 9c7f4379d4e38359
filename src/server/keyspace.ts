import { freeUnused } from './blocks.ts'
import type { Database, MakeStore } from './database.ts'
import { DATABASES, maxClients, STUCK_CLIENT_BYTES } from './limits.ts'
import { Memory } from './memory.ts'
import { dropIfSlow } from './output-limit.ts'
import { endPauseInTime, forgetPostponed, type Pause } from './pause.ts'
import { idleSeconds, type Session } from './session.ts'
import { Statistics } from './statistics.ts'
import { discard } from './transaction.ts'

/** Everything that the connections of one server share. */
export class Keyspace {
  /** Shown by INFO: which stage this is. */
  readonly stage: string
  /** Where it listens; known once it does. */
  host = '127.0.0.1'
  port = 0
  readonly startedAt = Date.now()
  readonly databases: Database[]
  readonly memory: Memory
  /** How many connections there can be at once. */
  readonly maxClients = maxClients()
  /** How many bytes of replies may wait for one client. */
  outputLimit = STUCK_CLIENT_BYTES
  readonly sessions = new Map<number, Session>()
  readonly statistics = new Statistics(this.sessions)
  /** A connection that is idle for longer is closed, in seconds; 0: none is. */
  idleTimeout = 0
  /** Since CLIENT PAUSE, until what has waited was run. */
  pause: Pause | undefined
  private ticks = 0
  private lastId = 0

  constructor(stage: string, makeStore: MakeStore) {
    this.stage = stage
    const { databases, stored } = makeStore(DATABASES)
    this.databases = databases
    this.memory = new Memory(stored)
  }

  /** Counts a new connection in. */
  open(address: string, localAddress: string): Session {
    this.statistics.connectionsReceived++
    const session: Session = {
      id: ++this.lastId,
      keyspace: this,
      database: this.databases[0]!,
      databaseIndex: 0,
      name: '',
      library: { name: '', version: '' },
      connectedAt: Date.now(),
      activeAt: Date.now(),
      receivedBefore: 0,
      address,
      localAddress,
      lastCommand: 'NULL',
      after: 'go on',
      replying: 'on',
      transaction: undefined,
      watch: undefined,
      postponed: undefined,
      unread: () => ({ used: 0, size: 0 }),
      queued: () => 0,
      received: () => 0,
      sent: () => 0,
      descriptor: () => -1,
      flush: () => {},
      hangUp: () => {},
      slowSince: 0,
    }
    this.sessions.set(session.id, session)
    return session
  }

  /** Counts a connection out. To be called again does no harm. */
  close(session: Session): void {
    if (!this.sessions.delete(session.id)) return
    this.statistics.closed(session)
    discard(session)
    forgetPostponed(session)
  }

  /** Counts from 0 again: CONFIG RESETSTAT. */
  resetStatistics(): void {
    this.statistics.reset()
    for (const database of this.databases) database.hits = database.misses = database.expired = 0
  }

  /** Work to do now and then; called ten times a second, for a bounded time each. */
  tidyUp(): void {
    endPauseInTime(this)
    // A key whose time is over is gone for every reader; Redis too leaves it there during a pause.
    if (this.pause === undefined) this.removeExpired()
    this.memory.look()
    freeUnused()
    for (const session of this.sessions.values()) dropIfSlow(session)
    if (++this.ticks % 10 !== 0) return
    for (const database of this.databases) database.now++
    this.statistics.sample()
    this.closeIdle()
  }

  private closeIdle(): void {
    for (const session of this.sessions.values()) {
      const idle = idleSeconds(session)
      if (this.idleTimeout === 0 || idle <= this.idleTimeout) continue
      session.after = 'drop'
      session.hangUp()
    }
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

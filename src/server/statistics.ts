/** What INFO counts and samples. A request pays nothing for it beyond `calls` of its command. */

import { eachOf } from './commands/command.ts'
import { commands } from './commands/table.ts'
import { errorReplies } from './replies.ts'
import type { Session } from './session.ts'

/** What happened up to a moment. */
interface Sample {
  /** Milliseconds since 1970. */
  at: number
  commands: number
  /** Bytes. */
  received: number
  sent: number
}

export class Statistics {
  connectionsReceived = 0
  connectionsRejected = 0
  private readonly sessions: ReadonlyMap<number, Session>
  /** Bytes of the connections that have closed, less what was there when it began to count. */
  private closedReceived = 0
  private closedSent = 0
  private before: Sample
  private last: Sample

  /** @param sessions the connections that are open */
  constructor(sessions: ReadonlyMap<number, Session>) {
    this.sessions = sessions
    this.before = this.now()
    this.last = this.before
  }

  /** Commands that were run, and bytes, since it began to count. */
  now(): Sample {
    const sample = { at: Date.now(), commands: 0, received: 0, sent: 0 }
    for (const { calls } of eachOf(commands)) sample.commands += calls
    sample.received = this.closedReceived
    sample.sent = this.closedSent
    for (const session of this.sessions.values()) {
      sample.received += session.received()
      sample.sent += session.sent()
    }
    return sample
  }

  /** Called once a second. */
  sample(): void {
    this.before = this.last
    this.last = this.now()
  }

  /** Commands per second, and bytes per second, in the last full second. */
  rates(): { commands: number; received: number; sent: number } {
    const { before, last } = this
    const seconds = Math.max(last.at - before.at, 1) / 1000
    const rate = (from: number, to: number) => Math.max(0, to - from) / seconds
    return {
      commands: rate(before.commands, last.commands),
      received: rate(before.received, last.received),
      sent: rate(before.sent, last.sent),
    }
  }

  /** Counts on what a connection that closes has sent and received. */
  closed(session: Session): void {
    this.closedReceived += session.received()
    this.closedSent += session.sent()
  }

  /** Counts from 0 again: CONFIG RESETSTAT. */
  reset(): void {
    this.connectionsReceived = 0
    this.connectionsRejected = 0
    errorReplies.clear()
    for (const command of eachOf(commands)) {
      command.calls = command.rejectedCalls = command.failedCalls = 0
      command.timedCalls = command.timedMs = 0
    }
    const { received, sent } = this.now()
    this.closedReceived -= received
    this.closedSent -= sent
    this.before = this.now()
    this.last = this.before
  }
}

import { isResuming } from '../../src/server/pause.ts'
import type { Connection } from './connection.ts'
import { ReceiveBuffers } from './receive-buffers.ts'
import { startTurn, writtenInTurn } from './replies.ts'
import { Ring } from './ring.ts'

/** How long Node's own loop waits for its turn while this one is busy, in ms. */
const BUSY = 10
/**
 * How long a turn serves clients, in ms, and with how many bytes of replies: only when it ends do they
 * leave. What the kernel has beyond that is for the next turn.
 */
const TURN = 1
const TURN_BYTES = 256 * 1024

/**
 * The event loop: hands the kernel what is to be done, and serves the clients that have something to say.
 *
 * Node's own loop, for signals, timers and whatever else a program uses, has its turn when nothing
 * happens, when some milliseconds have passed, and at the end of a CLIENT PAUSE.
 */
export class Loop {
  readonly ring = new Ring()
  readonly buffers = new ReceiveBuffers(this.ring.fd)
  private unsettled = new Set<Connection>()
  private turnEnd = 0
  private served = 0

  run(): void {
    this.ring.begin()
    setImmediate(this.takeTurns)
  }

  /** Calls the connection's `settle` when it is known what became of what it has sent. */
  settleNextTurn(connection: Connection): void {
    this.unsettled.add(connection)
  }

  private readonly takeTurns = (): void => {
    const end = performance.now() + BUSY + TURN
    // Nothing: time has passed, or a signal came, which Node's loop hands to JavaScript.
    while (this.takeTurn() > 0 && this.turnEnd < end && !isResuming());
    setImmediate(this.takeTurns)
  }

  /** @returns how many events there were */
  private takeTurn(): number {
    this.ring.enter(this.unsettled.size === 0)
    startTurn()
    this.ring.completeFailures()
    // Before more is read: what waits is older than the replies to that.
    this.settleAll()
    this.turnEnd = performance.now() + TURN
    return this.ring.completeRest(this.hasTime)
  }

  private readonly hasTime = (): boolean => {
    if (writtenInTurn() >= TURN_BYTES) return false
    // Reading the clock costs as much as a small command.
    return ++this.served % 8 !== 0 || performance.now() < this.turnEnd
  }

  private settleAll(): void {
    if (this.unsettled.size === 0) return
    const { unsettled } = this
    this.unsettled = new Set()
    for (const connection of unsettled) connection.settle()
  }
}

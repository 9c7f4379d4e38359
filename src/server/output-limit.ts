/**
 * How many bytes of replies may wait for a client that does not read. Redis has a hard and a soft
 * limit (`client-output-buffer-limit`), both off for ordinary clients, so one that never reads can
 * take all memory. The default here (`--output-limit`) is the larger of Redis' two, that for
 * replicas.
 */
import { SLOW_CLIENT_SECONDS, SLOW_CLIENT_SHARE } from './limits.ts'
import type { Session } from './session.ts'

/**
 * True if so much waits for a client that its connection is to be dropped. Asked before a command
 * runs, not after it: one reply may be as large as a value can be.
 * @param written bytes of the command that runs, which may not be queued yet: EXEC asks within one
 */
export function isStuck(session: Session, written = 0): boolean {
  const queued = Math.max(session.queued(), written)
  if (queued <= session.keyspace.outputLimit) return false
  drop(session, queued)
  return true
}

/** Drops a client that has left too many bytes of replies unread for too long. Called now and then. */
export function dropIfSlow(session: Session): void {
  const queued = session.queued()
  if (queued <= session.keyspace.outputLimit * SLOW_CLIENT_SHARE) {
    session.slowSince = 0
    return
  }
  const now = Date.now()
  if (session.slowSince === 0) session.slowSince = now
  if (now - session.slowSince <= SLOW_CLIENT_SECONDS * 1000) return
  drop(session, queued)
  session.hangUp()
}

function drop(session: Session, queued: number): void {
  session.after = 'drop'
  console.error(
    `client ${session.address} closed: ${queued} bytes of replies wait that it does not read`,
  )
}

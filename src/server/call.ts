import type { Arguments } from './arguments.ts'
import type { Command } from './commands/command.ts'
import { errorCount, type Replies } from './replies.ts'
import type { Session } from './session.ts'

/**
 * To read the clock twice costs a tenth of a GET. So the first calls of a command are timed, and then
 * one in so many (a power of two).
 */
const FIRST = 16
const ONE_IN = 64

/** Error replies that belong to a command already: those inside EXEC are not EXEC's own. */
let counted = 0

/** Runs a command, and counts it for INFO. */
export function call(command: Command, args: Arguments, replies: Replies, session: Session): void {
  const before = command.calls++
  counted = errorCount
  if (before >= FIRST && (before & (ONE_IN - 1)) !== 0) command.run(args, replies, session)
  else runTimed(command, args, replies, session)
  if (errorCount === counted) return
  counted = errorCount
  command.failedCalls++
}

function runTimed(command: Command, args: Arguments, replies: Replies, session: Session): void {
  const began = performance.now()
  command.run(args, replies, session)
  command.timedMs += performance.now() - began
  command.timedCalls++
}

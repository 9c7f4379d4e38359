/**
 * The time of day for the command that runs. It stands still until the next command, as in Redis, also
 * for all that EXEC runs: a key that is there when a command begins does not expire before it ends.
 * APPEND, for one, would write zeros in place of a value that has gone.
 */
let time = 0

/** To be called before each command: only one that asks for the time pays for it. */
export function beginCommand(): void {
  time = 0
}

/** Milliseconds since 1970. */
export function commandTime(): number {
  if (time === 0) time = Date.now()
  return time
}

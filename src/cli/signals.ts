/** For a command that runs until it is told to end, and for which that is the good end. */

/**
 * From here on a signal ends the command in order. The old listeners go after the new one has come:
 * with the last of them Node forgets a signal that has just arrived.
 * @param stop is called with the first signal
 */
export function takeSignals(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const old = process.listeners(signal)
    process.once(signal, stop)
    for (const listener of old) process.removeListener(signal, listener)
  }
}

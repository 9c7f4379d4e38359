import { readFileSync } from 'node:fs'
import { MAX_CLIENTS } from './limits.ts'

/** File descriptors that are not for clients: those that Node and the server open themselves. */
const RESERVED = 32

/**
 * How many clients there can be at once. Each takes a file descriptor; where the system gives the
 * process few of them, fewer clients are let in, as Redis does it. Whoever comes then is told so:
 * without a descriptor to spare, one could only hang up.
 */
export function maxClients(): number {
  const limit = openFilesLimit()
  return Math.max(1, Math.min(MAX_CLIENTS, limit - RESERVED))
}

/** Node has raised the limit as far as it may when it started. Infinity where it is not known. */
function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** The limits of Redis 7.0 with its default configuration, in bytes unless a name says otherwise. */
import { readFileSync } from 'node:fs'

/** An inline command, or the header line of a multibulk or a bulk, without its end. */
export const MAX_LINE = 64 * 1024

/** One argument, and one stored string (`proto-max-bulk-len`). */
export const MAX_BULK = 512 * 1024 * 1024

/** Arguments in one command. */
export const MAX_MULTIBULK_COUNT = 2 ** 31 - 1

/** Databases that SELECT can reach. */
export const DATABASES = 16

/** Connections at once (`maxclients`). */
export const MAX_CLIENTS = 10_000

/** A command that has not arrived whole (`client-query-buffer-limit`). */
export const MAX_COMMAND = 1024 * 1024 * 1024

/** Replies that may wait for a client (`client-output-buffer-limit replica`): never more than this, */
export const STUCK_CLIENT_BYTES = 256 * 1024 * 1024

/** and more than this share of it for so long only. */
export const SLOW_CLIENT_SHARE = 1 / 4
export const SLOW_CLIENT_SECONDS = 60

/** File descriptors that are not for clients: those that Node and the server open themselves. */
const RESERVED = 32

/**
 * How many clients there can be at once. Each takes a file descriptor; if the system allows few of
 * them, fewer clients are let in, as Redis does it. A client that comes then gets an error: without
 * a descriptor to spare, one could only hang up.
 */
export function maxClients(): number {
  const limit = openFilesLimit()
  return Math.max(1, Math.min(MAX_CLIENTS, limit - RESERVED))
}

/** Node has raised the limit as far as it may when it started. Infinity if it is not known. */
function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** The settings that clients and tools ask for; the stages have no others. */
import type { Keyspace } from '../keyspace.ts'
import { DATABASES, MAX_BULK } from '../limits.ts'
import { parseInt64, parseMemory } from '../numbers.ts'

export interface Setting {
  /** Lower case. */
  name: string
  /** Cannot be set at all while the server runs, in Redis neither. */
  immutable: boolean
  read(keyspace: Keyspace): string
  /** What `read` is to give after CONFIG SET to this text, or why it cannot be set to it. */
  take(text: string, keyspace: Keyspace): Taken
  /** Sets it to a value that `take` gave; a setting without this can be set to what it is only. */
  write?(value: string, keyspace: Keyspace): void
}

/** A value as CONFIG GET shows it, e.g. `1048576` for `1mb`, or why not, in Redis' words. */
export type Taken = { value: string } | { reason: string }

type Kind = (text: string) => Taken

export const settings: readonly Setting[] = [
  fixed('appendonly', yesOrNo, () => 'no'),
  fixed('bind', anyText, ({ host }) => host),
  { ...fixed('databases', anyText, () => String(DATABASES)), immutable: true },
  fixed('maxclients', integerFrom(1n, 2n ** 32n - 1n), ({ maxClients }) => String(maxClients)),
  {
    name: 'maxmemory',
    immutable: false,
    read: (keyspace) => String(keyspace.memory.limit),
    take: memory(0n),
    write: (value, keyspace) => keyspace.memory.setLimit(Number(value)),
  },
  fixed('maxmemory-policy', policy, () => 'noeviction'),
  fixed('port', integerFrom(0n, 65535n), ({ port }) => String(port)),
  fixed('proto-max-bulk-len', memory(1024n * 1024n), () => String(MAX_BULK)),
  fixed('save', savePoints, () => ''),
  {
    name: 'timeout',
    immutable: false,
    read: (keyspace) => String(keyspace.idleTimeout),
    take: integerFrom(0n, 2n ** 31n - 1n),
    write: (value, keyspace) => {
      keyspace.idleTimeout = Number(value)
    },
  },
]

/**
 * A setting that the stages cannot change. To set it to what it is does no harm, and many programs
 * begin with that; anything else is refused rather than ignored.
 */
function fixed(name: string, kind: Kind, read: (keyspace: Keyspace) => string): Setting {
  const take = (text: string, keyspace: Keyspace): Taken => {
    const taken = kind(text)
    if ('reason' in taken || taken.value === read(keyspace)) return taken
    return { reason: "can't set immutable config" }
  }
  return { name, immutable: false, read, take }
}

function anyText(text: string): Taken {
  return { value: text }
}

function yesOrNo(text: string): Taken {
  const value = text.toLowerCase()
  return value === 'yes' || value === 'no'
    ? { value }
    : { reason: "argument must be 'yes' or 'no'" }
}

/** Redis' eviction policies. */
const POLICIES = [
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'noeviction',
]

function policy(text: string): Taken {
  const value = text.toLowerCase()
  if (!POLICIES.includes(value)) {
    return { reason: `argument(s) must be one of the following: ${POLICIES.join(', ')}` }
  }
  return value === 'noeviction' ? { value } : { reason: 'this server has noeviction alone' }
}

function integerFrom(low: bigint, high: bigint): Kind {
  return (text) => {
    const value = parseInt64(text)
    if (value === undefined) return { reason: "argument couldn't be parsed into an integer" }
    return between(low, value, high)
  }
}

/** A number of bytes, such as `100mb`, of at least `low`; no digits at all are a 0. */
function memory(low: bigint): Kind {
  return (text) => {
    const bytes = parseMemory(text)
    if (bytes === undefined) return { reason: 'argument must be a memory value' }
    return between(low, bytes, 2n ** 63n - 1n)
  }
}

function between(low: bigint, value: bigint, high: bigint): Taken {
  if (value >= low && value <= high) return { value: String(value) }
  return { reason: `argument must be between ${low} and ${high} inclusive` }
}

/** Pairs of seconds and changes, after which Redis writes its keys to the disk. */
function savePoints(text: string): Taken {
  if (/^(?:[1-9][0-9]* [0-9]+(?: |$))*$/.test(text)) return { value: text }
  return { reason: 'Invalid save parameters' }
}

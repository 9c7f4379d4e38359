/** When two answers are equal: byte for byte, except for what `left-out.ts` lists. */
import { NotResp, type Reply, readReply } from '../conformance/replies.ts'
import { generatedCommands } from './commands.ts'

/** What differences are ignored in the replies to a case. */
export interface Leniency {
  /** KEYS, SCAN, CONFIG GET: arrays of strings have no order. */
  unordered: boolean
  /** TTL and similar: the clock went on between the servers. */
  timed: boolean
  /** POST or Host: may have dropped replies, more on one side than on the other. */
  dropped: boolean
  /** A server may close with bytes unread: that is a reset, which may overtake replies. */
  unread: boolean
}

export const exact: Leniency = { unordered: false, timed: false, dropped: false, unread: false }

/** How many milliseconds, or seconds, two servers may be apart. */
const clockTolerance = 5000
/** Only larger integers can be times: about 11 days in seconds. */
const leastTime = 900_000

/** The leniency that a case needs. */
export function leniencyFor(pieces: readonly string[], readsBytes: boolean): Leniency {
  const bytes = pieces.join('')
  const unread = readsBytes || bytes.length > smallestRead
  return {
    unordered: /keys|scan|config/i.test(bytes),
    timed: /ttl|expiretime/i.test(bytes),
    dropped: /post|host:/i.test(bytes) && unread,
    unread,
  }
}

/** Every server that reads more than a byte at a time reads this many, in bytes. */
const smallestRead = 8192

/** Whether a stage's replies are equal to those of Redis. */
export function sameReplies(redis: Buffer, stage: Buffer, leniency: Leniency): boolean {
  if (redis.equals(stage)) return true
  const text = redis.toString('latin1')
  if (ofItself.test(text)) return true
  const { dropped } = leniency
  // The last reply may have been cut off in the middle.
  const least = Math.min(redis.length, stage.length)
  if (dropped && redis.subarray(0, least).equals(stage.subarray(0, least))) return true
  const [a, b] = [readAll(text, dropped), readAll(stage.toString('latin1'), dropped)]
  if (a === undefined || b === undefined || (a.length !== b.length && !dropped)) return false
  const shared = Math.min(a.length, b.length)
  return a.slice(0, shared).every((reply, at) => sameReply(reply, b[at]!, leniency))
}

/**
 * What Redis reports about itself, in INFO, CLIENT INFO and COMMAND. The generator does not ask for
 * it, but a damaged command may.
 */
const ofItself = /redis_git_sha1:| laddr=|[*:]240\r\n|\+@\w+\r\n/

/** All replies; undefined if the bytes are something else, or end in the middle of a reply. */
function readAll(bytes: string, mayBeCutOff: boolean): Reply[] | undefined {
  const replies: Reply[] = []
  try {
    for (let at = 0; at < bytes.length; ) {
      const reply = readReply(bytes, at)
      if (reply === undefined) return mayBeCutOff ? replies : undefined
      replies.push(reply)
      at = reply.end
    }
    return replies
  } catch (failure) {
    if (failure instanceof NotResp) return undefined
    throw failure
  }
}

function sameReply(a: Reply, b: Reply, leniency: Leniency): boolean {
  if (isOnlyRedis(a, b) || (leniency.unordered && isPartOfScan(a, b))) return true
  if (a.type !== b.type || (a.items === null) !== (b.items === null)) return false
  if (a.text !== b.text && !(leniency.timed && sameTime(a, b))) return false
  if (a.items === null || b.items === null) return true
  if (a.items.length !== b.items.length) return false
  const [left, right] = leniency.unordered ? [sorted(a.items), sorted(b.items)] : [a.items, b.items]
  return left.every((item, at) => sameReply(item, right[at]!, leniency))
}

function sameTime(a: Reply, b: Reply): boolean {
  if (a.type !== ':') return false
  const [x, y] = [Number(a.text), Number(b.text)]
  return x > leastTime && y > leastTime && Math.abs(x - y) <= clockTolerance
}

/** Strings sorted; anything else as it is. */
function sorted(items: Reply[]): Reply[] {
  if (!items.every(({ type, items }) => type === '$' && items !== null)) return items
  return items.toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
}

/** Whether Redis ran a command that no stage has: a damaged name may be the name of one. */
function isOnlyRedis(redis: Reply, stage: Reply): boolean {
  const name = /^ERR unknown command '(\w+)'/.exec(stage.text)?.[1]
  if (stage.type !== '-' || name === undefined || generatedCommands.includes(name.toUpperCase())) {
    return false
  }
  return !redis.text.startsWith('ERR unknown command')
}

/**
 * Whether these are replies of SCAN of which one has more keys, or goes on: the generator asks for all
 * keys at once, but a damaged frame may have another cursor or count.
 */
function isPartOfScan(a: Reply, b: Reply): boolean {
  const [x, y] = [scanned(a), scanned(b)]
  if (x === undefined || y === undefined) return false
  const [less, more] = x.length < y.length ? [x, y] : [y, x]
  return less.every((key) => more.includes(key))
}

/** The keys of a reply to SCAN; undefined if it is another reply. */
function scanned({ items }: Reply): string[] | undefined {
  if (items?.length !== 2 || !/^\d+$/.test(items[0]!.text) || items[1]!.type !== '*')
    return undefined
  return items[1]!.items?.map(({ text }) => text)
}

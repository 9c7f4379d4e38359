/**
 * Sends one case to both servers and compares their replies and what they store. There are no delays:
 * a piece is sent when both servers have read the one before, and the case is over when both have
 * answered and then sent nothing during a round on the control connection.
 */
import { cmd } from '../conformance/bytes.ts'
import { exact, type Leniency, leniencyFor, sameReplies } from './compare.ts'
import { type Link, turn } from './link.ts'
import { compareNamed, fillBoth } from './many-keys.ts'
import type { Side } from './side.ts'
import { databases, keys } from './words.ts'

export interface Difference {
  /** The replies, whether the connection is open, what is stored; or a server does not answer. */
  kind: 'replies' | 'connection' | 'state' | 'no answer'
  redis: Observed
  stage: Observed
}

/** What one server did. */
export interface Observed {
  bytes: string
  closed: boolean
}

export interface Pair {
  redis: Side
  stage: Side
  /** The stage reads one byte at a time. */
  readsBytes: boolean
  /** How many keys both have at the beginning; undefined: none, and none after a case. */
  keyspace: number | undefined
}

/** A server may accept in one turn of its loop, and begin to read in another. */
const roundsToAccept = 3

/** Rounds without a byte after which a difference is final. */
const silentRounds = 8

/**
 * Runs a case; both servers are empty before and after, unless they have a keyspace.
 * @returns what differs; undefined if nothing does
 * @throws NoAnswer if a server does not answer any more
 */
export async function converse(
  pair: Pair,
  pieces: readonly string[],
): Promise<Difference | undefined> {
  const { redis, stage, readsBytes, keyspace } = pair
  const links = await Promise.all([redis.connect(), stage.connect()])
  const [fromRedis, fromStage] = links
  const both = (length: number) => Promise.all([redis.barrier(length), stage.barrier(length)])
  const leniency = leniencyFor(pieces, readsBytes)
  const same = () => {
    if (fromRedis.closed !== fromStage.closed) return false
    const cutOff = leniency.dropped || (leniency.unread && fromStage.closed)
    return sameReplies(fromRedis.received(), fromStage.received(), { ...leniency, dropped: cutOff })
  }
  try {
    // Otherwise two pieces may be there at the first read.
    for (let round = 0; round < roundsToAccept; round++) await both(0)
    for (const piece of [...pieces, lastWords]) {
      if (fromRedis.closed || fromStage.closed) break
      const bytes = Buffer.from(piece, 'latin1')
      for (const link of links) link.write(bytes)
      await both(bytes.length)
      // A server that was just started may read from a new connection one turn later.
      await both(0)
    }
    await untilSilent(links, both, same)
    if (!same()) return differenceOf(fromRedis, fromStage, leniency)
    const state = await (keyspace === undefined
      ? compareState(redis, stage)
      : compareNamed(pair, pieces))
    if (state !== undefined) return state
    await closeBoth(links)
    return undefined
  } finally {
    for (const link of links) link.destroy()
  }
}

/**
 * Sent last on the connection of the case: a server that waits for a command answers it; for one in the
 * middle of a frame, these bytes are a part of that.
 */
const lastWords = `\r\n${cmd('ECHO', 'the end')}`

/** Waits until neither sends more; longer if they differ. */
async function untilSilent(
  links: readonly Link[],
  both: (length: number) => Promise<unknown>,
  same: () => boolean,
): Promise<void> {
  let silent = 0
  while (silent < silentRounds) {
    const before = links.map(({ length, closed }) => [length, closed]).join()
    await both(0)
    const after = links.map(({ length, closed }) => [length, closed]).join()
    silent = before === after ? silent + 1 : 0
    if (silent > 0 && same()) return
  }
}

function differenceOf(redis: Link, stage: Link, leniency: Leniency): Difference {
  const equal = sameReplies(redis.received(), stage.received(), leniency)
  return {
    kind: equal ? 'connection' : 'replies',
    redis: { bytes: redis.received().toString('latin1'), closed: redis.closed },
    stage: { bytes: stage.received().toString('latin1'), closed: stage.closed },
  }
}

/** Closes the client's side: the server must then close its own. */
async function closeBoth(links: readonly Link[]): Promise<void> {
  for (const link of links) link.end()
  for (const link of links) while (!link.closed) await link.changed()
  await turn()
}

const stateEnd = 'that was all'
const readState = [
  ...databases.flatMap((database) => [
    cmd('SELECT', String(database)),
    cmd('KEYS', '*'),
    cmd('MGET', ...keys),
  ]),
  cmd('SELECT', '0'),
  ...keys.map((key) => cmd('PEXPIRETIME', key)),
  cmd('FLUSHALL'),
  cmd('ECHO', stateEnd),
].join('')

/** Compares what the two store, and empties both. */
async function compareState(redis: Side, stage: Side): Promise<Difference | undefined> {
  const tail = `$${stateEnd.length}\r\n${stateEnd}\r\n`
  const [a, b] = await Promise.all([redis.ask(readState, tail), stage.ask(readState, tail)])
  const leniency = { ...exact, unordered: true, timed: true }
  if (a === b || sameReplies(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'), leniency)) {
    return undefined
  }
  return {
    kind: 'state',
    redis: { bytes: a, closed: false },
    stage: { bytes: b, closed: false },
  }
}

/** Makes both servers what they were before the first case: empty, or with their keyspace. */
export async function clearBoth(pair: Pair): Promise<void> {
  const { redis, stage, keyspace } = pair
  if (keyspace !== undefined) return await fillBoth(pair, keyspace)
  await Promise.all([redis, stage].map((side) => side.ask(cmd('FLUSHALL'), '+OK\r\n')))
}

/**
 * Opens connections to one of the two until both give the next one the same id, which is in the
 * replies to HELLO and CLIENT ID.
 */
export async function alignIds({ redis, stage }: Pair): Promise<void> {
  const id = async (side: Side) => Number((await side.ask(cmd('CLIENT', 'ID'), '\r\n')).slice(1))
  const [a, b] = await Promise.all([id(redis), id(stage)])
  const behind = a < b ? redis : stage
  for (let missing = Math.min(Math.abs(a - b), mostOpened); missing > 0; missing--) {
    const link = await behind.connect()
    await behind.barrier(0)
    link.destroy()
  }
}

const mostOpened = 100_000

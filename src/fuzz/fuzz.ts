/** The differential fuzzer: one case after the other to a stage and to Redis, until the time is up. */
import { caseAt, type Fails, type FuzzCase, shorten } from './cases.ts'
import { alignIds, clearBoth, converse, type Difference, type Pair } from './conversation.ts'
import { compareAllKeys } from './many-keys.ts'
import { type FuzzedServer, NoAnswer, Side } from './side.ts'

export interface FuzzOptions {
  seed: number
  /** Seconds after which no new case begins. */
  seconds?: number
  /** Cases after which it ends. */
  cases?: number
  /** A case that is not over after so many milliseconds hangs. */
  timeoutMs?: number
  /** How long shorter bytes are searched for, s (8). */
  shortenSeconds?: number
  /** Different findings after which it ends (8). */
  enough?: number
  /** The stage reads one byte at a time. */
  readsBytes?: boolean
  /** Keys to choose from; both servers have half of them. Default: the few that all cases work on. */
  keyspace?: number | undefined
  onProgress?: (soFar: FuzzCounts) => void
}

export interface FuzzCounts {
  cases: number
  /** Commands and odd frames. */
  commands: number
  bytes: number
  pieces: number
  seconds: number
}

export interface Finding {
  seed: number
  /** Which case of the run. */
  index: number
  /** The shortest pieces found that show it. */
  pieces: string[]
  difference: Difference
  /** True if it did not show again when the same pieces were sent again. */
  seenOnce: boolean
}

export interface FuzzResult extends FuzzCounts {
  seed: number
  findings: Finding[]
}

/** Starts a server, also again after it has ended. */
export type Start = () => Promise<FuzzedServer>

/** Different findings after which a run ends. */
const enoughFindings = 8
/** How often a difference must show again, or it counts as seen only once. */
const retries = 3
/** How long the search for shorter bytes takes, at most. */
const shortenSeconds = 8
const defaultTimeoutMs = 3000

/**
 * Compares a stage with Redis.
 * @throws NoAnswer if Redis itself does not answer
 */
export async function fuzz(
  startRedis: Start,
  startStage: Start,
  options: FuzzOptions,
): Promise<FuzzResult> {
  const { seed, seconds = Number.POSITIVE_INFINITY, cases = Number.POSITIVE_INFINITY } = options
  const servers = new Servers(startRedis, startStage, options)
  const counts: FuzzCounts = { cases: 0, commands: 0, bytes: 0, pieces: 0, seconds: 0 }
  const findings = new Map<string, Finding>()
  const began = performance.now()
  try {
    while (
      counts.cases < cases &&
      counts.seconds < seconds &&
      findings.size < (options.enough ?? enoughFindings)
    ) {
      const index = counts.cases
      const one = caseAt(seed, index, options.keyspace)
      const difference = await servers.run(one.pieces)
      if (difference !== undefined) {
        const known = findings.has(signature(difference))
        if (!known) {
          const finding = await confirm(servers, one, difference, options.shortenSeconds)
          findings.set(signature(difference), { seed, index, ...finding })
        }
      }
      count(counts, one)
      counts.seconds = (performance.now() - began) / 1000
      options.onProgress?.(counts)
    }
    const left = findings.size === 0 ? await servers.compareAll() : undefined
    if (left !== undefined) {
      const finding = { pieces: [], difference: left, seenOnce: false }
      findings.set(signature(left), { seed, index: counts.cases, ...finding })
    }
  } finally {
    await servers.close()
  }
  return { seed, ...counts, findings: distinct([...findings.values()]) }
}

/** Sends given pieces, once. */
export async function replay(
  startRedis: Start,
  startStage: Start,
  pieces: readonly string[],
  options: Pick<FuzzOptions, 'timeoutMs' | 'readsBytes' | 'keyspace'> = {},
): Promise<Difference | undefined> {
  const servers = new Servers(startRedis, startStage, options)
  try {
    return await servers.run(pieces)
  } finally {
    await servers.close()
  }
}

function count(counts: FuzzCounts, { items, pieces }: FuzzCase): void {
  counts.cases++
  counts.commands += items.length
  counts.pieces += pieces.length
  for (const piece of pieces) counts.bytes += piece.length
}

/** Checks whether a difference shows again, and shortens its input. */
async function confirm(
  servers: Servers,
  failing: FuzzCase,
  difference: Difference,
  seconds = shortenSeconds,
) {
  let last = difference
  const fails: Fails = async (tried) => {
    const found = await servers.run(tried)
    if (found !== undefined) last = found
    return found !== undefined
  }
  const hangs = difference.kind === 'no answer'
  for (let times = 0; times < (hangs ? 1 : retries); times++) {
    if (!(await fails(failing.pieces))) {
      return { pieces: failing.pieces, difference, seenOnce: true }
    }
  }
  // Twice: what fails only now and then must not mislead the search. For a hang, every try waits.
  const twice: Fails = async (tried) => (await fails(tried)) && (await fails(tried))
  const shortest = await shorten(failing, hangs ? fails : twice, seconds)
  await fails(shortest)
  return { pieces: shortest, difference: last, seenOnce: false }
}

/** Equal for equal differences: the line in which the replies begin to differ, without numbers. */
function signature({ kind, redis, stage }: Difference): string {
  let at = 0
  while (at < redis.bytes.length && redis.bytes[at] === stage.bytes[at]) at++
  at = redis.bytes.lastIndexOf('\n', at - 1) + 1
  const part = (bytes: string) => bytes.slice(at, at + 40).replace(/\d+/g, '#')
  return [kind, part(redis.bytes), part(stage.bytes), redis.closed, stage.closed].join('|')
}

/** Shortened, some may have become equal. */
function distinct(findings: readonly Finding[]): Finding[] {
  const byPieces = new Map(findings.map((finding) => [finding.pieces.join('|'), finding]))
  return [...byPieces.values()]
}

/** The two servers; both are started again after one has ended or hangs. */
class Servers {
  private readonly startRedis: Start
  private readonly startStage: Start
  private readonly timeoutMs: number
  private readonly readsBytes: boolean
  private readonly keyspace: number | undefined
  private pair: Pair | undefined

  constructor(
    startRedis: Start,
    startStage: Start,
    {
      timeoutMs = defaultTimeoutMs,
      readsBytes = false,
      keyspace,
    }: Pick<FuzzOptions, 'timeoutMs' | 'readsBytes' | 'keyspace'>,
  ) {
    this.startRedis = startRedis
    this.startStage = startStage
    this.timeoutMs = timeoutMs
    this.readsBytes = readsBytes
    this.keyspace = keyspace
  }

  /** Sends one case to both; undefined if there is no difference. */
  async run(pieces: readonly string[]): Promise<Difference | undefined> {
    this.pair ??= await this.open()
    const { pair } = this
    try {
      const difference = await this.within(converse(pair, pieces))
      const isCleared = difference?.kind === 'state' && this.keyspace === undefined
      if (difference !== undefined && !isCleared) await this.clear(pair)
      return difference
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure
      return await this.explain(failure)
    }
  }

  /** Compares the whole keyspace at the end of a run; undefined if there is none, or no difference. */
  async compareAll(): Promise<Difference | undefined> {
    if (this.pair === undefined || this.keyspace === undefined) return undefined
    return await compareAllKeys(this.pair, this.keyspace)
  }

  /** A keyspace takes longer to fill than a case may take. */
  private async clear(pair: Pair): Promise<void> {
    await (this.keyspace === undefined ? this.within(clearBoth(pair)) : clearBoth(pair))
  }

  async close(): Promise<void> {
    const { pair } = this
    this.pair = undefined
    if (pair === undefined) return
    for (const side of [pair.redis, pair.stage]) side.destroy()
    await Promise.all([pair.redis, pair.stage].map((side) => side.server.stop()))
  }

  private async open(): Promise<Pair> {
    const servers = await Promise.all([this.startRedis(), this.startStage()])
    const [redis, stage] = await Promise.all(servers.map((server) => Side.open(server)))
    const { readsBytes, keyspace } = this
    const pair = { redis: redis!, stage: stage!, readsBytes, keyspace }
    await this.within(alignIds(pair))
    if (keyspace !== undefined) await clearBoth(pair)
    return pair
  }

  private async within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NoAnswer('no answer')), this.timeoutMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Finds out which server does not answer and why, and stops both. */
  private async explain(failure: NoAnswer): Promise<Difference> {
    const { pair } = this
    if (pair === undefined) throw failure
    const [redis, stage] = await Promise.all([pair.redis, pair.stage].map(this.health))
    await this.close()
    if (redis !== alive) throw new NoAnswer(`redis: ${redis}`, { cause: failure })
    return {
      kind: 'no answer',
      redis: { bytes: redis, closed: false },
      stage: { bytes: stage === alive ? noEnd : stage!, closed: stage !== alive },
    }
  }

  /** How a server ended, or whether it answers a new connection. */
  private readonly health = async ({ server }: Side): Promise<string> => {
    const asked = (async () => {
      const side = await Side.open(server)
      await side.barrier(0)
      side.destroy()
      return alive
    })().catch(() => deaf)
    const answer = await this.within(asked).catch(() => deaf)
    if (answer === alive) return alive
    const ended = await Promise.race([server.ended, Promise.resolve(undefined)])
    return ended === undefined ? deaf : `ended: ${ended}\n${server.errorOutput().trim()}`
  }
}

const alive = 'answers'
const deaf = 'does not answer any more'
const noEnd = 'answers a new connection, but did not finish with this one'

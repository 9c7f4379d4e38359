/** The differential fuzzer: one case after the other to a stage and to Redis, until the time is up. */
import { type FuzzCase, makeCase } from './case.ts'
import { alignIds, clearBoth, converse, type Difference, type Pair } from './conversation.ts'
import { shrink } from './shrink.ts'
import { type FuzzedServer, Gone, Side } from './side.ts'

export interface FuzzOptions {
  seed: number
  /** Seconds after which no new case begins. */
  seconds?: number
  /** Cases after which it ends. */
  cases?: number
  /** A case that is not over after so many milliseconds hangs. */
  patienceMs?: number
  /** Different findings after which it ends (8). */
  enough?: number
  /** The stage reads one byte at a time. */
  readsBytes?: boolean
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
  /** The shortest pieces that show it. */
  pieces: string[]
  difference: Difference
  /** True where it was not seen again when the same pieces were sent once more. */
  seenOnce: boolean
}

export interface FuzzResult extends FuzzCounts {
  seed: number
  findings: Finding[]
}

/** Starts a server, and starts it again where it has gone. */
export type Start = () => Promise<FuzzedServer>

/** Different findings after which there is enough to do. */
const ENOUGH = 8
/** How often a difference must come again, or it counts as seen only once. */
const RETRIES = 3
/** Cases that may be sent to make one short. */
const MOST_TRIES = 3000
const PATIENCE = 3000

/**
 * Compares a stage with Redis.
 * @throws Gone where Redis itself does not answer
 */
export async function fuzz(
  startRedis: Start,
  startStage: Start,
  options: FuzzOptions,
): Promise<FuzzResult> {
  const { seed, seconds = Number.POSITIVE_INFINITY, cases = Number.POSITIVE_INFINITY } = options
  const arena = new Arena(startRedis, startStage, options)
  const counts: FuzzCounts = { cases: 0, commands: 0, bytes: 0, pieces: 0, seconds: 0 }
  const findings = new Map<string, Finding>()
  const began = performance.now()
  try {
    while (
      counts.cases < cases &&
      counts.seconds < seconds &&
      findings.size < (options.enough ?? ENOUGH)
    ) {
      const index = counts.cases
      const one = makeCase(seed, index)
      const difference = await arena.run(one.pieces)
      if (difference !== undefined) {
        const known = findings.has(signature(difference))
        if (!known) {
          const finding = await confirm(arena, one, difference)
          findings.set(signature(difference), { seed, index, ...finding })
        }
      }
      count(counts, one)
      counts.seconds = (performance.now() - began) / 1000
      options.onProgress?.(counts)
    }
  } finally {
    await arena.close()
  }
  return { seed, ...counts, findings: distinct([...findings.values()]) }
}

/** Sends given pieces, once. */
export async function replay(
  startRedis: Start,
  startStage: Start,
  pieces: readonly string[],
  options: Pick<FuzzOptions, 'patienceMs' | 'readsBytes'> = {},
): Promise<Difference | undefined> {
  const arena = new Arena(startRedis, startStage, options)
  try {
    return await arena.run(pieces)
  } finally {
    await arena.close()
  }
}

function count(counts: FuzzCounts, { items, pieces }: FuzzCase): void {
  counts.cases++
  counts.commands += items.length
  counts.pieces += pieces.length
  for (const piece of pieces) counts.bytes += piece.length
}

/** Sees whether a difference comes again, and makes its input short. */
async function confirm(arena: Arena, one: FuzzCase, difference: Difference) {
  let last = difference
  const fails = async (pieces: readonly string[]) => {
    const found = await arena.run(pieces)
    if (found !== undefined) last = found
    return found !== undefined
  }
  const hangs = difference.kind === 'gone'
  for (let times = 0; times < (hangs ? 1 : RETRIES); times++) {
    if (!(await fails(one.pieces))) return { pieces: one.pieces, difference, seenOnce: true }
  }
  // Twice: what fails now and then must not lead the search astray. A hang makes every try wait.
  const twice: typeof fails = async (pieces) => (await fails(pieces)) && (await fails(pieces))
  const pieces = await shrink(one, hangs ? fails : twice, MOST_TRIES)
  await fails(pieces)
  return { pieces, difference: last, seenOnce: false }
}

/** What two differences that are the same have in common: where the replies part, without numbers. */
function signature({ kind, redis, stage }: Difference): string {
  let at = 0
  while (at < redis.bytes.length && redis.bytes[at] === stage.bytes[at]) at++
  at = redis.bytes.lastIndexOf('\n', at - 1) + 1
  const part = (bytes: string) => bytes.slice(at, at + 40).replace(/\d+/g, '#')
  return [kind, part(redis.bytes), part(stage.bytes), redis.closed, stage.closed].join('|')
}

/** After shrinking, some may have become the same. */
function distinct(findings: readonly Finding[]): Finding[] {
  const byPieces = new Map(findings.map((finding) => [finding.pieces.join('|'), finding]))
  return [...byPieces.values()]
}

/** The two servers, started again where one has gone. */
class Arena {
  private readonly startRedis: Start
  private readonly startStage: Start
  private readonly patienceMs: number
  private readonly readsBytes: boolean
  private pair: Pair | undefined

  constructor(
    startRedis: Start,
    startStage: Start,
    { patienceMs = PATIENCE, readsBytes = false }: Pick<FuzzOptions, 'patienceMs' | 'readsBytes'>,
  ) {
    this.startRedis = startRedis
    this.startStage = startStage
    this.patienceMs = patienceMs
    this.readsBytes = readsBytes
  }

  /** Sends one case to both; undefined where there is no difference. */
  async run(pieces: readonly string[]): Promise<Difference | undefined> {
    this.pair ??= await this.open()
    const { pair } = this
    try {
      const difference = await this.within(converse(pair, pieces))
      if (difference !== undefined && difference.kind !== 'state')
        await this.within(clearBoth(pair))
      return difference
    } catch (failure) {
      if (!(failure instanceof Gone)) throw failure
      return await this.gone(failure)
    }
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
    const pair = { redis: redis!, stage: stage!, readsBytes: this.readsBytes }
    await this.within(alignIds(pair))
    return pair
  }

  private async within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Gone('no answer')), this.patienceMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Says which server has gone and how, and lets both be started anew. */
  private async gone(failure: Gone): Promise<Difference> {
    const { pair } = this
    if (pair === undefined) throw failure
    const [redis, stage] = await Promise.all([pair.redis, pair.stage].map(this.health))
    await this.close()
    if (redis !== ALIVE) throw new Gone(`redis: ${redis}`, { cause: failure })
    return {
      kind: 'gone',
      redis: { bytes: redis, closed: false },
      stage: { bytes: stage === ALIVE ? NO_END : stage!, closed: stage !== ALIVE },
    }
  }

  /** How a server is: its end, or whether a new connection is answered. */
  private readonly health = async ({ server }: Side): Promise<string> => {
    const asked = (async () => {
      const side = await Side.open(server)
      await side.barrier(0)
      side.destroy()
      return ALIVE
    })().catch(() => DEAF)
    const answer = await this.within(asked).catch(() => DEAF)
    if (answer === ALIVE) return ALIVE
    const ended = await Promise.race([server.ended, Promise.resolve(undefined)])
    return ended === undefined ? DEAF : `ended: ${ended}\n${server.complaints().trim()}`
  }
}

const ALIVE = 'answers'
const DEAF = 'does not answer any more'
const NO_END = 'answers a new connection, but did not come to an end with this one'

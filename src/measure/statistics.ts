/**
 * What may be concluded from rounds that were run in turn: A B C A B C … Every figure here belongs
 * to a round, and two servers are compared within their rounds: a machine that slows down for a
 * while slows both.
 */

/** A ratio of two medians, and where it lies in 95 cases of 100. */
export interface Ratio {
  ratio: number
  /** Ends of the interval. Null where there are too few rounds for one: see `leastRounds`. */
  low: number | null
  high: number | null
}

export type Verdict = 'faster' | 'slower' | 'inconclusive'

/**
 * With 4 rounds or less even the interval from the least to the greatest misses the median more
 * often than in one case of ten (2 x 0.5^4 = 12.5 %), so no interval can promise 95 %.
 */
export const leastRounds = 5

/** The middle value; the mean of the two in the middle where there is an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no median of nothing')
  return middle(Float64Array.from(values))
}

/**
 * The ratio of the medians of `a` and `b`, with a 95 % interval by the bootstrap: whole rounds are
 * drawn anew, with both their figures, and the spread of the ratios that come out is the interval.
 *
 * Plainly taken, that spread is too narrow for a handful of rounds. So the ends are taken further
 * out, by as much as Student's t is wider than the normal curve (T. Hesterberg, "What Teachers
 * Should Know About the Bootstrap", 2015, section 4.2, the expanded percentile interval).
 * @param a figures of a server, one for each round, all above 0
 * @param b those of the other server in the same rounds
 * @returns the same for the same figures: the random numbers are seeded
 * @throws RangeError where the two are not of one length, or a figure is not above 0
 */
export function ratioOfMedians(a: readonly number[], b: readonly number[]): Ratio {
  const rounds = checkPairs(a, b)
  const ratio = median(a) / median(b)
  if (rounds < leastRounds) return { ratio, low: null, high: null }
  const random = randomNumbers(0x5eed)
  const ratios = new Float64Array(resamples)
  const drawnA = new Float64Array(rounds)
  const drawnB = new Float64Array(rounds)
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < rounds; j++) {
      const round = Math.floor(random() * rounds)
      drawnA[j] = a[round]!
      drawnB[j] = b[round]!
    }
    ratios[i] = middle(drawnA) / middle(drawnB)
  }
  ratios.sort()
  const tail = normalBelow(-Math.sqrt(rounds / (rounds - 1)) * studentT975(rounds - 1))
  const cut = Math.floor(tail * resamples)
  return { ratio, low: ratios[cut]!, high: ratios[resamples - 1 - cut]! }
}

/** Figures of a server and of its twin, one for each round, all above 0. */
export interface TwinRounds {
  a: readonly number[]
  twin: readonly number[]
}

/**
 * The noise floor: how far apart two servers that are the same may come out in a single round, in
 * 95 cases of 100, beyond what they differ by on average. 0.04 means 4 %.
 *
 * It is the spread of the pair, not its difference: two that differ every round by the same amount
 * have a low floor, and are then called different, which says that something is wrong with the
 * measurement. More rounds do not lower it: a difference this small is not seen in one run.
 *
 * The spread is the median of the distances from the median, so that a round or two that were
 * disturbed do not make it. In simulations the interval and the floor together call a difference
 * between twins in less than 0.5 % of experiments of 5 rounds with two pairs, 1.2 % with one.
 * @param pairs the twins' rounds under loads alike, e.g. of SET and of GET, to be taken together
 * @returns null where there are too few rounds: see `leastRounds`
 * @throws RangeError where two are not of one length, or a figure is not above 0
 */
export function noiseFloor(pairs: readonly TwinRounds[]): number | null {
  const distances: number[] = []
  let rounds = Number.POSITIVE_INFINITY
  for (const { a, twin } of pairs) {
    rounds = Math.min(rounds, checkPairs(a, twin))
    const logs = a.map((figure, round) => Math.log(figure / twin[round]!))
    const center = median(logs)
    distances.push(...logs.map((log) => Math.abs(log - center)))
  }
  if (distances.length === 0 || rounds < leastRounds) return null
  // 1.4826 makes it the standard deviation of normal figures; of a few, it comes out too small.
  const deviation = 1.4826 * median(distances) * (rounds / (rounds - 0.8))
  // A prediction interval: the spread, and that its centre is itself known from these rounds only.
  return Math.expm1(studentT975(rounds - 1) * deviation * Math.sqrt(1 + 1 / rounds))
}

/**
 * What a ratio says of the first server. Inconclusive where its interval includes 1, where there is
 * no interval, or where the ratio is inside the noise floor (or the floor is unknown).
 * @param better whether a greater figure is the better one (requests a second) or a smaller (CPU)
 * @param floor as `noiseFloor` gives it; 0 where only the interval is to count
 */
export function judge(
  { ratio, low, high }: Ratio,
  floor: number | null,
  better: 'greater' | 'smaller',
): Verdict {
  if (low === null || high === null || floor === null) return 'inconclusive'
  if (low <= 1 && high >= 1) return 'inconclusive'
  if (Math.abs(Math.log(ratio)) <= Math.log1p(floor)) return 'inconclusive'
  return ratio > 1 === (better === 'greater') ? 'faster' : 'slower'
}

/** Ratios drawn for an interval. Twice as many move its ends by less than a tenth of its width. */
const resamples = 4000

function checkPairs(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(`rounds come in pairs: ${a.length} and ${b.length} figures`)
  }
  if (![...a, ...b].every((figure) => figure > 0 && Number.isFinite(figure))) {
    throw new RangeError('a ratio wants figures above 0')
  }
  return a.length
}

/** Sorts what it is given. */
function middle(values: Float64Array): number {
  values.sort()
  const half = values.length >> 1
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2
}

/** Numbers from 0 to below 1 by a counter and a hash of it (mulberry32): short, and good enough here. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/**
 * The 97.5 % point of Student's t, to 0.3 % from 4 degrees of freedom on: the expansion of Cornish
 * and Fisher (Abramowitz & Stegun, 26.7.5).
 */
function studentT975(freedom: number): number {
  const z = 1.959964
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7]
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  )
}

/** Share of the normal curve below a negative `z`, to 1e-5 (Abramowitz & Stegun, 26.2.16). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.33267 * -z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  return density * (0.4361836 * t - 0.1201676 * t ** 2 + 0.937298 * t ** 3)
}

/**
 * What may be concluded from rounds that were run in turn: A B C A B C … Every figure here belongs
 * to a round, and two targets are compared within their rounds: a machine that slows down for a
 * while slows both.
 */

/** The median of the rounds' own ratios, and its 95 % confidence interval. */
export interface Ratio {
  ratio: number
  /** Ends of the interval. Null with too few rounds for one: see `leastRounds`. */
  low: number | null
  high: number | null
}

export type Verdict = 'faster' | 'slower' | 'inconclusive'

/**
 * With 5 rounds even the interval from the least to the greatest ratio misses the true median in
 * 2 x 0.5^5 = 6.25 % of experiments, so no interval can promise 95 %.
 */
export const leastRounds = 6

/** The middle value; the mean of the two in the middle if their number is even. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no median of nothing')
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/**
 * The median of the ratios `a / b` of the same round, with the interval of the sign test: each ratio
 * is above the true median as often as below it, whatever their distribution, so how many of the
 * rounds lie on one side is binomial, and that names the two ratios that enclose it.
 * @param a figures of a target, one for each round, all above 0
 * @param b those of the other target in the same rounds
 * @throws RangeError if the two are not of one length, or a figure is not above 0
 */
export function ratioOfRounds(a: readonly number[], b: readonly number[]): Ratio {
  const rounds = checkPairs(a, b)
  const ratios = Float64Array.from(a, (figure, round) => figure / b[round]!).sort()
  const cut = outside(rounds)
  return {
    ratio: median([...ratios]),
    low: cut === null ? null : ratios[cut]!,
    high: cut === null ? null : ratios[rounds - 1 - cut]!,
  }
}

/** How many ratios lie outside the interval, at each end; null with too few rounds for one. */
function outside(rounds: number): number | null {
  let below = 0
  let chance = 0.5 ** rounds // that so many of the rounds are below the true median
  let cut: number | null = null
  for (let count = 0; 2 * (below + chance) <= 0.05; count++) {
    below += chance
    cut = count
    chance *= (rounds - count) / (count + 1)
  }
  return cut
}

/** Figures of a target and of its A/A copy, one for each round, all above 0. */
export interface TwinRounds {
  a: readonly number[]
  twin: readonly number[]
}

/**
 * The noise floor: how far apart the medians of two targets that are the same may come out, in 99
 * cases of 100, beyond what they differ by on average. 0.04 means 4 %. More rounds lower it.
 *
 * It is the spread of the pair, not its difference: two that differ every round by the same amount
 * have a low floor, and are then called different, which says that something is wrong with the
 * measurement. The spread is the median of the distances from the median, so that a round or two
 * that were disturbed do not make it.
 * @param pairs rounds of target and copy under loads alike, e.g. of SET and of GET, to be taken together
 * @param of `round`: how far apart two may come out in a single round, which more rounds do not lower
 * @returns null with too few rounds: see `leastRounds`
 * @throws RangeError if two are not of one length, or a figure is not above 0
 */
export function noiseFloor(
  pairs: readonly TwinRounds[],
  of: 'median' | 'round' = 'median',
): number | null {
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
  // The median of so many varies 1.2533 times as much as their mean; a new round varies as they do,
  // and their centre is itself known from them only.
  const factor = of === 'median' ? 1.2533 / Math.sqrt(rounds) : Math.sqrt(1 + 1 / rounds)
  return Math.expm1(studentT995(rounds - 1) * deviation * factor)
}

/**
 * The 95 % interval of a share, of which `count` were seen in `of` trials (E. B. Wilson, 1927).
 * @returns ends from 0 to 1; all of it if nothing was tried
 */
export function shareInterval(count: number, of: number): { low: number; high: number } {
  if (of === 0) return { low: 0, high: 1 }
  const z2 = 1.959964 ** 2
  const center = (count + z2 / 2) / (of + z2)
  const half = (Math.sqrt(z2) * Math.sqrt((count * (of - count)) / of + z2 / 4)) / (of + z2)
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) }
}

/**
 * What a ratio says of the first target. Inconclusive if its interval includes 1, if there is no
 * interval, or if the ratio is inside the noise floor (or the floor is unknown).
 * @param better whether a greater figure is the better one (requests per second) or a smaller (CPU)
 * @param floor as `noiseFloor` returns it; 0 if only the interval is to count
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

function checkPairs(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(`rounds come in pairs: ${a.length} and ${b.length} figures`)
  }
  if (![...a, ...b].every((figure) => figure > 0 && Number.isFinite(figure))) {
    throw new RangeError('a ratio needs figures above 0')
  }
  return a.length
}

/** Numbers from 0 to below 1 by a counter and a hash of it (mulberry32). */
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
 * The 99.5 % point of Student's t, to 2 % from 5 degrees of freedom on: the expansion of Cornish and
 * Fisher (Abramowitz & Stegun, 26.7.5).
 */
function studentT995(freedom: number): number {
  const z = 2.575829
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7]
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  )
}

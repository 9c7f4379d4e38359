/** Figures that more than one prediction asks for. */
import type { Judged, Row } from '../experiment/comparison.ts'
import type { Role } from '../flame/roles.ts'
import { type Counted, combine } from '../measure/counted.ts'
import type { LessonEvidence } from './evidence.ts'
import type { Interval } from './prediction.ts'

/** `read(2)` calls a request. */
export function reads({ after }: LessonEvidence): Counted<number> {
  return after.reads
}

/** How many times less CPU a request takes than in the stage before. */
export function timesLessCpu({ cpu }: LessonEvidence): Counted<number> {
  const judged = cpu ?? { missing: 'there is no stage before' }
  return combine(judged, judged, ({ ratio }) => 1 / ratio)
}

/** Where that lies. */
export function timesLessInterval({ cpu }: LessonEvidence): Interval | undefined {
  return cpu !== null && 'value' in cpu ? intervalOf(cpu.value, (ratio) => 1 / ratio) : undefined
}

/** The same for a change in per cent. */
export function percentLessInterval({ cpu }: LessonEvidence): Interval | undefined {
  const convert = (ratio: number) => 100 * (1 - ratio)
  return cpu !== null && 'value' in cpu ? intervalOf(cpu.value, convert) : undefined
}

/**
 * The interval of a ratio in a prediction's own unit, with `no change` in it where the ratio is
 * inconclusive: the noise floor is part of that verdict, and no part of the interval.
 */
export function intervalOf(
  { low, high, verdict }: Judged,
  convert: (ratio: number) => number,
): Interval | undefined {
  if (low === null || high === null) return undefined
  const inconclusive = verdict === 'inconclusive'
  const ends = [low, high, ...(inconclusive ? [1] : [])].map(convert)
  return { low: Math.min(...ends), high: Math.max(...ends), inconclusive }
}

/** By how many per cent a request takes less CPU than in the stage before. */
export function percentLessCpu({ cpu }: LessonEvidence): Counted<number> {
  const judged = cpu ?? { missing: 'there is no stage before' }
  return combine(judged, judged, ({ ratio }) => 100 * (1 - ratio))
}

/** Bytes that a request allocates on the JavaScript heap. */
export function heapBytes(row: Row): Counted<number> {
  return 'value' in row.heap ? row.heap.value.allocatedBytes : row.heap
}

/** The widest of some roles, in the words that an answer has for it. */
export function widestPlace(
  words: Partial<Record<Role, string>>,
  { shares }: LessonEvidence,
): Counted<string> {
  if (!shares.certain) return { missing: unseen }
  const among = Object.keys(words) as Role[]
  return { value: words[among.toSorted((a, b) => shares.byRole[b] - shares.byRole[a])[0]!]! }
}

/** The shares of some roles, 0 to 1, in their order. */
export function sharesOf(among: readonly Role[], { shares }: LessonEvidence): Counted<number[]> {
  if (!shares.certain) return { missing: unseen }
  return { value: among.map((role) => shares.byRole[role]) }
}

const unseen = 'the profiler of this machine cannot see all of the time'

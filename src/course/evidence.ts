/**
 * What a lesson's questions are answered from: the stage and the one before it in the rounds of one
 * comparison, and a profile of the stage. It is the same whether the reader has just measured it or
 * the reference in `profiles/` is asked.
 */
import type { Comparison, Judged, Row } from '../experiment/comparison.ts'
import { compareTargets, cpuRatio, rateRatio } from '../experiment/tabulate.ts'
import type { Role, Shares } from '../flame/roles.ts'
import type { TestName } from '../load/workload.ts'
import { type Counted, combine } from '../measure/counted.ts'
import { reading } from '../measure/counters.ts'
import type { Interval } from './prediction.ts'

export interface StageEvidence {
  /** Medians of the stage's runs. */
  after: Row
  /** The same of the stage before; null for the first. */
  before: Row | null
  /** Requests per second, over the stage before. */
  rate: Judged | null
  /** CPU per request, over the stage before. */
  cpu: Counted<Judged> | null
  /** The same with one key, in a lesson that is about many; undefined in the others. */
  cpuOfOneKey?: Counted<Judged>
  /** Where the stage's time goes, under the article's load. */
  shares: Shares
}

/** The test that the lessons speak of; with 3 bytes of value it is 45 bytes long. */
export const lessonTest: TestName = 'set'

/** What of a comparison a lesson is about. */
export interface EvidencePlace {
  /** The stage's name among the targets. */
  stage: string
  /** That of the stage before; undefined for the first. */
  before: string | undefined
  pipeline: number
  /** Default: 1. */
  keyspace?: number | undefined
}

/**
 * The part of a comparison that a lesson is about.
 * @throws Error if the comparison has no such workload or target
 */
export function evidenceFrom(
  comparison: Comparison,
  { stage, before, pipeline, keyspace = 1 }: EvidencePlace,
  shares: Shares,
): StageEvidence {
  const workload = comparison.plan.workloads.findIndex(
    (one) => one.pipeline === pipeline && one.keyspace === keyspace,
  )
  const table = comparison.tables.find(
    (one) => one.workload === workload && one.test === lessonTest,
  )
  const rowOf = (name: string) => {
    const row = table?.rows.find(({ target }) => target === name)
    if (row === undefined) {
      const load = `a pipeline of ${pipeline}${keyspace === 1 ? '' : ` and ${keyspace} keys`}`
      throw new Error(`the comparison has no ${name} at ${load}`)
    }
    return row
  }
  const after = rowOf(stage)
  if (before === undefined) return { after, before: null, rate: null, cpu: null, shares }
  const runsOf = (name: string) =>
    comparison.runs.filter(
      (run) => run.target === name && run.workload === workload && run.summary.test === lessonTest,
    )
  const [own, base] = [runsOf(stage), runsOf(before)]
  const { floor } = table!
  return {
    after,
    before: rowOf(before),
    rate: rateRatio(own, base, floor.rate),
    cpu: cpuRatio(own, base, floor.cpu),
    ...(keyspace === 1 ? {} : { cpuOfOneKey: ofOneKey(comparison, stage, before, pipeline) }),
    shares,
  }
}

function ofOneKey(
  comparison: Comparison,
  stage: string,
  before: string,
  pipeline: number,
): Counted<Judged> {
  const workload = comparison.plan.workloads.findIndex(
    (one) => one.pipeline === pipeline && one.keyspace === 1,
  )
  return (
    compareTargets(comparison, stage, before, workload, lessonTest)?.cpu ?? {
      missing: 'it was not measured with one key',
    }
  )
}

// Figures that more than one prediction asks for.

/** `read(2)` calls per request. */
export function reads({ after }: StageEvidence): Counted<number> {
  return reading(after.counters, 'reads')
}

/** The factor by which CPU per request is lower than in the stage before. */
export function cpuFactor({ cpu }: StageEvidence): Counted<number> {
  const judged = cpu ?? { missing: 'there is no stage before' }
  return combine(judged, judged, ({ ratio }) => 1 / ratio)
}

/** The interval of that. */
export function cpuFactorInterval({ cpu }: StageEvidence): Interval | undefined {
  return cpu !== null && 'value' in cpu ? intervalOf(cpu.value, (ratio) => 1 / ratio) : undefined
}

/** The same for a change in percent. */
export function percentLessInterval({ cpu }: StageEvidence): Interval | undefined {
  const convert = (ratio: number) => 100 * (1 - ratio)
  return cpu !== null && 'value' in cpu ? intervalOf(cpu.value, convert) : undefined
}

/**
 * The interval of a ratio in a prediction's own unit, with `no change` in it if the ratio is
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

/** What percentage less CPU a request takes than in the stage before. */
export function percentLessCpu({ cpu }: StageEvidence): Counted<number> {
  const judged = cpu ?? { missing: 'there is no stage before' }
  return combine(judged, judged, ({ ratio }) => 100 * (1 - ratio))
}

/** Bytes allocated on the JavaScript heap per request. */
export function heapBytes(row: Row): Counted<number> {
  return reading(row.counters, 'heapBytes')
}

/** The widest of some roles, in the words that an answer has for it. */
export function widestPlace(
  words: Partial<Record<Role, string>>,
  { shares }: StageEvidence,
): Counted<string> {
  if (!shares.certain) return { missing: unseen }
  const among = Object.keys(words) as Role[]
  return { value: words[among.toSorted((a, b) => shares.byRole[b] - shares.byRole[a])[0]!]! }
}

/** The shares of some roles, 0 to 1, in their order. */
export function sharesOf(among: readonly Role[], { shares }: StageEvidence): Counted<number[]> {
  if (!shares.certain) return { missing: unseen }
  return { value: among.map((role) => shares.byRole[role]) }
}

const unseen = 'the profiler of this machine cannot see all of the time'

/**
 * What a lesson's questions are answered from: the stage and the one before it in the rounds of one
 * comparison, and a profile of the stage. It is the same whether the reader has just measured it or
 * the reference in `profiles/` is asked.
 */
import {
  type Comparison,
  cpuRatio,
  type Judged,
  type Row,
  rateRatio,
} from '../experiment/comparison.ts'
import type { Shares } from '../flame/roles.ts'
import type { TestName } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'

export interface LessonEvidence {
  /** Medians of the stage's runs. */
  after: Row
  /** The same of the stage before; null for the first. */
  before: Row | null
  /** Requests a second, over the stage before. */
  rate: Judged | null
  /** CPU a request, over the stage before. */
  cpu: Counted<Judged> | null
  /** Where the stage's time goes, under the article's load. */
  shares: Shares
}

/** The test that the lessons speak of; with 3 bytes of value it is 45 bytes long. */
export const lessonTest: TestName = 'set'

/**
 * Takes from a comparison what a lesson is about.
 * @param stage its name among the targets
 * @param before that of the stage before; undefined for the first
 * @throws Error where the comparison has no such workload or target
 */
export function evidenceFrom(
  comparison: Comparison,
  { stage, before, pipeline }: { stage: string; before: string | undefined; pipeline: number },
  shares: Shares,
): LessonEvidence {
  const workload = comparison.plan.workloads.findIndex((one) => one.pipeline === pipeline)
  const table = comparison.tables.find(
    (one) => one.workload === workload && one.test === lessonTest,
  )
  const rowOf = (name: string) => {
    const row = table?.rows.find(({ target }) => target === name)
    if (row === undefined) {
      throw new Error(`the comparison has no ${name} at a pipeline of ${pipeline}`)
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
    shares,
  }
}

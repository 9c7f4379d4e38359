/** Where the ranking of a sweep changes. */
import type { TestName } from '../load/workload.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import type { Comparison, Judged } from './comparison.ts'
import { cpuRatio, rateRatio } from './ratios.ts'

/** Two targets that change places between two workloads of a sweep. */
export interface Turnover {
  test: TestName
  figure: 'rate' | 'cpu'
  /** Indexes into the plan's workloads. */
  from: number
  to: number
  /** Ahead at `from`, behind at `to`. */
  ahead: string
  behind: string
  /** Whether both differences are above the noise; else it may be nothing. */
  certain: boolean
}

/**
 * Looks at each pair of targets, from one workload to the next. Rates that show no more than the
 * load generator's limit are not ranked.
 */
export function turnovers(comparison: Comparison): Turnover[] {
  const { plan, twin } = comparison
  const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
  const pairs = names.flatMap((a, at) => names.slice(at + 1).map((b) => [a, b] as const))
  const found: Turnover[] = []
  for (const test of plan.tests) {
    for (let to = 1; to < plan.workloads.length; to++) {
      for (const figure of ['rate', 'cpu'] as const) {
        for (const [a, b] of pairs) {
          const before = hold(comparison, test, to - 1, figure, a, b)
          const after = hold(comparison, test, to, figure, a, b)
          if (before === undefined || after === undefined) continue
          if (before.ratio > 1 === after.ratio > 1) continue
          const aWasAhead = before.ratio > 1 === (figure === 'rate')
          found.push({
            test,
            figure,
            from: to - 1,
            to,
            ahead: aWasAhead ? a : b,
            behind: aWasAhead ? b : a,
            certain: [before, after].every(({ verdict }) => verdict !== 'inconclusive'),
          })
        }
      }
    }
  }
  return found
}

/** Holds one target against another; undefined where that would say nothing. */
function hold(
  { tables, runs }: Comparison,
  test: TestName,
  workload: number,
  figure: Turnover['figure'],
  a: string,
  b: string,
): Judged | undefined {
  const table = tables.find((table) => table.workload === workload && table.test === test)
  if (table === undefined) return undefined
  const of = (name: string) =>
    runs.filter(
      (run) => run.workload === workload && run.summary.test === test && run.target === name,
    )
  if (figure === 'cpu') return valueOrUndefined(cpuRatio(of(a), of(b), table.floor.cpu))
  const bound = table.rows.filter(({ target, clientBound }) => {
    return clientBound && (target === a || target === b)
  })
  return bound.length === 2 ? undefined : rateRatio(of(a), of(b), table.floor.rate)
}

/** Where the ranking of the targets changes within a sweep. */
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import type { TestName } from '../load/workload.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import type { Figure, Judged, ShownComparison } from './comparison.ts'
import { compareTargets } from './tabulate.ts'

/** Two targets that change places between two workloads of a sweep. */
export interface RankChange {
  test: TestName
  figure: Figure
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
 * Where the ranking of a sweep changes, from one workload to the next. Rates that show no more than
 * the load generator's limit are not ranked.
 */
export function rankChanges(comparison: ShownComparison): RankChange[] {
  const { plan, twin } = comparison
  const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
  const pairs = names.flatMap((a, at) => names.slice(at + 1).map((b) => [a, b] as const))
  const found: RankChange[] = []
  for (const test of plan.tests) {
    for (let to = 1; to < plan.workloads.length; to++) {
      for (const figure of ['rate', 'cpu'] as const) {
        for (const [a, b] of pairs) {
          const before = ranked(comparison, test, to - 1, figure, a, b)
          const after = ranked(comparison, test, to, figure, a, b)
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

/** Undefined when the comparison of the two would say nothing of them. */
function ranked(
  comparison: ShownComparison,
  test: TestName,
  workload: number,
  figure: Figure,
  a: string,
  b: string,
): Judged | undefined {
  const compared = compareTargets(comparison, a, b, workload, test)
  if (compared === undefined || figure === 'cpu') {
    return compared && valueOrUndefined(compared.cpu)
  }
  const table = comparison.tables.find((one) => one.workload === workload && one.test === test)
  const bound = table!.rows.filter(({ target, clientBusy }) => {
    return isLoadGeneratorBound(clientBusy) && (target === a || target === b)
  })
  return bound.length === 2 ? undefined : compared.rate
}

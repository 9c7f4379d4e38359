/** The tables of a comparison: one for each load and test. */
import { whole } from '../../../report/format.ts'
import { workloadText } from '../../../report/workload-text.ts'
import type { Comparison, Row } from '../../api-types.ts'

export type Table = Comparison['tables'][number]
export type Judged = NonNullable<Row['rateRatio']>

/** Which figure of a row. */
export type Figure = 'rate' | 'cpu'

/** All but the twin, which is there for the noise. */
export function rowsOf({ rows }: Table, { twin }: Comparison): Row[] {
  return rows.filter(({ target }) => target !== twin.name)
}

export function tableTitle({ test, workload }: Table, { plan }: Comparison): string {
  return `${test.toUpperCase()}, ${workloadText(plan.workloads[workload]!)}`
}

/** The same in few words, for a chart: what differs from one table to the next. */
export function shortTitle({ test, workload }: Table, { plan }: Comparison): string {
  const over = plan.sweep?.over ?? 'pipeline'
  const value = plan.workloads[workload]![over]
  const load = over === 'pipeline' && value === 1 ? 'no pipelining' : `${over} ${whole(value)}`
  return `${test.toUpperCase()}, ${load}`
}

/** The table of a workload and test; the first where there is none. */
export function tableOf(
  { tables }: Comparison,
  workload: number,
  test: string | null,
): Table | undefined {
  return tables.find((table) => table.workload === workload && table.test === test) ?? tables[0]
}

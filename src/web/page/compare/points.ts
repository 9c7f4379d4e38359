/** What the lines of a comparison show: latency, and sweeps. */
import { valueOrUndefined } from '../../../measure/counted.ts'
import { figures, whole } from '../../../report/format.ts'
import type { Comparison, TestName } from '../../api-types.ts'
import { type Figure, rowsOf, type Table } from './tables.ts'

export interface Point {
  name: string
  x: number
  y: number
  /** What stands in a table, and is said of the point. */
  label: string
  bound?: boolean
}

/** Shares of requests that the latency chart has marks for. */
export const latencyShares = [50, 90, 99, 99.9] as const

/** Where a share stands: the slow ones get more room, a tenth of them each time the same. */
export function latencyPlace(percent: number): number {
  return -Math.log10(1 - percent / 100)
}

export function latencyPoints(table: Table, comparison: Comparison): Point[] {
  return rowsOf(table, comparison).flatMap(({ target, percentiles }) =>
    (percentiles ?? [])
      .filter(({ percent }) => percent >= 1 && percent <= 99.9)
      .map(({ percent, ms }) => ({
        name: target,
        x: latencyPlace(percent),
        y: ms,
        label: `${percent} %: ${figures(ms)} ms`,
      })),
  )
}

/** A figure of every target over the values of the sweep. */
export function sweepPoints(comparison: Comparison, test: TestName, figure: Figure): Point[] {
  const { plan, tables } = comparison
  const { values } = plan.sweep!
  return tables
    .filter((table) => table.test === test)
    .flatMap((table) =>
      rowsOf(table, comparison).flatMap((row): Point[] => {
        const y = figure === 'rate' ? row.requestsPerSecond : valueOrUndefined(row.cpu)?.total
        if (y === undefined) return []
        const bound = figure === 'rate' && row.clientBound
        const text = figure === 'rate' ? whole(y) : figures(y)
        const label = `${text}${bound ? ', client-bound' : ''}`
        return [{ name: row.target, x: values[table.workload]!, y, label, bound }]
      }),
    )
}

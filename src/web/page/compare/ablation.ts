/** What each ingredient of a stage buys: the stage without it, against the whole stage. */
import { valueOrUndefined } from '../../../measure/counted.ts'
import { whole } from '../../../report/format.ts'
import type { Comparison, Row } from '../../api-types.ts'
import type { Judged, Table } from './tables.ts'

export interface Change {
  /** CPU that a request costs more without it: `+12 %`, `inconclusive`; `–` where it is not known. */
  cpu: string
  verdict: Judged['verdict'] | undefined
  /** Bytes more on the JavaScript heap: `+340`; `–` where they are not known. */
  bytes: string
}

export function changeWithout(table: Table, comparison: Comparison, ingredient: string): Change {
  const { targets, baseline } = comparison.plan
  const less = targets.find(({ args }) => args?.includes(ingredient) === true)?.name
  const row = (name: string | undefined) => table.rows.find(({ target }) => target === name)
  const ratio = row(less)?.cpuRatio ?? undefined
  const judged = ratio === undefined ? undefined : valueOrUndefined(ratio)
  const [own, all] = [bytesOf(row(less)), bytesOf(row(baseline))]
  return {
    cpu: judged === undefined ? '–' : changeText(judged),
    verdict: judged?.verdict,
    bytes: own === undefined || all === undefined ? '–' : signed(own - all),
  }
}

function bytesOf(row: Row | undefined): number | undefined {
  if (row === undefined || 'missing' in row.heap) return undefined
  return valueOrUndefined(row.heap.value.allocatedBytes)
}

function changeText({ ratio, verdict }: Judged): string {
  return verdict === 'inconclusive' ? verdict : `${signed((ratio - 1) * 100)} %`
}

function signed(value: number): string {
  const rounded = Math.round(value)
  if (rounded === 0) return '0'
  return `${rounded > 0 ? '+' : ''}${whole(rounded)}`
}

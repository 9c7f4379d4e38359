/** Ratios to the baseline with their intervals, and the noise that they are held against. */
import { valueOrUndefined } from '../../../measure/counted.ts'
import type { Verdict } from '../../../measure/statistics.ts'
import { figures, intervalText, percent } from '../../../report/format.ts'
import type { Comparison } from '../../api-types.ts'
import { type Figure, rowsOf, type Table } from './tables.ts'

export interface RatioDot {
  name: string
  ratio: number
  low: number | null
  high: number | null
  verdict: Verdict
  text: string
}

/** Every target's ratio to the baseline, which has none itself. */
export function ratioDots(table: Table, comparison: Comparison, figure: Figure): RatioDot[] {
  return rowsOf(table, comparison).flatMap((row): RatioDot[] => {
    const judged =
      figure === 'rate'
        ? row.rateRatio
        : row.cpuRatio === null
          ? null
          : (valueOrUndefined(row.cpuRatio) ?? null)
    if (judged === null) return []
    const { ratio, low, high, verdict } = judged
    const interval = intervalText(judged)
    const bound = figure === 'rate' && row.clientBound ? '*' : ''
    const text = `${figures(ratio)}${interval === '' ? '' : ` (${interval})`} ${verdict}${bound}`
    return [{ name: row.target, ratio, low, high, verdict, text }]
  })
}

/** Where a ratio says nothing; undefined where the noise floor cannot be told. */
export function noiseBand(
  { floor }: Table,
  figure: Figure,
): { from: number; to: number; text: string } | undefined {
  const share = valueOrUndefined(floor[figure])
  if (share === undefined) return undefined
  return { from: 1 / (1 + share), to: 1 + share, text: `noise floor ${percent(share)}` }
}

/** Marks of an axis of ratios: equal factors apart where it is long, equal steps where it is short. */
export function ratioTicks(least: number, most: number): number[] {
  const all = [-3, -2, -1, 0, 1, 2].flatMap((ten) => [1, 2, 5].map((one) => one * 10 ** ten))
  const inside = all.filter((tick) => tick >= least * 0.999 && tick <= most * 1.001)
  if (inside.length > 8) return inside.filter((tick) => String(tick).includes('1'))
  if (inside.length >= 3) return inside
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((one) => (most - least) / one <= 8) ?? 1
  const ticks: number[] = []
  for (let tick = Math.ceil(least / step); tick * step <= most; tick++) {
    ticks.push(Number((tick * step).toFixed(2)))
  }
  return ticks
}

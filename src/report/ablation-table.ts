/** What each ingredient of a stage buys: the stage without it, held against the whole stage. */
import { paint } from '../cli/colour.ts'
import type { Comparison, ComparisonPlan, Row, Table } from '../experiment/comparison.ts'
import { withoutIngredient } from '../experiment/targets.ts'
import type { TestName } from '../load/workload.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import type { Verdict } from '../measure/statistics.ts'
import { row, whole } from './format.ts'

/** What a request costs more where one ingredient is left out, as text. */
export interface AblationChange {
  /** `+12 %`, `inconclusive`; `-` where CPU time cannot be counted. */
  cpu: string
  /** Of the stage without it; undefined where CPU time cannot be counted. */
  verdict: Verdict | undefined
  /** Bytes on the JavaScript heap: `+340`, `0`; `-` where they cannot be counted. */
  bytes: string
}

/** @param stage the whole one, which is the baseline of the table */
export function ablationChange(table: Table, stage: string, ingredient: string): AblationChange {
  const find = (name: string) => table.rows.find(({ target }) => target === name)
  const [less, all] = [find(withoutIngredient(stage, ingredient).name), find(stage)]
  const judged = less?.cpuRatio ? valueOrUndefined(less.cpuRatio) : undefined
  const [lessBytes, allBytes] = [bytesOf(less), bytesOf(all)]
  const known = lessBytes !== undefined && allBytes !== undefined
  return {
    cpu: judged === undefined ? '-' : changeText(judged.ratio, judged.verdict),
    verdict: judged?.verdict,
    bytes: known ? signed(lessBytes - allBytes, '') : '-',
  }
}

/** `SET, pipeline 16`. */
export function columnName(plan: ComparisonPlan, test: TestName, workload: number): string {
  const over = plan.sweep?.over ?? 'pipeline'
  return `${test.toUpperCase()}, ${over} ${whole(plan.workloads[workload]![over])}`
}

/** A row for each ingredient, a column for each test; at most 100 columns wide for four of them. */
export function ablationLines({ plan, tables }: Comparison): string[] {
  const { stage, ingredients } = plan.ablation!
  const widths = [
    18,
    ...tables.map(() => Math.max(17, Math.min(20, Math.floor(82 / tables.length)))),
  ]
  const heads = tables.map(({ test, workload }) => columnName(plan, test, workload))
  const part = (title: string, pick: (change: AblationChange) => string) => [
    paint.dim(row([title, ...heads], widths)),
    ...ingredients.map(({ name }) =>
      row([name, ...tables.map((table) => pick(ablationChange(table, stage, name)))], widths),
    ),
  ]
  return [
    paint.bold(`What each ingredient of ${stage} buys`),
    'What a request costs more where it is left out; inconclusive: nothing that can be told from noise.',
    '',
    ...part('CPU', ({ cpu }) => cpu),
    '',
    ...part('heap, bytes', ({ bytes }) => bytes),
    '',
    ...ingredients.map(({ name, without }) => paint.dim(`without ${name} it ${without}`)),
  ]
}

function bytesOf(line: Row | undefined): number | undefined {
  if (line === undefined || 'missing' in line.heap) return undefined
  return valueOrUndefined(line.heap.value.allocatedBytes)
}

function changeText(ratio: number, verdict: Verdict): string {
  return verdict === 'inconclusive' ? verdict : signed((ratio - 1) * 100, ' %')
}

function signed(value: number, unit: string): string {
  const rounded = Math.round(value)
  return `${rounded > 0 ? '+' : ''}${whole(rounded)}${unit}`
}

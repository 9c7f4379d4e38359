/** What each optimization of a stage buys: the stage without it, compared with the whole stage. */
import { paint } from '../cli/colour.ts'
import type { Comparison } from '../experiment/comparison.ts'
import { type AblationChange, ablationChange, tableTitle } from '../experiment/comparison-notes.ts'
import { row } from './format.ts'

/** A row for each optimization, a column for each test; at most 100 columns wide for four of them. */
export function ablationLines(comparison: Comparison): string[] {
  const { plan, tables } = comparison
  const { stage, optimizations } = plan.ablation!
  const widths = [
    18,
    ...tables.map(() => Math.max(17, Math.min(20, Math.floor(82 / tables.length)))),
  ]
  // The keys of a workload go on a second line: the columns are narrow.
  const heads = tables.map((table) => tableTitle(table, comparison).split(/(?<=,) (?=\S+ keys$)/))
  const keys = heads.map(([, keys]) => keys ?? '')
  const part = (title: string, pick: (change: AblationChange) => string) => [
    paint.dim(row([title, ...heads.map(([load]) => load!)], widths)),
    ...(keys.some((text) => text !== '') ? [paint.dim(row(['', ...keys], widths))] : []),
    ...optimizations.map(({ name }) =>
      row([name, ...tables.map((table) => pick(ablationChange(table, comparison, name)))], widths),
    ),
  ]
  return [
    paint.bold(`What each optimization of ${stage} buys`),
    'Extra cost per request without it; inconclusive: noise could explain the difference.',
    '',
    ...part('CPU', ({ cpu }) => cpu),
    '',
    ...part('heap, bytes', ({ bytes }) => bytes),
    '',
    ...optimizations.map(({ name, without }) => paint.dim(`without ${name} it ${without}`)),
  ]
}

/** What the charts of a comparison show; nothing here draws. */
import type { ArticleResult } from '../../article/figures.ts'
import type { Figure, Row, ShownComparison, Table } from '../../experiment/comparison.ts'
import { cpuOf, verdictText } from '../../experiment/comparison-answer.ts'
import { compareTargets } from '../../experiment/tabulate.ts'
import { boundMark, isLoadGeneratorBound } from '../../load/bottleneck.ts'
import type { TestName } from '../../load/workload.ts'
import { valueOrUndefined } from '../../measure/counted.ts'
import { type Counter, reading, readingText } from '../../measure/counters.ts'
import { figures, percent, whole } from '../../measure/format.ts'

export interface Bar {
  name: string
  value: number
  /** Parts of the value, from the left; for CPU, user mode and the kernel. */
  parts: { name: string; value: number }[]
  /** The figure: `≥ 139,444` if the load generator was the bottleneck. */
  text: string
}

export function rateBars(table: Table, comparison: ShownComparison): Bar[] {
  return rowsOf(table, comparison).map((row) => ({
    ...{ name: row.target, value: row.requestsPerSecond, parts: [], text: rateText(row) },
  }))
}

/** From which factor between the largest and the smallest on bars would hide the small ones. */
const FAR_APART = 30

/** Whether its figure is `0.000`, e.g. two system calls in 100,000 requests. */
export function isZero({ value }: Pick<Bar, 'value'>): boolean {
  return value < 0.0005
}

/** Whether dots on a logarithmic scale show the values better than bars from 0. */
export function areFarApart(bars: readonly Bar[]): boolean {
  const values = bars.filter((bar) => !isZero(bar)).map(({ value }) => value)
  return values.length > 1 && Math.max(...values) / Math.min(...values) >= FAR_APART
}

/** `≥ 67,183` when it is the load generator's limit. */
export function rateText({ requestsPerSecond, clientBusy }: Row): string {
  return `${isLoadGeneratorBound(clientBusy) ? `${boundMark} ` : ''}${whole(requestsPerSecond)}`
}

export function cpuBars(table: Table, comparison: ShownComparison): Bar[] {
  return rowsOf(table, comparison).flatMap(({ target, counters }): Bar[] => {
    const cpu = valueOrUndefined(reading(counters, 'cpu'))
    if (cpu === undefined) return []
    const [user, kernel] = (['user', 'kernel'] as const).map((id) =>
      valueOrUndefined(reading(counters, id)),
    )
    const parts =
      user === undefined || kernel === undefined
        ? []
        : [
            { name: 'user mode', value: user },
            { name: 'kernel', value: kernel },
          ]
    return [{ name: target, value: cpu, parts, text: `${figures(cpu)} µs` }]
  })
}

export function counterBars(table: Table, comparison: ShownComparison, { id }: Counter): Bar[] {
  return rowsOf(table, comparison).flatMap(({ target, counters }): Bar[] => {
    const value = valueOrUndefined(reading(counters, id))
    if (value === undefined) return []
    return [{ name: target, value, parts: [], text: readingText(counters, id) }]
  })
}

export interface RatioDot {
  /** Unlike that of all others in the chart. */
  key: string
  figure: Figure
  name: string
  ratio: number
  low: number | null
  high: number | null
  /** In words: of two costs one is more. */
  verdict: string
  /** `≥ 0.91`. */
  text: string
}

/** Every target's ratio to the baseline, which has none itself. */
export function ratioDots(table: Table, comparison: ShownComparison, figure: Figure): RatioDot[] {
  return rowsOf(table, comparison).flatMap((row): RatioDot[] => {
    const judged = figure === 'rate' ? row.rateRatio : (cpuOf(row) ?? null)
    if (judged === null) return []
    const { ratio, low, high } = judged
    const bound = figure === 'rate' && isLoadGeneratorBound(row.clientBusy) ? `${boundMark} ` : ''
    return [
      {
        ...{ key: `${figure} ${row.target}`, figure, name: row.target, ratio, low, high },
        verdict: verdictText(judged.verdict, figure),
        text: `${bound}${figures(ratio)}`,
      },
    ]
  })
}

/** Where a ratio says nothing; undefined when the noise floor is not known. */
export function noiseBand(
  { floor }: Table,
  figure: Figure,
): { from: number; to: number; text: string } | undefined {
  const share = valueOrUndefined(floor[figure])
  if (share === undefined) return undefined
  return { from: 1 / (1 + share), to: 1 + share, text: `noise floor ${percent(share)}` }
}

/** Marks of an axis of ratios: equal factors apart when it is long, equal steps when it is short. */
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

export interface Point {
  name: string
  x: number
  y: number
  /** The text in a table, and for the point. */
  label: string
  bound?: boolean
}

/** Shares of requests that the latency chart has marks for. */
export const latencyShares = [50, 90, 99, 99.9] as const

/** Where a share is drawn: the slow ones get more room, a tenth of them each time the same. */
export function latencyPlace(percent: number): number {
  return -Math.log10(1 - percent / 100)
}

export function latencyPoints(table: Table, comparison: ShownComparison): Point[] {
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
export function sweepPoints(comparison: ShownComparison, test: TestName, figure: Figure): Point[] {
  const { plan, tables } = comparison
  const { values } = plan.sweep!
  return tables
    .filter((table) => table.test === test)
    .flatMap((table) =>
      rowsOf(table, comparison).flatMap((row): Point[] => {
        const cpu = reading(row.counters, 'cpu')
        const y = figure === 'rate' ? row.requestsPerSecond : valueOrUndefined(cpu)
        if (y === undefined) return []
        const bound = figure === 'rate' && isLoadGeneratorBound(row.clientBusy)
        const label = figure === 'rate' ? rateText(row) : figures(y)
        return [{ name: row.target, x: values[table.workload]!, y, label, bound }]
      }),
    )
}

/**
 * Proportions under the article's load. Absolute figures of two machines are never set side by side.
 * @returns none when the load is another one, or there is no Redis among the targets
 */
export function articleBars(
  table: Table,
  comparison: ShownComparison,
  article: readonly ArticleResult[],
): Bar[] {
  const of = (server: ArticleResult['server']) =>
    article.find((result) => result.server === server && result.test === table.test)
  const [zedis, theirs] = [of('Zedis'), of('Redis')]
  const { workload, test } = table
  const { pipeline, clients, payload, keyspace } = comparison.plan.workloads[workload]!
  if (pipeline !== 1 || clients !== 50 || payload !== 3 || keyspace !== 1) return []
  if (zedis === undefined || theirs === undefined) return []
  const bar = (name: string, value: number, bound = false): Bar => {
    const text = `${bound ? `${boundMark} ` : ''}${figures(value)}`
    return { name, value, parts: [], text }
  }
  // The median of the rounds' own ratios, as in the other charts; not the ratio of two medians.
  const ours = rowsOf(table, comparison)
    .filter(({ target }) => target !== 'redis')
    .flatMap(({ target, clientBusy }) => {
      const pair = compareTargets(comparison, target, 'redis', workload, test)
      return pair === undefined
        ? []
        : [bar(target, pair.rate.ratio, isLoadGeneratorBound(clientBusy))]
    })
  if (ours.length === 0) return []
  return [
    bar('Redis', 1),
    bar('its Zedis', zedis.requestsPerSecond / theirs.requestsPerSecond),
    ...ours,
  ]
}

/** All but the A/A copy, which is there for the noise. */
export function rowsOf({ rows }: Table, { twin }: ShownComparison): Row[] {
  return rows.filter(({ target }) => target !== twin.name)
}

/** The table of a workload and test; the first when there is none. */
export function tableOf(
  { tables }: ShownComparison,
  workload: number,
  test: string | null,
): Table | undefined {
  return tables.find((table) => table.workload === workload && table.test === test) ?? tables[0]
}

/** Of theme.css: `--series-1` and on. */
const COLOURS = 6

/** Redis is grey, a stage has the colour of its number; the rest take turns. */
export function colourOf(target: string, names: readonly string[]): string {
  if (target === 'redis') return 'var(--redis)'
  const stage = /^stage(\d)\b/.exec(target)?.[1]
  if (stage !== undefined) return `var(--series-${((Number(stage) - 1) % COLOURS) + 1})`
  return `var(--series-${(Math.max(0, names.indexOf(target)) % COLOURS) + 1})`
}

const dashes = ['', '7 3', '2 3', '10 3 2 3', '4 2', '12 4 4 4', '1 4']

/** Of its lines; '' for a whole one. */
export function dashOf(target: string, names: readonly string[]): string {
  return dashes[Math.max(0, names.indexOf(target)) % dashes.length]!
}

/**
 * The stages beside Redis, one chart for all workloads: on each line the ratio of requests per second
 * and that of CPU per request, with their intervals, on a scale on which equal steps are equal factors.
 */
import type { Comparison, Judged, Table } from '../experiment/comparison.ts'
import { cpuOf } from '../experiment/comparison-answer.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { machineLine, whole } from '../report/format.ts'
import { type Theme, themeInks } from '../report/story-picture.ts'
import { stages } from '../stages.ts'
import { palettes } from '../views/flame/paint.ts'

/** A workload and test of the comparison, with its title. */
export interface RedisLoad {
  table: Table
  title: string
  keyspace: number
}

/** SET and GET with one key, SET alone with many. */
export function redisLoads({ plan, tables }: Comparison): RedisLoad[] {
  return tables.flatMap((table) => {
    const { pipeline, keyspace } = plan.workloads[table.workload]!
    if (keyspace > 1 && table.test !== 'set') return []
    const keys = keyspace === 1 ? '' : `, ${keysText(keyspace)}`
    const how = pipeline === 1 ? 'no pipelining' : `pipeline ${pipeline}`
    return [{ table, title: `${table.test.toUpperCase()}${keys}, ${how}`, keyspace }]
  })
}

/** `1 M keys`, `10,000 keys`. */
export function keysText(keys: number): string {
  return keys % 1e6 === 0 ? `${keys / 1e6} M keys` : `${whole(keys)} keys`
}

const WIDTH = 838
const NAMES = 66
const EDGE = 14
const COLUMNS = 3
const GAP = 18
const PANEL = (WIDTH - NAMES - EDGE - 12 - (COLUMNS - 1) * GAP) / COLUMNS
const ROW = 23
const HEAD = 66
const TITLE = 22
const AXIS = 24

const marks: Record<Theme, { rate: string; cpu: string }> = {
  light: { rate: '#0b5a9c', cpu: '#a63a22' },
  dark: { rate: '#8cc4ff', cpu: '#ff9d86' },
}

/** The chart as SVG text. */
export function redisChart(comparison: Comparison, theme: Theme): string {
  const loads = redisLoads(comparison)
  const { paper } = palettes[theme]
  const { ink, dim, rule } = themeInks[theme]
  const { rate, cpu } = marks[theme]
  const shown = stages.filter(({ id }) => loads.some(({ table }) => rowOf(table, id)))
  const lines = Math.ceil(loads.length / COLUMNS)
  const block = TITLE + shown.length * ROW + AXIS + 10
  const height = HEAD + lines * block + 24
  const reach = reachOf(loads)
  const parts: string[] = []
  for (const [at, load] of loads.entries()) {
    const left = NAMES + (at % COLUMNS) * (PANEL + GAP)
    const top = HEAD + Math.floor(at / COLUMNS) * block
    const x = (ratio: number) => round(left + scaled(ratio, reach) * PANEL)
    const floor = top + TITLE + shown.length * ROW
    parts.push(
      `<text x="${round(left)}" y="${top + 13}" font-weight="bold">${escapeMarkup(load.title)}</text>`,
      ...ticksOf(reach).map(
        (tick) =>
          `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top + TITLE}" y2="${floor}" stroke="${tick === 1 ? dim : rule}"${tick === 1 ? ' stroke-width="1.5"' : ''}/><text x="${x(tick)}" y="${floor + 15}" text-anchor="middle" fill="${dim}">${tick}</text>`,
      ),
    )
    for (const [line, { id }] of shown.entries()) {
      const middle = top + TITLE + line * ROW + ROW / 2
      if (at % COLUMNS === 0) {
        parts.push(
          `<text x="${NAMES - 8}" y="${middle + 4}" text-anchor="end" fill="${ink}">${id}</text>`,
        )
      }
      const row = rowOf(load.table, id)
      if (row?.rateRatio == null) {
        const absent = `<text x="${x(1)}" y="${middle + 4}" text-anchor="middle" fill="${dim}" stroke="${paper}" stroke-width="5" paint-order="stroke">not measured</text>`
        parts.push(absent)
        continue
      }
      parts.push(mark(row.rateRatio, x, middle - 4.5, rate, paper, 'dot'))
      const judged = cpuOf(row)
      if (judged !== undefined) parts.push(mark(judged, x, middle + 4.5, cpu, paper, 'diamond'))
    }
  }
  const foot = `Medians of ${comparison.plan.rounds} interleaved rounds; lines: 95 % intervals; hollow: inconclusive. ${machineLine(comparison.machine).split(', Debian')[0]}.`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="12" fill="${ink}" role="img" aria-label="${escapeMarkup(redisWords(comparison))}">
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="${paper}" stroke="${rule}"/>
<text x="${EDGE}" y="24" font-size="14" font-weight="bold">Each stage beside Redis, which is 1</text>
<circle cx="${EDGE + 6}" cy="43" r="4.5" fill="${rate}"/><text x="${EDGE + 18}" y="47">requests per second: right of 1 is better</text>
<path d="${diamond(EDGE + 336, 43)}" fill="${cpu}"/><text x="${EDGE + 348}" y="47">CPU per request: left of 1 is better</text>
${parts.join('\n')}
<text x="${EDGE}" y="${height - 12}" fill="${dim}">${escapeMarkup(foot)}</text>
</svg>
`
}

/** The chart in words, for those who do not see it. */
export function redisWords(comparison: Comparison): string {
  const texts = redisLoads(comparison).map(({ title, table }) => {
    const list = stages.flatMap(({ id }) => {
      const row = rowOf(table, id)
      if (row?.rateRatio == null) return []
      const cpu = cpuOf(row)
      return `${id} ${row.rateRatio.ratio.toFixed(2)}${cpu === undefined ? '' : ` and ${cpu.ratio.toFixed(2)}`}`
    })
    return `${title}: ${list.join(', ')}`
  })
  return `Requests per second and CPU per request of each stage, Redis is 1. ${texts.join('; ')}`
}

function rowOf({ rows }: Table, id: string) {
  return rows.find(({ target }) => target === id)
}

/** The powers of ten that enclose all ratios and their intervals, not whole. */
function reachOf(loads: readonly RedisLoad[]): [number, number] {
  const all = loads.flatMap(({ table }) =>
    stages.flatMap(({ id }) => {
      const row = rowOf(table, id)
      const judged = row === undefined ? [] : [row.rateRatio, cpuOf(row)]
      return judged.flatMap((one) => (one == null ? [] : [one.ratio, one.low, one.high]))
    }),
  )
  const logs = all.filter((one) => one !== null && one > 0).map((one) => Math.log10(one!))
  return [Math.min(...logs, -1) - 0.15, Math.max(...logs, 1) + 0.15]
}

function ticksOf([least, most]: readonly [number, number]): number[] {
  const from = Math.ceil(least)
  const count = Math.floor(most) - from + 1
  return Array.from({ length: count }, (_, at) => Number(`1e${from + at}`))
}

function scaled(ratio: number, [least, most]: readonly [number, number]): number {
  return (Math.log10(ratio) - least) / (most - least)
}

function mark(
  { ratio, low, high, verdict }: Judged,
  x: (ratio: number) => number,
  y: number,
  colour: string,
  paper: string,
  shape: 'dot' | 'diamond',
): string {
  const fill = verdict === 'inconclusive' ? paper : colour
  const line =
    low === null || high === null
      ? ''
      : `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`
  const body =
    shape === 'dot'
      ? `<circle cx="${x(ratio)}" cy="${y}" r="4" fill="${fill}" stroke="${colour}" stroke-width="1.8"/>`
      : `<path d="${diamond(x(ratio), y)}" fill="${fill}" stroke="${colour}" stroke-width="1.8"/>`
  return line + body
}

function diamond(x: number, y: number): string {
  return `M${x - 5} ${y}l5 -5l5 5l-5 5z`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

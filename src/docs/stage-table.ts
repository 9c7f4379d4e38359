/** Blocks of all stages together: `stages`, `redis`. */
import type { Judged, Row, Table } from '../experiment/comparison.ts'
import { cpuOf } from '../experiment/comparison-answer.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import { type CounterId, readingText } from '../measure/counters.ts'
import { machineLine, percent } from '../report/format.ts'
import type { StageReport } from '../report/stage-report.ts'
import { stages } from '../stages.ts'
import { setRow } from './figures.ts'
import { linkFrom, table } from './markdown.ts'
import type { Filler } from './material.ts'
import { keysText, redisLoads } from './redis-chart.ts'

/**
 * The ratios to Redis with their intervals: a row for each workload and test, a column for each stage;
 * first requests per second, then CPU per request, then the bytes of a key.
 */
export const redis: Filler = async (words, _file, material) => {
  if (words.length > 0) throw new Error('it takes no words')
  const comparison = await material.comparison()
  const { plan, machine } = comparison
  const loads = redisLoads(comparison)
  const heads = stages.map(({ id }) => `\`${id}\``)
  const cells = (table: Table, pick: (row: Row) => string | undefined) =>
    stages.map(({ id }) => {
      const row = table.rows.find(({ target }) => target === id)
      return (row === undefined ? undefined : pick(row)) ?? ''
    })
  const ratios = (pick: (row: Row) => Judged | null | undefined) =>
    loads.map(({ title, table }) => [
      title,
      ...cells(table, (row) => {
        const found = pick(row)
        return found == null ? undefined : judged(found)
      }),
    ])
  const many = loads.find(({ keyspace }) => keyspace > 1)
  const perKey = (row: Row | undefined) =>
    row === undefined ? '' : readingText(row.counters, 'bytesPerKey')
  const own = many?.table.rows.find(({ target }) => target === plan.baseline)
  const floors = loads.map(({ table }) => valueOrUndefined(table.floor.rate) ?? 0)
  const rounds = `${plan.rounds} interleaved rounds of ${plan.seconds} s`
  return [
    table(
      [`requests per second, ${plan.baseline} is 1`, ...heads],
      ratios((row) => row.rateRatio),
    ),
    '',
    table([`CPU per request, ${plan.baseline} is 1`, ...heads], ratios(cpuOf)),
    '',
    ...(many === undefined
      ? []
      : [
          table(
            [`${keysText(many.keyspace)}`, ...heads, `\`${plan.baseline}\``],
            [['bytes per key', ...cells(many.table, perKey), perKey(own)]],
          ),
          '',
        ]),
    `Medians of ${rounds} with a 95 % interval. A *~* marks what may be noise: the same server,`,
    `started twice, comes out up to ${percent(Math.max(...floors))} apart. ${machineLine(machine)}.`,
  ].join('\n')
}

function judged({ ratio, low, high, verdict }: Judged): string {
  const interval = low === null || high === null ? '' : ` (${low.toFixed(2)}-${high.toFixed(2)})`
  return `${verdict === 'inconclusive' ? '~' : ''}${ratio.toFixed(2)}${interval}`
}

/** The stages, with what was measured of them. */
export const stageTable: Filler = async (words, file, material) => {
  if (words.length > 0) throw new Error('it takes no words')
  const reports = await material.reports()
  const comparison = await material.comparison()
  const rows = stages.map(({ id, title, change }) => {
    const report = reports.find(({ stage }) => stage.id === id)
    const cells = [
      ...costs(setRow(comparison, id, { pipeline: 1 })),
      ...(report === undefined ? ['', ''] : profiled(report, file)),
    ]
    return `| [\`${id}\`](${linkFrom(file, `stages/${id}`)}) | **${title}**: ${change} | ${cells.join(' | ')} |`
  })
  const { plan, machine } = comparison
  return [
    '| | what changes | reads per SET | CPU per SET, user + kernel | getting a command in | flame graph |',
    '|---|---|---:|---:|---:|---|',
    ...rows,
    '',
    `Reads and CPU: medians of ${plan.rounds} interleaved rounds of one comparison. Getting a command in: a share of the`,
    `profile's own run. ${machineLine(machine)}.`,
  ].join('\n')
}

function costs(row: Row | undefined): string[] {
  if (row === undefined) return ['', '']
  const text = (id: CounterId) => readingText(row.counters, id)
  return [text('reads'), `${text('user')} + ${text('kernel')} µs`]
}

function profiled(report: StageReport, file: string): string[] {
  const gettingIn = report.profile.shares.grouped[0]
  return [
    gettingIn === undefined ? '' : percent(gettingIn.share),
    `[picture](${linkFrom(file, `profiles/${report.stage.id}/flamegraph.svg`)})`,
  ]
}

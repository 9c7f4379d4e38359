/** Blocks of all stages together: `stages`, `redis`. */
import type { Judged, Row, Table } from '../experiment/comparison.ts'
import { cpuOf } from '../experiment/comparison-answer.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import { type CounterId, readingText } from '../measure/counters.ts'
import { machineLine, percent } from '../report/format.ts'
import type { StageReport } from '../report/stage-report.ts'
import { stages } from '../stages.ts'
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
  const rows = stages.map(({ id, title, change }) => {
    const report = reports.find(({ stage }) => stage.id === id)
    const cells = report === undefined ? ['', '', '', ''] : measured(report, file)
    return `| [\`${id}\`](${linkFrom(file, `stages/${id}`)}) | **${title}**: ${change} | ${cells.join(' | ')} |`
  })
  const machine = reports[0]?.machine
  return [
    '| | what changes | reads per SET | CPU per SET, user + kernel | getting a command in | flame graph |',
    '|---|---|---:|---:|---:|---|',
    ...rows,
    '',
    machine === undefined ? '' : `Measured on ${machineLine(machine)}.`,
  ].join('\n')
}

function measured(report: StageReport, file: string): string[] {
  const set = report.tests.find(({ summary }) => summary.test === 'set')
  const text = (id: CounterId) => readingText(set?.server ?? {}, id)
  const gettingIn = report.profile.shares.grouped[0]
  return [
    text('reads'),
    `${text('user')} + ${text('kernel')} µs`,
    gettingIn === undefined ? '' : percent(gettingIn.share),
    `[picture](${linkFrom(file, `profiles/${report.stage.id}/flamegraph.svg`)})`,
  ]
}

/** Blocks of the README: `stages`, `redis`. */
import type { Judged, Table } from '../experiment/comparison.ts'
import { type CounterId, readingText } from '../measure/counters.ts'
import { machineLine, percent, whole } from '../report/format.ts'
import type { StageReport } from '../report/stage-report.ts'
import { stages } from '../stages.ts'
import { linkFrom, table } from './markdown.ts'
import type { Filler } from './material.ts'

/** The ratios to Redis: a row for each stage, a column for each workload and test; SET alone with many keys. */
export const redis: Filler = async (words, _file, material) => {
  if (words.length > 0) throw new Error('it takes no words')
  const { plan, tables, machine } = await material.comparison()
  const keysOf = ({ workload }: Table) => plan.workloads[workload]!.keyspace
  const shown = tables.filter((table) => keysOf(table) === 1 || table.test === 'set')
  const many = shown.find((table) => keysOf(table) > 1)

  const heads = shown.map((table) => {
    const { pipeline } = plan.workloads[table.workload]!
    const keys = keysOf(table) === 1 ? '' : `${keysText(keysOf(table))}, `
    return `${table.test.toUpperCase()}, ${keys}${pipeline === 1 ? 'no pipelining' : `pipeline ${pipeline}`}`
  })
  const perKey = (name: string) => {
    const row = many?.rows.find(({ target }) => target === name)
    return row === undefined ? '' : readingText(row.counters, 'bytesPerKey')
  }
  const rows = stages.map(({ id }) => {
    const cells = shown.map(({ rows }) => {
      const row = rows.find(({ target }) => target === id)
      if (row === undefined || row.rateRatio === null) return ''
      const cpu = row.cpuRatio !== null && 'value' in row.cpuRatio ? row.cpuRatio.value : undefined
      return `${judged(row.rateRatio)}${cpu === undefined ? '' : `<br>CPU ${judged(cpu)}`}`
    })
    return [`\`${id}\``, ...cells, ...(many === undefined ? [] : [perKey(id)])]
  })
  if (many !== undefined) {
    rows.push([`\`${plan.baseline}\``, ...shown.map(() => '1'), perKey(plan.baseline)])
    heads.push('bytes per key')
  }
  const floors = shown.map(({ floor }) => ('value' in floor.rate ? floor.rate.value : 0))
  const rounds = `${plan.rounds} interleaved rounds of ${plan.seconds} s`
  return [
    table([`over ${plan.baseline}`, ...heads], rows),
    '',
    `Requests per second, and CPU per request, over those of ${plan.baseline} in the same rounds: medians of`,
    `${rounds} with a 95 % interval. A *~* marks what may be noise: the same server, started twice,`,
    `comes out up to ${percent(Math.max(...floors))} apart. ${machineLine(machine)}.`,
  ].join('\n')
}

/** `1 M keys`, `10,000 keys`. */
function keysText(keys: number): string {
  return keys % 1e6 === 0 ? `${keys / 1e6} M keys` : `${whole(keys)} keys`
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

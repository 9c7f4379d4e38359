/**
 * The reference profiles in `profiles/`: one run of each stage on one machine, in git, for anyone who
 * has not run anything yet; and the figures of the README, which come from nowhere else.
 */
import { cp, readFile, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Finding } from '../article/finding.ts'
import type { Comparison, Judged } from '../experiment/comparison.ts'
import { type CounterId, readingText } from '../measure/counters.ts'
import { draftName, sweepDrafts, writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { files } from './flame-files.ts'
import { machineLine, percent } from './format.ts'
import type { StageReport } from './stage-report.ts'

const profiles = join(labRoot, 'profiles')

/** Puts the results of a run, relative to the checkout, in the place of a stage's reference. */
export async function keepReference(stageId: string, results: string): Promise<void> {
  const reference = join(profiles, stageId)
  const draft = join(profiles, draftName(stageId))
  sweepDrafts(profiles)
  try {
    // The page can be drawn again from the tree beside it.
    const filter = (file: string) => basename(file) !== files.flamegraph
    await cp(resolve(labRoot, results), draft, { recursive: true, filter })
    await rm(reference, { recursive: true, force: true })
    await rename(draft, reference)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The reference result of every stage that has one. */
export async function readReferences(): Promise<StageReport[]> {
  const texts = stages.map(({ id }) =>
    readFile(join(profiles, id, 'result.json'), 'utf8').catch(() => undefined),
  )
  const found = (await Promise.all(texts)).filter((text) => text !== undefined)
  return found.map((text) => JSON.parse(text) as StageReport)
}

/** What is kept of a comparison and of the findings that rest on it. */
export interface ReferenceFindings {
  format: 1
  at: string
  findings: Finding[]
}

/** Puts a comparison, with all its rounds, and the findings in the place of the reference. */
export function keepComparison(comparison: Comparison, findings: Finding[]): void {
  const document: ReferenceFindings = { format: 1, at: comparison.at, findings }
  writeWhole(join(profiles, 'compare.json'), `${JSON.stringify(comparison)}\n`)
  writeWhole(join(profiles, 'findings.json'), `${JSON.stringify(document, null, 2)}\n`)
}

export async function readComparison(): Promise<Comparison> {
  return JSON.parse(await readFile(join(profiles, 'compare.json'), 'utf8')) as Comparison
}

export async function readFindings(): Promise<ReferenceFindings> {
  return JSON.parse(await readFile(join(profiles, 'findings.json'), 'utf8')) as ReferenceFindings
}

/** The ratios to Redis as Markdown: a row a stage, a column for each workload and test. */
function ratioTable({ plan, tables, machine }: Comparison): string {
  const heads = tables.map(({ workload, test }) => {
    const { pipeline } = plan.workloads[workload]!
    return `${test.toUpperCase()}, ${pipeline === 1 ? 'no pipelining' : `pipeline ${pipeline}`}`
  })
  const rows = stages.map(({ id }) => {
    const cells = tables.map(({ rows }) => {
      const row = rows.find(({ target }) => target === id)
      if (row === undefined || row.rateRatio === null) return ''
      const cpu = row.cpuRatio !== null && 'value' in row.cpuRatio ? row.cpuRatio.value : undefined
      return `${judged(row.rateRatio)}${cpu === undefined ? '' : `<br>CPU ${judged(cpu)}`}`
    })
    return `| \`${id}\` | ${cells.join(' | ')} |`
  })
  const floors = tables.map(({ floor }) => ('value' in floor.rate ? floor.rate.value : 0))
  const rounds = `${plan.rounds} interleaved rounds of ${plan.seconds} s`
  return [
    `| over ${plan.baseline} | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---:').join('|')}|`,
    ...rows,
    '',
    `Requests per second, and CPU per request, over those of ${plan.baseline} in the same rounds: medians of`,
    `${rounds} with a 95 % interval. A *~* marks what may be noise: the same server, started twice,`,
    `comes out up to ${percent(Math.max(...floors))} apart. ${machineLine(machine)}.`,
  ].join('\n')
}

function judged({ ratio, low, high, verdict }: Judged): string {
  const interval = low === null || high === null ? '' : ` (${low.toFixed(2)}-${high.toFixed(2)})`
  return `${verdict === 'inconclusive' ? '~' : ''}${ratio.toFixed(2)}${interval}`
}

/** The table of stages as Markdown, with what was measured. */
function stageTable(reports: readonly StageReport[]): string {
  const rows = stages.map(({ id, title, change }) => {
    const report = reports.find(({ stage }) => stage.id === id)
    const cells = report === undefined ? ['', '', '', ''] : measured(report)
    return `| [\`${id}\`](stages/${id}) | **${title}**: ${change} | ${cells.join(' | ')} |`
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

function measured(report: StageReport): string[] {
  const set = report.tests.find(({ summary }) => summary.test === 'set')
  const text = (id: CounterId) => readingText(set?.server ?? {}, id)
  const gettingIn = report.profile.shares.grouped[0]
  return [
    text('reads'),
    `${text('user')} + ${text('kernel')} µs`,
    gettingIn === undefined ? '' : percent(gettingIn.share),
    `[picture](profiles/${report.stage.id}/flamegraph.svg)`,
  ]
}

/**
 * A page with a table as it must be, between `<!-- NAME:begin … -->` and `<!-- NAME:end -->`.
 * @throws Error if it has no such place
 */
export function withTable(page: string, name: string, table: string): string {
  const marks = new RegExp(`(<!-- ${name}:begin[^>]*-->\n)[\\s\\S]*?(<!-- ${name}:end -->)`)
  if (!marks.test(page)) {
    throw new Error(`the page has no <!-- ${name}:begin --> … <!-- ${name}:end -->`)
  }
  return page.replace(marks, (_all, begin: string, end: string) => `${begin}${table}\n${end}`)
}

/** The README with all its figures as the references have them. */
export async function withFigures(readme: string): Promise<string> {
  const page = withTable(readme, 'stages', stageTable(await readReferences()))
  return withTable(page, 'redis', ratioTable(await readComparison()))
}

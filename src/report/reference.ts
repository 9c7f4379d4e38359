/**
 * The reference profiles in `profiles/`: one run of each stage on one machine, in git, for whoever
 * has not run anything yet; and the figures of the README, which come from nowhere else.
 */
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stages } from '../manifest.ts'
import type { Machine } from '../measure/machine.ts'
import { labRoot } from '../run/server.ts'
import { figures, percent, whole } from './format.ts'
import type { StageReport } from './stage-report.ts'

const profiles = join(labRoot, 'profiles')

/** Puts the results of a run, relative to the checkout, in the place of a stage's reference. */
export async function keepReference(stageId: string, results: string): Promise<void> {
  const reference = join(profiles, stageId)
  await rm(reference, { recursive: true, force: true })
  await mkdir(reference, { recursive: true })
  for (const name of await readdir(join(labRoot, results))) {
    await cp(join(labRoot, results, name), join(reference, name))
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

/** The table of stages as Markdown, with what was measured. */
export function stageTable(reports: readonly StageReport[]): string {
  const rows = stages.map(({ id, title, change }) => {
    const report = reports.find(({ stage }) => stage.id === id)
    const cells = report === undefined ? ['', '', '', ''] : measured(report)
    return `| [\`${id}\`](stages/${id}) | **${title}**: ${change} | ${cells.join(' | ')} |`
  })
  const machine = reports[0]?.machine
  return [
    '| | what changes | reads a SET | CPU a SET, user + kernel | getting a command in | flame graph |',
    '|---|---|---:|---:|---:|---|',
    ...rows,
    '',
    machine === undefined ? '' : `Measured on ${machineText(machine)}.`,
  ].join('\n')
}

function measured(report: StageReport): string[] {
  const set = report.tests.find(({ summary }) => summary.test === 'set')
  const reads = set && 'value' in set.server.reads ? figures(set.server.reads.value) : ''
  const cpu = set && 'value' in set.server.cpuMicros ? set.server.cpuMicros.value : undefined
  const gettingIn = report.profile.shares.grouped[0]
  return [
    reads,
    cpu === undefined ? '' : `${figures(cpu.user)} + ${figures(cpu.system)} µs`,
    gettingIn === undefined ? '' : percent(gettingIn.share),
    `[picture](profiles/${report.stage.id}/flamegraph.svg)`,
  ]
}

/** `2 cores of an AMD EPYC, Debian GNU/Linux 12 (bookworm), Node 26.10.0`. */
export function machineText({ cores, cpu, memoryBytes, os, node }: Machine): string {
  return `${cores} x ${cpu}, ${whole(memoryBytes / 2 ** 30)} GiB, ${os}, Node ${node}`
}

const MARKS = /(<!-- stages:begin[^>]*-->\n)[\s\S]*?(<!-- stages:end -->)/

/**
 * The README with its table of stages as it must be.
 * @throws Error where it has no place for it
 */
export function withStageTable(readme: string, table: string): string {
  if (!MARKS.test(readme))
    throw new Error('README.md has no <!-- stages:begin --> … <!-- stages:end -->')
  return readme.replace(MARKS, (_all, begin: string, end: string) => `${begin}${table}\n${end}`)
}

/** All that `npm run stage` finds out about a stage, and the screen that shows it. */
import { type ArticleResult, articleResults } from '../article/figures.ts'
import { paint } from '../cli/colour.ts'
import type { MeasuredRun } from '../experiment/comparison.ts'
import { busyIn } from '../experiment/tabulate.ts'
import type { Capture } from '../flame/capture.ts'
import type { Quality } from '../flame/tree.ts'
import type { Tool } from '../load/options.ts'
import { defaultWorkload, type Workload, workloadText } from '../load/workload.ts'
import { countersIn, counterTitle, missingReasons, readingText } from '../measure/counters.ts'
import type { Machine } from '../measure/machine.ts'
import { busyText, type MachineLoad } from '../measure/machine-load.ts'
import type { Stage } from '../stages.ts'
import { shareLines } from './flame-shares.ts'
import { percent, row, wrap } from './format.ts'
import { boundLines, loadHead, loadRow } from './load-table.ts'

/** The document that `--json` prints and `result.json` holds. Times are in the units named. */
export interface StageReport {
  format: 1
  /** When it was measured, ISO 8601. */
  at: string
  stage: Pick<Stage, 'id' | 'title' | 'change'>
  machine: Machine
  tool: Tool
  workload: Workload
  tests: MeasuredRun[]
  /** While it was measured, not while it was profiled. Older results do not have it. */
  load?: MachineLoad
  profile: Omit<Capture, 'tree' | 'program'> & {
    samples: number
    windowSeconds: number
    /** What the profiler cannot see here, a sentence each. */
    blind: string[]
    /** How whole the stacks are; older results do not have it. */
    quality?: Quality
  }
  article: readonly ArticleResult[]
}

/**
 * The report as one screen of text, 80 columns wide.
 * @param flamegraph where its page or picture is, relative to the checkout
 * @param next commands to try
 */
export function stageScreen(
  report: StageReport,
  flamegraph: string,
  next: readonly string[],
): string {
  return [
    `${paint.bold(report.stage.id)}  ${report.stage.title}`,
    ...wrap(report.stage.change, '        ').map((text) => paint.dim(text)),
    '',
    ...loadLines(report),
    '',
    ...serverLines(report.tests),
    ...busyLines(report),
    '',
    ...shareLines(report.profile, { ownRun: true }),
    '',
    `Flame graph  ${paint.bold(flamegraph)}`,
    ...next.map((line, at) => `${at === 0 ? 'Try next' : '        '}     ${line}`),
  ].join('\n')
}

function loadLines({ tests, workload, tool }: StageReport): string[] {
  const checked = tests.every(({ summary }) => summary.repliesChecked)
  const lines = [
    `${workloadText(workload)}; one run; ${checked ? 'every reply checked' : `${tool}, which checks no reply`}`,
    loadHead(),
  ]
  const theirs = isArticleLoad(workload) ? articleResults : []
  for (const { summary } of tests) {
    lines.push(paint.bold(loadRow(summary.test.toUpperCase(), summary)))
    for (const result of theirs.filter(({ test }) => test === summary.test)) {
      lines.push(paint.dim(loadRow(`article: ${result.server}`, result)))
    }
  }
  if (!isArticleLoad(workload)) {
    lines.push(paint.dim('no figures of the article here: its load was another one'))
  } else if (tests.some(({ summary }) => theirs.some(({ test }) => test === summary.test))) {
    lines.push(paint.dim('article: measured on another machine, so compare proportions only'))
  }
  return lines
}

/** The warning that the machine was busy, for every screen with figures; empty if it was quiet. */
export function busyLines(
  { load, machine }: { load?: MachineLoad; machine: Machine },
  columns?: number,
): string[] {
  const text = load && busyText(load, machine.cores)
  return text === undefined ? [] : wrap(text, '', columns).map((line) => paint.bold(line))
}

/** Whether the article's figures may be shown beside: how many keys there are was not said. */
function isArticleLoad({ clients, pipeline, payload }: Workload): boolean {
  const its = defaultWorkload
  return clients === its.clients && pipeline === its.pipeline && payload === its.payload
}

const SERVER_WIDTHS = [34, 11, 11, 11, 11, 11, 11]

function serverLines(tests: MeasuredRun[]): string[] {
  const names = tests.map(({ summary }) => summary.test.toUpperCase())
  const readings = tests.map(({ server }) => server)
  const shown = countersIn(readings, true)
  const busyRow = (label: string, pick: (result: MeasuredRun) => number | undefined) => {
    const cells = tests.map((result) => {
      const share = pick(result)
      return share === undefined ? '-' : percent(share)
    })
    return row([label, ...cells], SERVER_WIDTHS)
  }
  return [
    paint.dim(row(['The server, per request', ...names], SERVER_WIDTHS)),
    ...shown.map((counter) => {
      const cells = readings.map((one) => readingText(one, counter.id))
      return row([`  ${counterTitle(counter)}`, ...cells], SERVER_WIDTHS)
    }),
    busyRow('  busy, of one core', busyIn),
    busyRow('  load generator busy, of one core', ({ summary }) => summary.client?.busy),
    ...missingReasons(readings, shown).map((why) => paint.dim(`  -: ${why}`)),
    ...boundLines(tests.map(({ summary }) => summary)),
  ]
}

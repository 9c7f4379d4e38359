/** The article's `perf stat` table beside ours, as text 80 columns wide at most. */
import { articleCounts, articleTimes } from '../article/perf-stat.ts'
import { paint } from '../cli/colour.ts'
import { type InstructionRun, leastInstructions } from '../experiment/instruction-ratio.ts'
import type { StatResult } from '../experiment/stat.ts'
import { type Workload, workloadText } from '../load/workload.ts'
import { type Counted, combine } from '../measure/counted.ts'
import { type CounterId, countersIn, reading } from '../measure/counters.ts'
import type { Machine } from '../measure/machine.ts'
import type { PerfCount } from '../measure/perf-stat.ts'
import type { Stage } from '../stages.ts'
import { counted, figures, hanging, row, whole, wrap } from './format.ts'
import { busyLines } from './stage-report.ts'

/** The document that `--json` prints. */
export interface StatReport {
  format: 1
  at: string
  stage: Pick<Stage, 'id' | 'title'>
  machine: Machine
  workload: Workload
  result: StatResult
  article: { counts: typeof articleCounts; times: typeof articleTimes }
}

const WIDTHS = [21, 14, 9, 17, 8, 11]

export function statScreen({ stage, workload, result, machine }: StatReport): string {
  const { requests, elapsedSeconds } = result
  const reasons = new Map<string, string[]>()
  const missing = (name: string, why: string) => {
    reasons.set(why, [...(reasons.get(why) ?? []), name])
  }
  const lines = [
    `${paint.bold(stage.id)}  ${stage.title}`,
    ...hanging(
      `${workloadText(workload)}; ${counted(requests, 'request')} in ${figures(elapsedSeconds)} s`,
    ),
    '',
    paint.dim(row(['', 'the article', '', stage.id, '', 'per request'], WIDTHS)),
    ...hardwareRows(result, missing),
    ...timeRows(result, missing),
    '',
    paint.dim('What every Linux counts, and the article does not have'),
    ...softwareRows(result, missing),
    '',
    ...[...reasons].flatMap(([why, names]) => {
      const what =
        names.length === articleCounts.length ? 'cache and TLB counters' : names.join(', ')
      return hanging(`- ${what}: ${why}`)
    }),
    ...notes(result),
    ...busyLines({ load: result.load, machine }),
  ]
  return lines.join('\n').trimEnd()
}

/** What `--instructions` counted: each window, since their spread is how far the count is known. */
export function instructionsScreen(
  { id, title }: Pick<Stage, 'id' | 'title'>,
  runs: readonly InstructionRun[],
): string {
  const widths = [12, ...new Array(runs[0]!.starts[0]!.length).fill(8), 9]
  const head = runs[0]!.starts[0]!.map((_, at) => (at === 0 ? 'windows' : ''))
  return [
    `${paint.bold(id)}  ${title}`,
    '',
    paint.dim(row(['per request', ...head, 'least'], widths)),
    ...runs.flatMap((run) =>
      run.starts.map((windows) =>
        row([run.test.toUpperCase(), ...[...windows, leastInstructions(run)].map(whole)], widths),
      ),
    ),
    '',
    ...wrap(`${ABOUT_INSTRUCTIONS} Read the least.`, '').map((text) => paint.dim(text)),
    ...runs.flatMap(({ test, misses }) =>
      misses === undefined ? [] : wrap(missesText(test, misses), '').map((text) => paint.dim(text)),
    ),
  ].join('\n')
}

function missesText(test: string, { d1, lastLevel }: NonNullable<InstructionRun['misses']>) {
  return (
    `Per ${test.toUpperCase()}, ${figures(d1)} misses of the first-level data cache and ` +
    `${figures(lastLevel)} of the last level, in caches that callgrind simulates. They are not those ` +
    'of this processor, and say nothing of the article’s cache misses.'
  )
}

/** What an instruction count is of, for every screen that shows one. */
export const ABOUT_INSTRUCTIONS =
  'Instructions of the main thread in user mode, by callgrind, over one connection; the kernel and ' +
  'the helper threads of V8 are not in it. Other programs do not change the count. A window in which ' +
  'V8 collects garbage or optimizes a function is larger.'

type Missing = (name: string, why: string) => void

function hardwareRows({ perf, requests }: StatResult, missing: Missing): string[] {
  return articleCounts.map(({ event, count, of }) => {
    const ours = countOf(perf, event)
    const base = of === undefined ? undefined : countOf(perf, of.event)
    const share = base === undefined ? undefined : combine(ours, base, (a, b) => (100 * a) / b)
    const theirs = of === undefined ? '' : `${of.percent.toFixed(2)} %`
    if ('missing' in ours) {
      missing(event, ours.missing)
      const short = /^not (supported|counted)/.exec(ours.missing)?.[0] ?? 'no perf'
      return row([event, whole(count), theirs, `- ${short}`, '', ''], WIDTHS)
    }
    const percent = share !== undefined && 'value' in share ? `${share.value.toFixed(2)} %` : ''
    return row(
      [event, whole(count), theirs, whole(ours.value), percent, figures(ours.value / requests)],
      WIDTHS,
    )
  })
}

function timeRows({ server, elapsedSeconds, requests }: StatResult, missing: Missing): string[] {
  const seconds = (label: string, article: number, id: CounterId) => {
    const theirs = `${article.toFixed(2)} s`
    const ours = reading(server, id)
    if ('missing' in ours) {
      missing(label, ours.missing)
      return row([label, theirs, '', '- not counted', '', ''], WIDTHS)
    }
    const all = `${((ours.value * requests) / 1e6).toFixed(2)} s`
    return row([label, theirs, '', all, '', `${figures(ours.value)} µs`], WIDTHS)
  }
  const times = [
    row(
      ['elapsed', `${articleTimes.elapsed.toFixed(2)} s`, '', `${elapsedSeconds.toFixed(2)} s`],
      WIDTHS,
    ),
    seconds('user', articleTimes.user, 'user'),
    seconds('sys', articleTimes.system, 'kernel'),
  ]
  const [user, kernel] = [reading(server, 'user'), reading(server, 'kernel')]
  if ('missing' in user || 'missing' in kernel || user.value === 0) return times
  const ratio = (user: number, system: number) => `${(system / user).toFixed(2)} x`
  const theirs = ratio(articleTimes.user, articleTimes.system)
  return [
    ...times,
    row(['sys to user', theirs, '', ratio(user.value, kernel.value), '', ''], WIDTHS),
  ]
}

/** What the kernel counts of any process; the times are above. */
function softwareRows({ server, requests }: StatResult, missing: Missing): string[] {
  return countersIn([server])
    .filter(({ id }) => !['user', 'kernel'].includes(id))
    .map(({ id, label, unit, per, show }) => {
      const count = reading(server, id)
      if ('missing' in count) {
        missing(label, count.missing)
        return row([label, '', '', '- not counted', '', ''], WIDTHS)
      }
      if (per === 'state') return row([label, '', '', show(count.value), '', ''], WIDTHS)
      const each = `${show(count.value)}${unit === 'µs' ? ' µs' : ''}`
      const all = count.value * requests
      const shown = unit === 'µs' ? `${figures(all / 1000)} ms` : whole(all)
      return row([label, '', '', shown, '', each], WIDTHS)
    })
}

function countOf(perf: StatResult['perf'], event: string): Counted<number> {
  if ('missing' in perf) return perf
  const count = perf.value.counts.find((one) => one.event === event)
  return count?.count ?? { missing: 'perf did not print it' }
}

function notes({ perf }: StatResult): string[] {
  const counts = 'value' in perf ? perf.value.counts.filter(({ count }) => 'value' in count) : []
  const named = (list: PerfCount[]) => list.map(({ event }) => event).join(', ')
  const userOnly = counts.filter((count) => count.userOnly)
  const scaled = counts.filter((count) => count.counted < 0.995)
  return [
    ...(userOnly.length === 0
      ? []
      : hanging(`outside the kernel only (kernel.perf_event_paranoid): ${named(userOnly)}`)),
    ...(scaled.length === 0
      ? []
      : hanging(`counted part of the time and scaled up: ${named(scaled)}`)),
    ...wrap(
      'The article counted its benchmark as a whole on a machine of its own: compare rates.',
      '',
    ).map((text) => paint.dim(text)),
  ]
}

/** The article's `perf stat` table beside ours, as text 80 columns wide at most. */
import { articleCounts, articleTimes } from '../article/perf-stat.ts'
import { paint } from '../cli/colour.ts'
import type { StatResult, softwareEvents } from '../experiment/stat.ts'
import type { Workload } from '../load/workload.ts'
import { type Counted, combine } from '../measure/counted.ts'
import type { Machine } from '../measure/machine.ts'
import type { PerfCount } from '../measure/perf-stat.ts'
import type { Stage } from '../stages.ts'
import { counted, figures, hanging, row, whole, wrap } from './format.ts'
import { workloadText } from './load-table.ts'

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

const WIDTHS = [22, 15, 9, 17, 8, 9]

export function statScreen({ stage, workload, result }: StatReport): string {
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
    paint.dim(row(['', "article's Zedis", '', stage.id, '', 'a request'], WIDTHS)),
    ...hardwareRows(result, missing),
    ...timeRows(result, missing),
    '',
    paint.dim('What can be had on every Linux, the article has none of it'),
    ...softwareRows(result, missing),
    '',
    ...[...reasons].flatMap(([why, names]) => {
      const what =
        names.length === articleCounts.length ? 'cache and TLB counters' : names.join(', ')
      return hanging(`- ${what}: ${why}`)
    }),
    ...notes(result),
  ]
  return lines.join('\n').trimEnd()
}

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

function timeRows({ cpu, elapsedSeconds, requests }: StatResult, missing: Missing): string[] {
  const seconds = (label: string, article: number, ours: Counted<number>) => {
    const theirs = `${article.toFixed(2)} s`
    if ('missing' in ours) {
      missing(label, ours.missing)
      return row([label, theirs, '', '- not counted', '', ''], WIDTHS)
    }
    const each = `${figures((ours.value * 1e6) / requests)} µs`
    return row([label, theirs, '', `${ours.value.toFixed(2)} s`, '', each], WIDTHS)
  }
  const of = (part: 'user' | 'system') => (split: { user: number; system: number }) =>
    split[part] / 1e6
  const map = (pick: (split: { user: number; system: number }) => number): Counted<number> =>
    'missing' in cpu ? cpu : { value: pick(cpu.value) }
  const times = [
    row(
      ['elapsed', `${articleTimes.elapsed.toFixed(2)} s`, '', `${elapsedSeconds.toFixed(2)} s`],
      WIDTHS,
    ),
    seconds('user', articleTimes.user, map(of('user'))),
    seconds('sys', articleTimes.system, map(of('system'))),
  ]
  if ('missing' in cpu || cpu.value.user === 0) return times
  const ratio = (user: number, system: number) => `${(system / user).toFixed(2)} x`
  const theirs = ratio(articleTimes.user, articleTimes.system)
  return [
    ...times,
    row(['sys to user', theirs, '', ratio(cpu.value.user, cpu.value.system), '', ''], WIDTHS),
  ]
}

function softwareRows(result: StatResult, missing: Missing): string[] {
  const { before, after, requests, perf } = result
  const line = (label: string, count: Counted<number>, unit = '') => {
    if ('missing' in count) {
      missing(label, count.missing)
      return row([label, '', '', '- not counted', '', ''], WIDTHS)
    }
    const shown = unit === '' ? whole(count.value) : `${figures(count.value)} ${unit}`
    const each =
      unit === 'ms'
        ? `${figures((count.value * 1000) / requests)} µs`
        : figures(count.value / requests)
    return row([label, '', '', shown, '', each], WIDTHS)
  }
  const difference = <T>(pick: (snapshot: typeof before) => Counted<T>, of: (value: T) => number) =>
    combine(pick(before), pick(after), (a, b) => of(b) - of(a))
  // perf's where it may count the kernel too; else the kernel's own books, which anyone may read.
  const either = (event: (typeof softwareEvents)[number], own: Counted<number>) => {
    const count = 'value' in perf ? perf.value.counts.find((one) => one.event === event) : undefined
    return count !== undefined && !count.userOnly && 'value' in count.count ? count.count : own
  }
  return [
    line(
      'task-clock',
      either(
        'task-clock',
        difference(
          ({ cpu }) => cpu,
          (cpu) => cpu.totalMicros / 1000,
        ),
      ),
      'ms',
    ),
    line(
      'context-switches',
      either(
        'context-switches',
        difference(
          ({ switches }) => switches,
          (counts) => counts.voluntary + counts.involuntary,
        ),
      ),
    ),
    line(
      'page-faults',
      either(
        'page-faults',
        difference(
          ({ faults }) => faults,
          (counts) => counts.minor + counts.major,
        ),
      ),
    ),
    line(
      'read(2) calls',
      difference(
        ({ io }) => io,
        ({ reads }) => reads,
      ),
    ),
    line(
      'write(2) calls',
      difference(
        ({ io }) => io,
        ({ writes }) => writes,
      ),
    ),
  ]
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

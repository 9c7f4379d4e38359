/** What was counted of a program of the reader's own; 80 columns at most. */
import { availableParallelism } from 'node:os'
import { paint } from '../cli/colour.ts'
import type { ProgramStat } from '../experiment/stat-program.ts'
import { countersIn, missingReasons, reading } from '../measure/counters.ts'
import { busyText } from '../measure/machine-load.ts'
import { counted, figures, hanging, row } from './format.ts'

const WIDTHS = [30, 22, 22]

/**
 * @param load in words
 * @param outcome of the load, a sentence each
 */
export function programStatScreen(
  title: string,
  load: string,
  stat: ProgramStat,
  outcome: readonly string[] = [],
): string {
  const { windowSeconds, requests, perf, counters } = stat
  const each = requests ?? windowSeconds
  const per = requests === undefined ? 'per second' : 'per request'
  const of = requests === undefined ? '' : `${counted(requests, 'request')} in `
  const shown = countersIn([counters])
  const rows = shown.map(({ id, label, unit, per, show }) => {
    const count = reading(counters, id)
    if ('missing' in count) return row([label, '-', '-'], WIDTHS)
    if (per === 'state') return row([label, show(count.value), ''], WIDTHS)
    const suffix = unit === 'µs' ? ' µs' : ''
    const texts = count.value === 0 ? ['0', '0'] : [figures(count.value * each), show(count.value)]
    return row([label, ...texts.map((text) => `${text}${suffix}`)], WIDTHS)
  })
  const events = 'value' in perf ? perf.value.counts : []
  const hardware = events.flatMap(({ event, count }) =>
    'missing' in count
      ? []
      : [row([event, figures(count.value), figures(count.value / each)], WIDTHS)],
  )
  const reasons = [
    ...missingReasons([counters], shown),
    ...('missing' in perf ? [`cache and TLB counters: ${perf.missing}`] : []),
    ...[
      ...Map.groupBy(
        events.filter(({ count }) => 'missing' in count),
        ({ count }) => (count as { missing: string }).missing,
      ),
    ].map(([why, list]) => `${list.map(({ event }) => event).join(', ')}: ${why}`),
  ]
  const busy = busyText(stat.load, availableParallelism())
  return [
    paint.bold(title),
    ...hanging(`${load}; ${of}${figures(windowSeconds)} s`),
    '',
    paint.dim(row(['', 'in all', per], WIDTHS)),
    ...rows,
    ...hardware,
    '',
    ...reasons.flatMap((text) => hanging(`- ${text}`)),
    ...outcome.flatMap((text) => hanging(`- ${text}`)),
    ...(busy === undefined ? [] : hanging(busy)),
  ]
    .join('\n')
    .trimEnd()
}

/** What a lesson's run measured, as lines: the figures, what they say, and what they do not. */

import { lessonTest } from '../course/evidence.ts'
import type { Lesson } from '../course/lessons.ts'
import { amount } from '../course/prediction.ts'
import type { Judged, Row } from '../experiment/comparison.ts'
import type { Counted } from '../measure/counted.ts'
import { figures, percent, row, whole, wrap } from '../report/format.ts'
import { workloadText } from '../report/load-table.ts'
import { evidenceOf, type LessonRun, recordedLine } from './runs.ts'

const WIDTHS = [30, 14, 14]

/**
 * The table of a run and how to read it, at most `columns` wide from 60 on.
 * @throws Error where the run is not one of this lesson
 */
export function measuredLines(lesson: Lesson, run: LessonRun, columns: number): string[] {
  const evidence = evidenceOf(lesson, run)
  const { plan, tables } = run.comparison
  const rows = [evidence.before, evidence.after].filter((one) => one !== null)
  const load = plan.workloads.find(({ pipeline }) => pipeline === lesson.pipeline)!
  const line = (label: string, pick: (row: Row) => Counted<number>, show = figures) =>
    row([label, ...rows.map((one) => cell(pick(one), show))], WIDTHS)
  const bound = rows.filter(({ clientBound }) => clientBound).map(({ target }) => target)
  const table = tables.find(
    ({ workload, test }) => plan.workloads[workload] === load && test === lessonTest,
  )!
  const text = (words: string) => wrap(words, '', columns)
  const rounds = `${plan.rounds} rounds of ${amount(plan.seconds)} s`
  const how = rows.length === 1 ? rounds : `${rounds}, in turn`
  return [
    ...(run.record.recorded ? [...text(recordedLine(run.record)), ''] : []),
    ...text(
      `${lessonTest.toUpperCase()}, ${workloadText(load)}; ${how}, medians; every reply checked`,
    ),
    '',
    row(['', ...rows.map(({ target }) => target)], WIDTHS),
    line(`requests a second`, ({ requestsPerSecond }) => ({ value: requestsPerSecond }), whole),
    line('CPU a request, µs', ({ cpu }) => part(cpu, 'total')),
    line('  of it in the kernel', ({ cpu }) => part(cpu, 'system')),
    line('read(2) a request', ({ reads }) => reads),
    line('write(2) a request', ({ writes }) => writes),
    line('JavaScript heap, bytes', heapOf, whole),
    line('load generator, of a core', ({ clientBusy }) => orMissing(clientBusy), percent),
    '',
    ...(evidence.before === null
      ? text('Nothing to compare it with yet. What the next stages bring is said as a ratio.')
      : [
          ...text(rateText(evidence.rate!, evidence.before.target)),
          ...text(cpuText(evidence.cpu!, evidence.before.target)),
          ...text(noiseText(table.floor)),
        ]),
    ...(bound.length === 0
      ? []
      : text(
          `The load generator was the bottleneck for ${bound.join(' and ')}: the requests a second are its limit there. The CPU of a request does not depend on it; read that.`,
        )),
  ]
}

function cell(counted: Counted<number>, show: (value: number) => string): string {
  return 'value' in counted ? show(counted.value) : '-'
}

function part(cpu: Row['cpu'], which: 'total' | 'system'): Counted<number> {
  return 'value' in cpu ? { value: cpu.value[which] } : cpu
}

function heapOf({ heap }: Row): Counted<number> {
  return 'value' in heap ? heap.value.allocatedBytes : heap
}

function orMissing(value: number | null): Counted<number> {
  return value === null ? { missing: 'not known' } : { value }
}

function rateText(rate: Judged, base: string): string {
  const { ratio, verdict } = rate
  const says = `Requests a second: ${figures(ratio)} times those of ${base}${interval(rate)}`
  return `${says}. ${verdict === 'inconclusive' ? inconclusive : `It is ${verdict}.`}`
}

function cpuText(cpu: Counted<Judged>, base: string): string {
  if ('missing' in cpu) return `CPU a request: cannot be told here (${cpu.missing}).`
  const { verdict, ratio, low, high } = cpu.value
  // A sixth is easier to read as six times less.
  const [figure, ends, less] =
    ratio < 0.67
      ? [1 / ratio, { low: high && 1 / high, high: low && 1 / low }, ' less than that']
      : [ratio, { low, high }, ' that']
  const word = { faster: 'It is cheaper.', slower: 'It is dearer.', inconclusive }[verdict]
  return `CPU a request: ${figures(figure)} times${less} of ${base}${interval(ends)}. ${word}`
}

const inconclusive =
  'That is inconclusive: a difference of this size may be noise, and that is a result.'

function interval({ low, high }: Pick<Judged, 'low' | 'high'>): string {
  if (low === null || high === null) return ' (too few rounds for an interval)'
  return ` (95 % interval ${figures(low)} to ${figures(high)})`
}

function noiseText(floor: { rate: Counted<number>; cpu: Counted<number> }): string {
  if ('missing' in floor.rate) return `Noise floor: ${floor.rate.missing}.`
  const cpu = 'value' in floor.cpu ? `, in CPU ${percent(floor.cpu.value)}` : ''
  return `Noise floor: the same server, started twice, comes out up to ${percent(floor.rate.value)} apart in requests a second${cpu}.`
}

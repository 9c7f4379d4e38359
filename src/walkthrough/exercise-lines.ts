/** What a run of an exercise measured. */

import { findExercise } from '../exercises.ts'
import {
  type ExerciseCounterName,
  type ExerciseMeasured,
  exerciseCounterTitles,
} from '../experiment/exercise-counts.ts'
import { mixText } from '../experiment/exercise-measured.ts'
import { figures, row, whole, wrap } from '../report/format.ts'
import { busyLines } from '../report/stage-report.ts'
import type { ExerciseRun } from './lesson-run.ts'

const WIDTHS = [46, 14]

/** The rows of that table: what was measured, and how much. */
export function exerciseFigures(measured: ExerciseMeasured): [label: string, value: string][] {
  const { counters, load } = measured
  const { cpu, figures: round } = load
  const counted = (Object.keys(counters) as ExerciseCounterName[]).flatMap((name) => {
    const one = counters[name]
    const line: [string, string][] =
      'value' in one ? [[exerciseCounterTitles[name], figures(one.value)]] : []
    return line
  })
  return [
    ['requests per second', whole(round.requests / round.seconds)],
    ...('value' in cpu ? [['CPU per request, µs', figures(cpu.value)] as [string, string]] : []),
    ['latency of the usual requests, median, ms', figures(round.usual.p50)],
    ['the same, p99, ms', figures(round.usual.p99)],
    ...(round.rare === null
      ? []
      : [
          ['latency of the rare requests, median, ms', figures(round.rare.p50)] as [string, string],
        ]),
    ...counted,
  ]
}

/** The table of a run, at most `columns` wide from 60 on. */
export function exerciseLines({ measured }: ExerciseRun, columns: number): string[] {
  const { load, exercise } = measured
  const text = (words: string) => wrap(words, '', columns)
  return [
    ...text(`${mixText(findExercise(exercise)!.mix)}; ${figures(load.figures.seconds)} s`),
    '',
    ...exerciseFigures(measured).map((line) => row(line, WIDTHS)),
    ...busyLines({ load: measured.machineLoad, machine: measured.machine }, columns),
  ]
}

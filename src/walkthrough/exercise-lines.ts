/** What a run of an exercise measured. */

import { findExercise } from '../exercises.ts'
import { exerciseCounterTitles } from '../experiment/exercise-counts.ts'
import { mixText } from '../experiment/exercise-measured.ts'
import { figures, row, whole, wrap } from '../report/format.ts'
import { busyLines } from '../report/stage-report.ts'
import type { ExerciseRun } from './lesson-run.ts'

const WIDTHS = [46, 14]

/** The table of a run, at most `columns` wide from 60 on. */
export function exerciseLines({ measured }: ExerciseRun, columns: number): string[] {
  const { counters, load, exercise } = measured
  const { cpu, figures: round } = load
  const text = (words: string) => wrap(words, '', columns)
  const counted = (Object.keys(counters) as (keyof typeof counters)[]).flatMap((name) => {
    const one = counters[name]
    return 'value' in one ? [row([exerciseCounterTitles[name], figures(one.value)], WIDTHS)] : []
  })
  return [
    ...text(`${mixText(findExercise(exercise)!.mix)}; ${figures(round.seconds)} s`),
    '',
    row(['requests per second', whole(round.requests / round.seconds)], WIDTHS),
    ...('value' in cpu ? [row(['CPU per request, µs', figures(cpu.value)], WIDTHS)] : []),
    row(['latency of the usual requests, median, ms', figures(round.usual.p50)], WIDTHS),
    row(['the same, p99, ms', figures(round.usual.p99)], WIDTHS),
    ...(round.rare === null
      ? []
      : [row(['latency of the rare requests, median, ms', figures(round.rare.p50)], WIDTHS)]),
    ...counted,
    ...busyLines({ load: measured.machineLoad, machine: measured.machine }, columns),
  ]
}

/** The run of a lesson, and what it measured; after a run that fails the course goes on. */
import { resolve } from 'node:path'
import { paint } from '../cli/colour.ts'
import { lessonTest } from '../course/evidence.ts'
import type { Lesson, StageLesson } from '../course/lessons.ts'
import { amount } from '../course/prediction.ts'
import type { Judged, Row } from '../experiment/comparison.ts'
import { shares } from '../flame/roles.ts'
import { boundText, isLoadGeneratorBound } from '../load/bottleneck.ts'
import { workloadText } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import { countersIn, counterTitle, readingText } from '../measure/counters.ts'
import { figures, percent, row, whole, wrap } from '../report/format.ts'
import { busyLines } from '../report/stage-report.ts'
import { durationText } from '../run/duration.ts'
import { LabError, toFailure } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { exerciseLines } from './exercise-lines.ts'
import { graphLines } from './flame-step.ts'
import {
  before,
  isExerciseRun,
  type LessonRun,
  pageOf,
  recordedLine,
  recordedRun,
  recordingOf,
  type StageRun,
  stageEvidence,
} from './lesson-run.ts'
import { judgeAll, showOutcomes } from './predictions.ts'
import { lessonState } from './progress-store.ts'
import type { Session, Step } from './session.ts'

/** Runs the lesson, or shows its recording, and judges the guesses by it. */
export function runStep(lesson: Lesson): Step['show'] {
  return async (session) => {
    const { output } = session
    const earlier = await session.runOf(lesson)
    if (earlier === undefined) {
      await runNow(lesson, session)
      return
    }
    const words = `It was run before; what it measured is in ${earlier.record.directory}.`
    await output.say(wrap(words, '', output.columns))
  }
}

/** Shows the run's figures, then each guess beside what was measured. */
export function outcomesStep(lesson: Lesson): Step['show'] {
  return async (session) => {
    const { output } = session
    const run = await runNeeded(lesson, session)
    await output.say(figuresOf(lesson, run, output.columns))
    await showOutcomes(lesson, run, session)
  }
}

/** The run of a lesson; if its files have been removed, it is made again. */
export async function runNeeded(lesson: Lesson, session: Session): Promise<LessonRun> {
  const run = await session.runOf(lesson)
  if (run !== undefined) return run
  const { output } = session
  await output.say(wrap('The files of the run are no longer there.', '', output.columns))
  return await runNow(lesson, session)
}

async function runNow(lesson: Lesson, session: Session): Promise<LessonRun> {
  const { output, state } = session
  const text = (words: string) => wrap(words, '', output.columns)
  const own = lessonState(state, lesson.id)
  const run = await makeRun(lesson, session)
  session.remember(lesson, run)
  own.run = run.record
  judgeAll(lesson, own, run, run.record.recorded ? undefined : await recordingOf(lesson))
  session.save()
  const page = pageOf(run)
  await output.say([
    ...(run.record.recorded ? text(recordedLine(run.record)) : []),
    `The flame graph: ${page}`,
    ...firstGraph(lesson, run, session),
  ])
  await output.open(resolve(labRoot, page))
  return run
}

/** The very first flame graph is shown at once: it is what the reader came for. */
function firstGraph(lesson: Lesson, { tree }: LessonRun, { output, shown }: Session): string[] {
  if (lesson.kind === 'exercise' || before(lesson) !== undefined) return []
  if (!shares(tree).certain) return []
  shown.add(tree)
  return ['', ...graphLines(tree, lesson.id, output.columns)]
}

async function makeRun(lesson: Lesson, { output, runs }: Session): Promise<LessonRun> {
  const text = (words: string) => wrap(words, '', output.columns)
  const why = runs.whyNot(lesson)
  if (why !== undefined) {
    await output.say(text(`${why}. The recording of another machine is shown instead.`))
    return await recordedRun(lesson)
  }
  const run = () => output.watch((emit) => runs.run(lesson, emit))
  if (runs.replays) return await run()
  await output.say(text(plan(lesson)))
  const time = durationText(runs.seconds(lesson))
  await output.pause(`run it (about ${time}; leave the machine alone meanwhile)`)
  for (;;) {
    try {
      return await run()
    } catch (failure) {
      output.emit({ type: 'failure', ...toFailure(failure) })
      if (!(failure instanceof LabError)) throw failure
      await output.say(['', ...errorLines(failure).flatMap(text), ''])
      const recording = ['go on with the recording of another machine']
      const options = ['try again', ...(lesson.kind === 'stage' ? recording : [])]
      const chosen = await output.choose({
        id: 'failed',
        prompt: 'What now?',
        options,
        skippable: false,
        back: true,
      })
      if (chosen === 1) return await recordedRun(lesson)
    }
  }
}

function plan({ kind, id: stage }: Lesson): string {
  if (kind === 'exercise') {
    return 'Now it runs: the server is asked one request after the other, and what that takes is counted; then it is loaded, and its latencies are measured; then it is profiled in a separate run. Ctrl-C ends it; your answers stay.'
  }
  const what =
    stage === 'stage1'
      ? `${stage} is put under load, and once more as "${stage} again": how far the two differ is noise`
      : `${stage} and the stage before take turns under the same load, and one of them once more as "again": how far that differs is noise`
  return `Now it runs: ${what}. Then ${stage} is profiled in a separate run. Ctrl-C ends it; your answers stay.`
}

function errorLines({ message, means, next }: LabError): string[] {
  return [
    `The run failed: ${message}`,
    ...(means === undefined ? [] : [`  ${means}`]),
    ...(next === undefined ? [] : [`  → ${next}`]),
  ]
}

const WIDTHS = [30, 14, 14]

/**
 * The table of a run and how to read it, at most `columns` wide from 60 on.
 * @throws Error if the run is not one of this lesson
 */
export function measuredLines(lesson: StageLesson, run: StageRun, columns: number): string[] {
  const evidence = stageEvidence(lesson, run)
  const { plan, tables } = run.comparison
  const rows = [evidence.before, evidence.after].filter((one) => one !== null)
  const load = plan.workloads.find(({ pipeline }) => pipeline === lesson.pipeline)!
  const line = (label: string, pick: (row: Row) => Counted<number>, show = figures) =>
    row([label, ...rows.map((one) => cell(pick(one), show))], WIDTHS)
  const bound = rows
    .filter(({ clientBusy }) => isLoadGeneratorBound(clientBusy))
    .map(({ target }) => target)
  const table = tables.find(
    ({ workload, test }) => plan.workloads[workload] === load && test === lessonTest,
  )!
  const readings = rows.map(({ counters }) => counters)
  const shown = countersIn(readings, true)
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
    line('requests per second', ({ requestsPerSecond }) => ({ value: requestsPerSecond }), whole),
    line('load generator, of a core', ({ clientBusy }) => orMissing(clientBusy), percent),
    '',
    paint.bold('per request'),
    ...shown.map((counter) =>
      row([counterTitle(counter), ...readings.map((one) => readingText(one, counter.id))], WIDTHS),
    ),
    '',
    ...(evidence.before === null
      ? text(
          'Nothing to compare it with yet. From the next stage on, the gain is shown as a ratio.',
        )
      : [
          ...text(rateText(evidence.rate!, evidence.before.target)),
          ...text(cpuText(evidence.cpu!, evidence.before.target)),
          ...text(noiseText(table.floor)),
        ]),
    ...(bound.length === 0 ? [] : text(`${boundText(bound)}.`)),
    ...busyLines(run.comparison, columns),
  ]
}

function figuresOf(lesson: Lesson, run: LessonRun, columns: number): string[] {
  if (isExerciseRun(run)) return exerciseLines(run, columns)
  if (lesson.kind === 'stage') return measuredLines(lesson, run, columns)
  throw new Error(`a run of a stage for the exercise ${lesson.id}`)
}

function cell(counted: Counted<number>, show: (value: number) => string): string {
  return 'value' in counted ? show(counted.value) : '-'
}

function orMissing(value: number | null): Counted<number> {
  return value === null ? { missing: 'not known' } : { value }
}

function rateText(rate: Judged, base: string): string {
  const { ratio, verdict } = rate
  const says = `Requests per second: ${figures(ratio)} times those of ${base}${interval(rate)}`
  return `${says}. ${verdict === 'inconclusive' ? inconclusive : `It is ${verdict}.`}`
}

function cpuText(cpu: Counted<Judged>, base: string): string {
  if ('missing' in cpu) return `CPU per request: cannot be measured here (${cpu.missing}).`
  const { verdict, ratio, low, high } = cpu.value
  // The inverse of a ratio below one is easier to read.
  const [factor, ends, words] =
    ratio < 0.67
      ? [1 / ratio, { low: high && 1 / high, high: low && 1 / low }, 'lower than that of']
      : [ratio, { low, high }, 'times that of']
  const what = ratio < 0.67 ? `by a factor of ${figures(factor)} ` : `${figures(factor)} `
  const word = { faster: 'It is cheaper.', slower: 'It costs more.', inconclusive }[verdict]
  return `CPU per request: ${what}${words} ${base}${interval(ends)}. ${word}`
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
  return `Noise floor: the same server, started twice, comes out up to ${percent(floor.rate.value)} apart in requests per second${cpu}.`
}

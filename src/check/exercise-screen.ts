/** What `npm run check` prints of a copy of the server of `docs/your-own-server`. */
import { paint } from '../cli/colour.ts'
import { exercises, findExercise, flameCommand } from '../exercises.ts'
import {
  type ExerciseCounterName,
  type ExerciseRounds,
  type MixRound,
  medianOf,
} from '../experiment/exercise-counts.ts'
import type { Counted } from '../measure/counted.ts'
import { median } from '../measure/statistics.ts'
import { figures, row, whole, wrap } from '../report/format.ts'
import type { ExerciseReport } from './exercise-check.ts'
import type { Replies } from './exercise-replies.ts'
import {
  bad,
  commandLines,
  cutLine,
  goalLines,
  good,
  titles,
  typeLines,
  WIDTH,
  wrapBold,
} from './screen-parts.ts'
import { exerciseTaskOf } from './tasks.ts'

/** All of it. */
export function exerciseScreen(report: ExerciseReport): string {
  const { copy, replies, counters, seed } = report
  return [
    `${paint.bold(copy)}  ${report.task.title}`,
    ...wrap(`Goal: ${report.task.goal}.`, '  ', WIDTH),
    '',
    ...replyLines(replies, seed),
    ...typeLines(report),
    ...(counters === null ? [] : ['', ...exerciseCounterLines(report)]),
    ...(report.rounds === null ? [] : ['', ...roundLines(report.rounds, copy)]),
    '',
    ...wrapBold(`Verdict: ${report.verdict}`),
    ...goalLines(exerciseTaskOf(report.exercise), copy, report.steps),
    '',
    ...exerciseNext(report),
  ].join('\n')
}

/** What changes from save to save: whether it is right, and which steps are reached. */
export function exerciseShort(report: ExerciseReport): string[] {
  return [
    ...replyLines(report.replies, report.seed),
    ...typeLines(report),
    ...goalLines(exerciseTaskOf(report.exercise), report.copy, report.steps),
  ]
}

function replyLines({ compared, failure }: Replies, seed: number): string[] {
  if (failure === null) {
    return good(`replies: ${whole(compared)} are those of the original server, byte by byte`)
  }
  const { request, what, expected, got, means } = failure
  return [
    ...bad(`replies: ${what} of ${request} differs (--seed ${seed})`),
    ...cutLine(`expected    ${expected}`),
    ...cutLine(`got         ${got}`),
    ...wrap(`→ ${means}`, '  ', WIDTH),
  ]
}

function exerciseCounterLines({ counters, original, goal, copy }: ExerciseReport): string[] {
  const wanted = goal!.limits.map(({ counter }) => counter as ExerciseCounterName)
  const cell = (counted: Counted<number>) => ('value' in counted ? figures(counted.value) : '-')
  const first = 2 + Math.max(...wanted.map((name) => titles[name]!.length))
  const widths = [first, 11, Math.max(12, copy.length + 2)]
  return [
    paint.dim(row(['Counted', 'original', copy], widths)),
    ...wanted.map((name) =>
      row([`  ${titles[name]}`, cell(original![name]), cell(counters![name])], widths),
    ),
  ]
}

/** The first column is as wide as the name of a copy needs. */
const ROUNDS = [14, 14, 12, 12]

function roundLines({ own, beside, seconds, cpu }: ExerciseRounds, copy: string): string[] {
  const widths = [Math.max(22, copy.length + 3), ...ROUNDS]
  const line = (name: string, rounds: readonly MixRound[]) => {
    const each = rounds.map((round) => ('value' in round.cpu ? round.cpu.value : Number.NaN))
    const rate = medianOf(rounds, ({ figures }) => figures.requests / figures.seconds)
    const ms = (pick: (figures: MixRound['figures']) => number) =>
      figures(medianOf(rounds, (round) => pick(round.figures)))
    return row(
      [
        `  ${name}`,
        whole(rate),
        figures(median(each)),
        ms(({ usual }) => usual.p50),
        ms(({ usual }) => usual.p99),
      ],
      widths,
    )
  }
  const ends = 'value' in cpu ? cpu.value : undefined
  return [
    paint.dim(`Rounds: ${own.length} of ${figures(seconds)} s each, in turn`),
    paint.dim(row(['', 'requests/s', 'CPU µs', 'p50 ms', 'p99 ms'], widths)),
    line('original', beside),
    line(copy, own),
    ...(ends === undefined || ends.low === null || ends.high === null
      ? []
      : wrap(
          `CPU per request: ${figures(ends.ratio)} of the original server, interval ${figures(ends.low)} to ${figures(ends.high)}.`,
          '  ',
          WIDTH,
        )),
  ]
}

function exerciseNext({ copy, exercise, goal, conforms }: ExerciseReport): string[] {
  if (!conforms) return commandLines([`npm run check -- ${copy}`, 'when you have changed it'])
  if (goal?.reached !== true) {
    return commandLines(
      [`npm run check -- ${copy} --no-race`, 'a quick look'],
      ['npm run hint', 'the next hint'],
    )
  }
  const flame = flameCommand(findExercise(exercise)!, copy)
  const following = exercises[exercises.findIndex(({ id }) => id === exercise) + 1]
  return commandLines(
    ['docs/your-own-server.md', 'what there is to learn from it'],
    [flame, ''],
    ...(following === undefined
      ? []
      : [[`npm start -- ${following.id}`, 'the next exercise'] as [string, string]]),
  )
}

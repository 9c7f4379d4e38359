/** What `npm run check` found, as the page shows it. */
import { stripVTControlCharacters } from 'node:util'
import type { CheckReport } from '../check/check.ts'
import type { ExerciseReport } from '../check/exercise-check.ts'
import { exerciseScreen } from '../check/exercise-screen.ts'
import { checkScreen } from '../check/screen.ts'
import { titles } from '../check/screen-parts.ts'
import { type Limit, ownLimits, type Seen, type StepState, type TaskStep } from '../check/tasks.ts'
import { figures, whole } from '../report/format.ts'
import type { CheckCard, StepCard, StepResult } from './api/index.ts'

/** @param report as `--json` prints it */
export function checkCard(report: CheckReport | ExerciseReport): CheckCard {
  const { at, verdict, conforms, goal, steps, typeErrors } = report
  const isStage = report.kind === 'check'
  return {
    at,
    verdict,
    conforms,
    reached: goal?.reached === true,
    failures: isStage ? stageFailures(report) : exerciseFailures(report),
    typeErrors: typeErrors ?? [],
    steps: (steps ?? []).map((_, at, all) => stepResult(all, at)),
    screen: stripVTControlCharacters(isStage ? checkScreen(report) : exerciseScreen(report)),
  }
}

function stageFailures({ conformance, fresh, seed }: CheckReport): CheckCard['failures'] {
  const { failures, ended, lastError } = conformance
  const last = [
    ...(lastError === null ? [] : [`Error output: ${lastError}`]),
    ...(ended === null ? [] : [`It ended by itself: ${ended}`]),
  ].map((seen) => ({ seen, means: '' }))
  const found = [
    ...failures.map(({ seen, means }) => ({ seen, means })),
    ...(fresh === null
      ? []
      : [{ seen: `${fresh.trial} (--seed ${seed})\n${fresh.seen}`, means: fresh.means }]),
  ]
  return [...found, ...last]
}

function exerciseFailures({ replies: { failure } }: ExerciseReport): CheckCard['failures'] {
  if (failure === null) return []
  const { request, what, expected, got, means } = failure
  const seen = `${what} of ${request} differs\nexpected    ${expected}\ngot         ${got}`
  return [{ seen, means }]
}

/** The steps of a task before anything is counted. */
export function stepCards(steps: readonly TaskStep[]): StepCard[] {
  return steps.map((step, at) => stepCard(step, ownLimits(steps, at)))
}

function stepCard(step: TaskStep, limits: readonly Limit[]): StepCard {
  const { id, title, what, where, counted, hints } = step
  return {
    ...{ id, title, what },
    file: where.file,
    region: where.region ?? '',
    counted: counted.replaceAll('\n', ' '),
    limits: limits.map(limitText),
    hints: [...hints],
  }
}

function limitText({ counter, atMost }: Limit): string {
  return `${titles[counter]}: at most ${amount(atMost)}`
}

function stepResult(steps: readonly StepState[], at: number): StepResult {
  const { id, title, reached } = steps[at]!
  return { id, title, reached, limits: ownLimits(steps, at).map(seenCard) }
}

function seenCard({ counter, seen, atMost, reached, missing = '' }: Seen) {
  const title = titles[counter] ?? counter
  return {
    ...{ title, reached, missing },
    seen: seen === null ? null : figures(seen),
    atMost: amount(atMost),
  }
}

function amount(value: number): string {
  return Number.isInteger(value) ? whole(value) : figures(value)
}

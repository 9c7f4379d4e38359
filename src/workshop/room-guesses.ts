/** What the room guessed, prediction by prediction, beside what the reference says. */
import { evidenceFrom } from '../course/evidence.ts'
import { lessons } from '../course/lessons.ts'
import { amount, judgeGuess, type Prediction } from '../course/prediction.ts'
import type { Comparison } from '../experiment/comparison.ts'
import type { StageReport } from '../report/stage-report.ts'
import { stages } from '../stages.ts'
import type { KeptGuess } from './bundle.ts'
import type { Person } from './room.ts'
import { spread } from './room-figures.ts'

export interface GuessTable {
  stage: string
  id: string
  ask: string
  people: number
  /** What was guessed: a line with the spread of numbers, or a line for each choice that was made. */
  guessed: string[]
  /** How the guesses fared beside what each one was shown, where the walkthrough kept it. */
  verdicts: Record<string, number>
  /** The recorded answer; null where there is no reference. */
  recorded: string | null
}

/** The predictions that somebody in the room answered, in the order of the course. */
export function guessTables(
  people: readonly Person[],
  reports: readonly StageReport[],
  comparison: Comparison | null,
): GuessTable[] {
  return lessons.flatMap(({ stage, pipeline, predictions }) =>
    predictions.flatMap((prediction) => {
      const kept = people.flatMap(
        ({ bundle }) => bundle.guesses.find(({ id }) => id === prediction.id) ?? [],
      )
      if (kept.length === 0) return []
      const verdicts: Record<string, number> = {}
      for (const { verdict } of kept) {
        if (verdict !== null) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      }
      return {
        stage,
        id: prediction.id,
        ask: prediction.ask,
        people: kept.length,
        guessed: guessedLines(prediction, kept),
        verdicts,
        recorded: recordedAnswer(prediction, { stage, pipeline }, reports, comparison),
      }
    }),
  )
}

function guessedLines(prediction: Prediction, kept: readonly KeptGuess[]): string[] {
  if (prediction.kind === 'number' || prediction.kind === 'percent') {
    const numbers = kept.map(({ guess }) => (typeof guess === 'number' ? guess : undefined))
    const found = spread(numbers)
    if (found === null) return ['no numbers']
    const unit = prediction.kind === 'percent' ? '%' : prediction.unit
    const { least, middle, most } = found
    if (least === most) return [`${kept.length} x ${amount(least)} ${unit}`]
    return [`${amount(least)} to ${amount(most)} ${unit}, half of the room up to ${amount(middle)}`]
  }
  const known = prediction.kind === 'choice' ? prediction.options : prediction.items
  const counts = new Map<string, number>()
  for (const { guess } of kept) {
    const word = Array.isArray(guess) ? guess[0] : String(guess)
    const option = known.find((one) => one === word) ?? 'something else'
    counts.set(option, (counts.get(option) ?? 0) + 1)
  }
  const first = prediction.kind === 'ranking' ? ' first' : ''
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([option, count]) => `${count} x ${option}${first}`)
}

/** What the walkthrough would have shown on the machine of the reference. */
function recordedAnswer(
  prediction: Prediction,
  { stage, pipeline }: { stage: string; pipeline: number },
  reports: readonly StageReport[],
  comparison: Comparison | null,
): string | null {
  const report = reports.find((one) => one.stage.id === stage)
  if (report === undefined || comparison === null) return null
  const before = stages[stages.findIndex(({ id }) => id === stage) - 1]?.id
  try {
    const { shares } = report.profile
    const evidence = evidenceFrom(comparison, { stage, before, pipeline }, shares)
    return judgeGuess(prediction, '', evidence).measured
  } catch {
    return null // a reference without this stage
  }
}

/** The guesses of the room for each prediction, beside the answer of the reference. */
import { evidenceFrom } from '../course/evidence.ts'
import { type StageLesson, stageLessons } from '../course/lessons.ts'
import { amount, judgeGuess, type Prediction } from '../course/prediction.ts'
import { stages } from '../stages.ts'
import type { SavedGuess } from './bundle.ts'
import type { Person } from './room.ts'
import { type Reference, spread } from './room-figures.ts'

export interface GuessTable {
  stage: string
  id: string
  ask: string
  people: number
  /** A line with the spread of numbers, or a line for each choice. */
  guessed: string[]
  /** How often the walkthrough gave each verdict. */
  verdicts: Record<string, number>
  /** The recorded answer; null without a reference. */
  recorded: string | null
}

/** The predictions with an answer in the room, in the order of the course. */
export function guessTables(people: readonly Person[], reference: Reference | null): GuessTable[] {
  return stageLessons.flatMap((lesson) =>
    lesson.predictions.flatMap((prediction) => {
      const saved = people.flatMap(
        ({ bundle }) => bundle.guesses.find(({ id }) => id === prediction.id) ?? [],
      )
      if (saved.length === 0) return []
      const verdicts: Record<string, number> = {}
      for (const { verdict } of saved) {
        if (verdict !== null) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      }
      return {
        stage: lesson.id,
        id: prediction.id,
        ask: prediction.ask,
        people: saved.length,
        guessed: guessedLines(prediction, saved),
        verdicts,
        recorded: recordedAnswer(prediction, lesson, reference),
      }
    }),
  )
}

function guessedLines(prediction: Prediction, saved: readonly SavedGuess[]): string[] {
  if (prediction.kind === 'number' || prediction.kind === 'percent') {
    const numbers = saved.map(({ guess }) => (typeof guess === 'number' ? guess : undefined))
    const found = spread(numbers)
    if (found === null) return ['no numbers']
    const unit = prediction.kind === 'percent' ? '%' : prediction.unit
    const { least, middle, most } = found
    if (least === most) return [`${saved.length} x ${amount(least)} ${unit}`]
    return [`${amount(least)} to ${amount(most)} ${unit}, median ${amount(middle)}`]
  }
  const known = prediction.kind === 'choice' ? prediction.options : prediction.items
  const counts = new Map<string, number>()
  for (const { guess } of saved) {
    const word = Array.isArray(guess) ? guess[0] : String(guess)
    const option = known.find((one) => one === word) ?? 'something else'
    counts.set(option, (counts.get(option) ?? 0) + 1)
  }
  const first = prediction.kind === 'ranking' ? ' first' : ''
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([option, count]) => `${count} x ${option}${first}`)
}

/** What the walkthrough shows on the machine of the reference. */
function recordedAnswer(
  prediction: Prediction,
  { id: stage, pipeline, keyspace }: StageLesson,
  reference: Reference | null,
): string | null {
  const report = reference?.reports.find((one) => one.stage.id === stage)
  const comparison = reference?.comparison ?? null
  if (report === undefined || comparison === null) return null
  const before = stages[stages.findIndex(({ id }) => id === stage) - 1]?.id
  try {
    const { shares } = report.profile
    const evidence = evidenceFrom(comparison, { stage, before, pipeline, keyspace }, shares)
    return judgeGuess(prediction, '', evidence).measured
  } catch {
    return null // a reference without this stage
  }
}

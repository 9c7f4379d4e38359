import { expect, it } from 'vitest'
import { readComparison, readReferences } from '../report/reference.ts'
import { findPiece } from '../source/pieces.ts'
import { readSources } from '../source/sources.ts'
import { stages } from '../stages.ts'
import { evidenceFrom } from './evidence.ts'
import { lessonOf, lessons, stageLessons } from './lessons.ts'
import { explanation, type Guess, judgeGuess, type Prediction } from './prediction.ts'

const comparison = await readComparison()
const references = await readReferences()

/** The evidence that the reference profiles give. */
function referenceEvidence(stage: string) {
  const at = stages.findIndex(({ id }) => id === stage)
  const { pipeline, keyspace } = lessonOf(stage)
  const report = references.find((one) => one.stage.id === stage)!
  return evidenceFrom(
    comparison,
    { stage, before: stages[at - 1]?.id, pipeline, keyspace },
    report.profile.shares,
  )
}

it('every stage has a lesson, in the order of the stages', () => {
  expect(stageLessons.map(({ id }) => id)).toEqual(stages.map(({ id }) => id))
})

it('ids are unlike each other, because answers are saved under them', () => {
  const ids = lessons.flatMap(({ predictions, questions }) => [...predictions, ...questions])
  expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length)
})

it('the code that a lesson shows is in the source', () => {
  const { files } = readSources()
  for (const { code } of lessons) {
    expect(findPiece(files.get(code.file) ?? '', code.file, code.region).line).toBeGreaterThan(0)
  }
})

const rightGuess = (prediction: Prediction, measured: unknown): Guess => {
  if (prediction.kind !== 'ranking') return measured as Guess
  const weights = measured as number[]
  return prediction.items.toSorted(
    (a, b) => weights[prediction.items.indexOf(b)]! - weights[prediction.items.indexOf(a)]!,
  )
}

const isRecorded = (id: string | undefined) =>
  id === undefined || references.some(({ stage }) => stage.id === id)

it.each(
  stageLessons.filter(({ id }, at) => isRecorded(id) && isRecorded(stageLessons[at - 1]?.id)),
)('the references answer every prediction of $id', ({ id: stage, predictions }) => {
  const evidence = referenceEvidence(stage)
  for (const prediction of predictions) {
    const measured = prediction.measured(evidence)
    if ('missing' in measured) throw new Error(`${prediction.id}: ${measured.missing}`)
    const guess = rightGuess(prediction, measured.value)
    const { verdict, because } = judgeGuess(prediction, guess, evidence)
    expect(verdict, prediction.id).toBe('right')
    expect(because, prediction.id).toBe(prediction.because)
    if (prediction.kind === 'choice') expect(prediction.options).toContain(measured.value)
  }
})

/** Figures of every size, the options, shares in every order: what a prediction may measure. */
function madeFigures(prediction: Prediction): unknown[] {
  if (prediction.kind === 'choice') return [...prediction.options]
  if (prediction.kind === 'ranking') return ordersOf(prediction.items.map((_, at) => at / 10))
  return [-50, -1, 0, 0.01, 0.3, 1, 2, 5, 12, 20, 46, 60, 78, 95, 100, 300, 1000, 20_000]
}

function ordersOf(list: readonly number[]): number[][] {
  if (list.length < 2) return [[...list]]
  return list.flatMap((one, at) => ordersOf(list.toSpliced(at, 1)).map((rest) => [one, ...rest]))
}

it.each(lessons.flatMap(({ predictions }) => predictions))(
  'the explanation of $id is given for figures that it explains, and for no others',
  (prediction) => {
    const { because, otherwise } = prediction
    const texts = madeFigures(prediction).map((made) =>
      explanation(prediction as Parameters<typeof explanation<unknown>>[0], made),
    )
    expect(new Set(texts)).toEqual(new Set([because, `Here it came out otherwise. ${otherwise}`]))
  },
)

it('every question has one right answer among its options, and they are not all in one place', () => {
  const questions = lessons.flatMap((lesson) => lesson.questions)
  for (const { id, options, answer } of questions) {
    expect(options[answer], id).toBeDefined()
    expect(new Set(options).size, id).toBe(options.length)
  }
  expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(1)
  expect(stageLessons.every((lesson) => lesson.questions.length >= 3)).toBe(true)
})

it('what a prediction is called in a table has room there', () => {
  const names = lessons.flatMap(({ predictions }) => predictions.map(({ short }) => short))
  expect(names.filter((name) => name.length > 25)).toEqual([])
})

import { expect, it } from 'vitest'
import { readComparison, readReferences } from '../report/reference.ts'
import { findPiece } from '../source/pieces.ts'
import { readSources } from '../source/sources.ts'
import { stages } from '../stages.ts'
import { evidenceFrom } from './evidence.ts'
import { lessonOf, lessons } from './lessons.ts'
import { type Guess, judgeGuess, type Prediction } from './prediction.ts'

const comparison = await readComparison()
const references = await readReferences()

/** The evidence that the reference profiles give. */
function referenceEvidence(stage: string) {
  const at = stages.findIndex(({ id }) => id === stage)
  const { pipeline } = lessonOf(stage)
  const report = references.find((one) => one.stage.id === stage)!
  return evidenceFrom(
    comparison,
    { stage, before: stages[at - 1]?.id, pipeline },
    report.profile.shares,
  )
}

it('every stage has a lesson, in the order of the stages', () => {
  expect(lessons.map(({ stage }) => stage)).toEqual(stages.map(({ id }) => id))
})

it('ids are unlike each other, for what a reader said is kept under them', () => {
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

it.each(lessons.filter(({ stage }) => references.some((one) => one.stage.id === stage)))(
  'the references answer every prediction of $stage',
  ({ stage, predictions }) => {
    const evidence = referenceEvidence(stage)
    for (const prediction of predictions) {
      const measured = prediction.measured(evidence)
      if ('missing' in measured) throw new Error(`${prediction.id}: ${measured.missing}`)
      const guess = rightGuess(prediction, measured.value)
      expect(judgeGuess(prediction, guess, evidence).verdict, prediction.id).toBe('right')
      if (prediction.kind === 'choice') expect(prediction.options).toContain(measured.value)
    }
  },
)

it('the references say what the explanations rest on', () => {
  const measured = (stage: string, id: string) => {
    const prediction = lessonOf(stage).predictions.find((one) => one.id === id)!
    const counted = prediction.measured(referenceEvidence(stage))
    return 'value' in counted ? counted.value : counted.missing
  }
  expect(measured('stage1', 'stage1.reads')).toBeCloseTo(46, 0)
  expect(measured('stage1', 'stage1.widest')).toMatch(/^reading/)
  expect(measured('stage1', 'stage1.kernel')).toBeGreaterThan(50)
  expect(measured('stage2', 'stage2.reads')).toBeCloseTo(1, 0)
  expect(measured('stage2', 'stage2.cpu')).toBeGreaterThan(4)
  expect(measured('stage2', 'stage2.widest')).toMatch(/^replying/)
  expect(measured('stage3', 'stage3.rate')).toBeLessThan(15)
  expect(measured('stage3', 'stage3.heap')).toBeGreaterThan(15)
  expect(measured('stage4', 'stage4.writes')).toBeCloseTo(1, 0)
  expect(measured('stage4', 'stage4.cpu')).toBeGreaterThan(5)
  expect(measured('stage4', 'stage4.heap')).toBeLessThan(100)
  expect(measured('stage5', 'stage5.calls')).toBeLessThan(0.5)
  expect(measured('stage5', 'stage5.cpu')).toBeGreaterThan(5)
  expect(measured('stage5', 'stage5.kernel')).toBeGreaterThan(75)
})

it('every question has one right answer among its options, and they are not all in one place', () => {
  const questions = lessons.flatMap((lesson) => lesson.questions)
  for (const { id, options, answer } of questions) {
    expect(options[answer], id).toBeDefined()
    expect(new Set(options).size, id).toBe(options.length)
  }
  expect(new Set(questions.map(({ answer }) => answer)).size).toBeGreaterThan(1)
  expect(lessons.every((lesson) => lesson.questions.length >= 3)).toBe(true)
})

it('what a prediction is called in a table has room there', () => {
  const names = lessons.flatMap(({ predictions }) => predictions.map(({ short }) => short))
  expect(names.filter((name) => name.length > 25)).toEqual([])
})

/** A stage as one of its results shows it, beside Redis and the article; and the difference of two. */
import { articleResults } from '../article/figures.ts'
import { readChapters } from '../course/chapters.ts'
import { type Comparison, shownComparison } from '../experiment/comparison.ts'
import { loadNotes, type Note } from '../experiment/comparison-notes.ts'
import type { SavedTree } from '../report/flame-files.ts'
import { findStage, type Stage, stages } from '../stages.ts'
import { captureNotes } from '../views/flame/flame-view-data.ts'
import { exerciseFigures } from '../walkthrough/exercise-lines.ts'
import type {
  BesideRow,
  ComparisonData,
  DifferenceData,
  ExerciseData,
  Failure,
  FindingsData,
  ResultCard,
  StageData,
  StageReport,
} from './api/index.ts'
import { differenceOf } from './difference-data.ts'
import type { Here } from './lab-data.ts'
import { stageCard } from './lab-data.ts'
import { type Results, reference } from './results.ts'
import { notFound, WebError } from './web-error.ts'

/** The stage of that id. @throws WebError, 404 */
export function stageOf(id: string): Stage {
  const stage = stages.find((one) => one.id === id) ?? findStage(id)
  if (stage !== undefined) return stage
  throw notFound(`there is no stage '${id}'`, `there are ${stages.map(({ id }) => id).join(', ')}`)
}

export async function stageData(
  id: string,
  run: string,
  here: Here,
  results: Results,
): Promise<StageData> {
  const stage = stageOf(id)
  const chapters = readChapters()
  const result = await results.find(run, ['stage', 'lesson', 'flame', 'alloc'], stage.id)
  const comparisonResult = await newestWith(stage, results)
  const beside = comparisonResult && (await results.read(comparisonResult, 'compare.json'))
  const report = (await results.read(result, 'result.json')) ?? null
  const comparison = await results.read(result, 'compare.json')
  const tree = await treeOf(result, results)
  const whole = 'root' in tree ? tree : null
  return {
    stage: stageCard(
      stage,
      here,
      chapters.some((one) => one.stage === stage.id),
    ),
    result,
    report,
    tree: whole,
    noTree: 'root' in tree ? null : tree,
    notes: profileNotes(whole, report),
    comparison: comparison === undefined ? null : shownComparison(comparison),
    beside: beside === undefined ? [] : besideRows(stage, beside),
    besideResult: beside === undefined ? null : (comparisonResult ?? null),
    besideNotes: beside === undefined ? [] : loadNotes(beside.load, beside.machine.cores),
    article: articleResults,
  }
}

/** What a run of an exercise measured, and its profile. @throws WebError, 404 */
export async function exerciseData(
  id: string,
  run: string,
  results: Results,
): Promise<ExerciseData> {
  const result = await results.find(run, ['exercise'], id)
  const measured = await results.read(result, 'exercise.json')
  const tree = await results.read(result, 'profile.json')
  if (measured === undefined || tree === undefined) {
    throw notFound(`the result '${run}' of ${id} has no figures or no profile`, 'run it again')
  }
  return { result, figures: exerciseFigures(measured), tree, notes: tree.notes ?? [] }
}

/** The newest comparison that has the stage and Redis in it; else the reference. */
async function newestWith(stage: Stage, results: Results): Promise<ResultCard | undefined> {
  const all = (await results.list()).filter(({ kind }) => kind === 'compare')
  for (const card of [...all.filter(({ id }) => id !== reference), ...all]) {
    const comparison = await results.read(card, 'compare.json')
    const names = comparison?.plan.targets.map(({ name }) => name) ?? []
    if (card.id === reference || (names.includes(stage.id) && names.includes('redis'))) return card
  }
  return undefined
}

function besideRows(stage: Stage, { tables, plan }: Comparison): BesideRow[] {
  const before = stages.find(({ number }) => number === stage.number - 1)?.id
  return tables.flatMap(({ workload, test, rows }) => {
    const of = (name: string | undefined) => rows.find(({ target }) => target === name)
    const own = of(stage.id)
    if (own === undefined) return []
    const [redis, previous] = [of('redis') ?? null, of(before) ?? null]
    return [{ workload: plan.workloads[workload]!, test, stage: own, before: previous, redis }]
  })
}

/**
 * The difference of two profiles.
 * @param runs the results that they are of, by their ids
 */
export async function differenceData(
  ids: { from: string; to: string },
  runs: { before: string; after: string },
  results: Results,
): Promise<DifferenceData> {
  const [from, to] = [stageOf(ids.from), stageOf(ids.to)]
  const [before, after] = [
    { id: from.id, ...(await withTree(runs.before, from, results)) },
    { id: to.id, ...(await withTree(runs.after, to, results)) },
  ]
  return differenceOf(before, after)
}

async function withTree(id: string, stage: Stage, results: Results) {
  const card = await results.find(id, ['stage', 'lesson', 'flame', 'alloc'], stage.id)
  const tree = await treeOf(card, results)
  if (!('root' in tree)) throw new WebError(404, tree)
  const report = await results.read(card, 'result.json').catch(() => undefined)
  return { card, tree, notes: profileNotes(tree, report ?? null) }
}

/** The profile of a result, which each of these kinds has; or why it cannot be read. */
async function treeOf(card: ResultCard, results: Results): Promise<SavedTree | Failure> {
  try {
    return (await results.read(card, 'profile.json')) ?? results.cutOff(card, 'profile.json')
  } catch (failure) {
    if (failure instanceof WebError) return failure.failure
    throw failure
  }
}

/** What a reader must know of a profile: of one without notes of its own, from its report. */
function profileNotes(tree: SavedTree | null, report: StageReport | null): readonly Note[] {
  if (tree?.notes !== undefined) return tree.notes
  return report === null ? [] : captureNotes(report.profile, report.machine.cores)
}

export async function comparisonData(id: string, results: Results): Promise<ComparisonData> {
  const result = await results.find(id, ['compare', 'lesson'])
  return { result, comparison: shownComparison(await wholeComparison(id, results)) }
}

/** All of a comparison, to be saved. */
export async function wholeComparison(id: string, results: Results): Promise<Comparison> {
  const result = await results.find(id, ['compare', 'lesson'])
  const comparison = await results.read(result, 'compare.json')
  if (comparison === undefined) throw notFound(`the result '${id}' has no comparison`)
  return comparison
}

export async function findingsData(id: string, results: Results): Promise<FindingsData> {
  const result = await results.find(id, ['findings'])
  const found = await results.read(result, 'findings.json')
  if (found === undefined) throw notFound(`the result '${id}' has no findings`)
  return { result, findings: found.findings }
}

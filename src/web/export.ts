/** Writes the lab page with all recorded runs as files that need no server and no network. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { StageLesson } from '../course/lessons.ts'
import { explanation, type Prediction } from '../course/prediction.ts'
import { variationIds } from '../experiment/variations.ts'
import { machineLine } from '../report/format.ts'
import { recordedStages } from '../report/reference.ts'
import { recordedComparison } from '../report/replay.ts'
import { readStory } from '../report/story.ts'
import { notWritten } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { readSources } from '../source/sources.ts'
import { type Stage, stages } from '../stages.ts'
import { compareTitle, compareViewData } from '../views/compare/compare-view-data.ts'
import { selfContained } from '../views/self-contained.ts'
import { evidenceOf, recordedRun, recordedRuns } from '../walkthrough/lesson-run.ts'
import type { ExportedExplanations, ExportIndex, LabData, RecordedAnswers } from './api/index.ts'
import { exportedFrame, exportFile, path } from './api-path.ts'
import { bundleExport, exportMark } from './bundle.ts'
import { chapterData } from './chapters.ts'
import { originOf } from './clone-address.ts'
import { dataScript } from './data-script.ts'
import { diffData } from './diff-data.ts'
import { explanationData, sourceData } from './explain.ts'
import { labData, predictionCard } from './lab-data.ts'
import { lieData, liesData } from './lies.ts'
import { pictures } from './pictures.ts'
import { createPitfalls } from './pitfalls.ts'
import { openResults, reference } from './results.ts'
import { sliderData } from './slider-data.ts'
import {
  comparisonData,
  differenceData,
  findingsData,
  stageData,
  wholeComparison,
} from './stage-data.ts'

export interface Exported {
  /** Absolute. */
  directory: string
  files: number
  bytes: number
}

/**
 * Writes the page. The directory appears when all is in it; an earlier export at its place is
 * replaced. Some 20 s, as every frame of the recordings is explained.
 * @param directory absent, empty, or an earlier export
 * @throws LabError if it holds something else, or cannot be written
 */
export async function exportLab(directory: string): Promise<Exported> {
  const place = resolve(directory)
  mustBeReplaceable(place)
  const files = await exportedFiles()
  const parent = dirname(place)
  let draft: string | undefined
  try {
    await mkdir(parent, { recursive: true })
    draft = await mkdtemp(join(parent, `.${basename(place)}-draft-`))
    const whole = join(draft, 'whole')
    for (const [name, text] of files) {
      await mkdir(dirname(join(whole, name)), { recursive: true })
      await writeFile(join(whole, name), text)
    }
    await mkdir(join(whole, 'picture'), { recursive: true })
    for (const [name, picture] of pictures()) {
      await copyFile(picture.path, join(whole, 'picture', name))
    }
    mustBeReplaceable(place)
    if (existsSync(place)) await rename(place, join(draft, 'before'))
    await rename(whole, place)
  } catch (failure) {
    throw notWritten('the page', place, failure, 'npm run lab -- --export /tmp/site')
  } finally {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true })
  }
  const sizes = [
    ...[...files.values()].map((text) => Buffer.byteLength(text)),
    ...[...pictures().values()].map((picture) => statSync(picture.path).size),
  ]
  return { directory: place, files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size) }
}

/** @throws LabError for a directory with files that are no export, and for a file */
function mustBeReplaceable(place: string): void {
  const next = 'npm run lab -- --export another-directory'
  let names: string[]
  try {
    names = readdirSync(place)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new LabError(`${place} cannot be used: it is no directory that can be read`, { next })
  }
  if (names.length === 0) return
  const page = join(place, 'index.html')
  if (existsSync(page) && readFileSync(page, 'utf8').includes(exportMark)) return
  throw new LabError(`${place} holds files that are no exported lab page`, {
    means: 'an export replaces the whole directory, and these files would be lost',
    next,
  })
}

/** Every file but the pictures, by its path in the directory. */
async function exportedFiles(): Promise<Map<string, string>> {
  const scripts = new Map<string, string>()
  const index: ExportIndex = { paths: [], recorded: {} }
  for (const [path, data] of await answers()) {
    index.paths.push(path)
    const file = `data/${exportFile(path)}`
    if (scripts.has(file)) throw new Error(`two paths are answered by ${file}`)
    scripts.set(file, dataScript(path, data))
  }
  for (const lesson of recordedRuns.lessons) {
    if (lesson.kind === 'stage') index.recorded[lesson.id] = await recordedAnswers(lesson)
  }
  scripts.set(`data/${exportFile('/api/index')}`, dataScript('/api/index', index))
  const { html, files } = await bundleExport()
  const results = openResults([])
  const { comparison } = await comparisonData(reference, results)
  const view = compareViewData(comparison, true)
  return new Map([
    ['index.html', html],
    ...[...files].map(([name, { text }]): [string, string] => [`assets/${name}`, text]),
    ['compare-reference.html', await selfContained('compare', view, compareTitle(comparison.plan))],
    ...scripts,
  ])
}

/** Every answer that the page may ask for, by its path. */
async function answers(): Promise<Map<string, unknown>> {
  const results = openResults([])
  const { machine } = await recordedComparison()
  const here = { machine, notes: [], whyNot: new Map<string, string>() }
  // A directory that does not exist: no guess of the person who exports it is included.
  const nowhere = join(import.meta.dirname, 'no-course')
  const lab: LabData = {
    ...(await labData(
      here,
      { results, directory: nowhere },
      { own: null, running: [], notSeen: null },
    )),
    machineLine: `Recorded on ${machineLine(machine)}`,
    exported: true,
    cloneFrom: originOf(labRoot) ?? null,
  }
  // Nor do the checks of a copy in `mine/`.
  const untried = Object.entries(lab.course.lessons).map(([id, own]) => [
    id,
    { ...own, tried: false, solved: false },
  ])
  const found = new Map<string, unknown>([
    ['/api/lab', { ...lab, course: { lessons: Object.fromEntries(untried), notes: [] } }],
    [path(['story']), (await readStory()) ?? null],
    [path(['findings'], { run: reference }), await findingsData(reference, results)],
    [path(['comparison', reference]), await comparisonData(reference, results)],
    [path(['comparison', reference, 'whole']), await wholeComparison(reference, results)],
  ])
  for (const id of variationIds) {
    found.set(path(['slider', id]), await sliderData(id, []))
  }
  const lies = liesData(nowhere)
  found.set(path(['lies']), lies)
  for (const { number } of lies) {
    found.set(path(['lie', String(number)]), lieData(String(number), nowhere))
  }
  found.set(path(['pitfalls']), createPitfalls().data())
  for (const { name } of lab.chapters) found.set(path(['chapter', name]), chapterData(name))
  for (const file of readSources().files.keys()) {
    found.set(path(['source'], { file }), sourceData(file))
  }
  const pair = { before: reference, after: reference }
  for (const one of stages) {
    const explanations: ExportedExplanations = {}
    const explain = (frame: string, file?: string, line?: number) => {
      const asked = path(['explain'], { frame, file, line: line?.toString(), stage: one.id })
      const { key } = exportedFrame(asked)!
      if (key in explanations) return
      const { sources, ...rest } = explanationData({ frame, file, line, stage: one.id })
      // The page has the files, and cuts the pieces from them.
      const cut = sources.map(({ text: _, ...piece }) => piece)
      explanations[key] = { ...rest, sources: cut }
    }
    found.set(path(['explain'], { stage: one.id }), explanations)
    const walk = ({ name, file, line, children }: Walked) => {
      explain(name, file, line)
      children.forEach(walk)
    }
    if (isRecorded(one)) {
      const data = await stageData(one.id, reference, here, results)
      found.set(path(['stage', one.id], { run: reference }), data)
      if (data.tree !== null) walk(data.tree.root)
    }
    const before = stages.find(({ number }) => number === one.number - 1)
    if (before === undefined) continue
    found.set(path(['diff', before.id, one.id]), diffData(before.id, one.id))
    if (!isRecorded(before) || !isRecorded(one)) continue
    // The page itself takes the difference of two profiles; their frames may be in neither of them.
    const ids = { from: before.id, to: one.id }
    const { difference } = await differenceData(ids, pair, results)
    walk(difference.root)
  }
  return found
}

function isRecorded({ id }: Pick<Stage, 'id'>): boolean {
  return recordedStages.some((stage) => stage.id === id)
}

/** A frame of a tree or of a difference. */
interface Walked {
  name: string
  file?: string
  line?: number
  children: readonly Walked[]
}

async function recordedAnswers(lesson: StageLesson): Promise<RecordedAnswers> {
  const run = await recordedRun(lesson)
  const evidence = evidenceOf(lesson, run)
  const { at, recorded, machine, busy } = run.record
  return {
    run: { at, recorded, machine, result: reference, ...(busy === undefined ? {} : { busy }) },
    predictions: lesson.predictions.map((prediction) => {
      const measured = prediction.measured(evidence)
      const interval = 'interval' in prediction ? prediction.interval?.(evidence) : undefined
      return {
        card: predictionCard(prediction),
        measured,
        interval: interval ?? null,
        because:
          'value' in measured
            ? explanation(prediction as Prediction as never, measured.value as never)
            : '',
      }
    }),
  }
}

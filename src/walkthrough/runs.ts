/** The run of a lesson: measured here, or, where that cannot be, the recording in its place. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { evidenceFrom, type LessonEvidence } from '../course/evidence.ts'
import type { Lesson } from '../course/lessons.ts'
import type { Comparison } from '../experiment/comparison.ts'
import { shares } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import { files } from '../report/flame-files.ts'
import { dayOf, machineLine, recordedComparison, recordedStage } from '../report/replay.ts'
import type { Emit } from '../run/events.ts'
import { labRoot } from '../run/server.ts'
import { findStage, type Stage, stages } from '../stages.ts'
import type { RunRecord } from './state.ts'

export interface LessonRun {
  comparison: Comparison
  tree: FrameTree
  record: RunRecord
}

/** How a lesson comes to its figures. */
export interface Runs {
  /** Shown in place of a run from the beginning on: nothing is measured. */
  readonly replays: boolean
  /** About how long a run takes, in seconds; 0 where nothing is run. */
  seconds(lesson: Lesson): number
  /** Why the stage cannot run here, in a line; undefined where it can. */
  whyNot(lesson: Lesson): string | undefined
  /** @throws LabError where it fails: nothing is kept then */
  run(lesson: Lesson, emit: Emit): Promise<LessonRun>
}

/** Name of the comparison beside the flame graph. */
export const comparisonFile = 'compare.json'

/** Shows recordings only: for laptops on which nothing can be measured. */
export const recordedRuns: Runs = {
  replays: true,
  seconds: () => 0,
  whyNot: () => undefined,
  run: recordedRun,
}

/**
 * The recording of a lesson: the reference comparison, and the reference profile of its stage.
 * @throws LabError where it is missing or damaged
 */
export async function recordedRun(lesson: Pick<Lesson, 'stage'>): Promise<LessonRun> {
  const comparison = await recordedComparison()
  const { report, tree, directory } = await recordedStage({ id: lesson.stage })
  const machine = machineLine(report.machine)
  return { comparison, tree, record: { at: report.at, recorded: true, directory, machine } }
}

/** Reads again what a run has kept; undefined where it has been removed, or cannot be read. */
export async function keptRun(record: RunRecord, lesson: Lesson): Promise<LessonRun | undefined> {
  try {
    if (record.recorded) return await recordedRun(lesson)
    const directory = resolve(labRoot, record.directory)
    const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'))
    const run = { comparison: await read(comparisonFile), tree: await read(files.tree), record }
    evidenceOf(lesson, run) // It throws where something is not there.
    return run
  } catch {
    return undefined
  }
}

/**
 * The record of a run that has just been saved.
 * @param directory as the run's result event names it
 * @throws Error if it cannot be read
 */
export async function recordIn(directory: string): Promise<RunRecord> {
  const file = join(resolve(labRoot, directory), comparisonFile)
  const { at, machine } = JSON.parse(await readFile(file, 'utf8')) as Comparison
  return { at, recorded: false, directory, machine: machineLine(machine) }
}

/** What a lesson's questions are answered from. */
export function evidenceOf(lesson: Lesson, { comparison, tree }: LessonRun): LessonEvidence {
  const place = { stage: lesson.stage, before: before(lesson)?.id, pipeline: lesson.pipeline }
  return evidenceFrom(comparison, place, shares(tree))
}

/** Its stage. */
export function stageOf(lesson: Pick<Lesson, 'stage'>): Stage {
  return findStage(lesson.stage)!
}

/** The stage before the lesson's; undefined for the first. */
export function before(lesson: Pick<Lesson, 'stage'>): Stage | undefined {
  return stages[stages.indexOf(stageOf(lesson)) - 1]
}

/** The stage after it; undefined for the last. */
export function after(lesson: Pick<Lesson, 'stage'>): Stage | undefined {
  return stages[stages.indexOf(stageOf(lesson)) + 1]
}

/** What stands wherever a recording is shown. */
export function recordedLine({ at, machine }: RunRecord): string {
  return `RECORDED on ${dayOf(at)}, on another machine: ${machine}`
}

/** The page of a kept run's flame graph. */
export function pageOf({ record }: Pick<LessonRun, 'record'>): string {
  return join(record.directory, files.flamegraph)
}

/** The run of a lesson: measured here, or the recording of one from another machine. */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exerciseTaskOf } from '../check/tasks.ts'
import { evidenceFrom, lessonTest, type StageEvidence } from '../course/evidence.ts'
import type { ExerciseEvidence } from '../course/exercise-evidence.ts'
import { type ExerciseLesson, type Lesson, lessons, type StageLesson } from '../course/lessons.ts'
import type { LessonEvidence } from '../course/prediction.ts'
import { flameCommand } from '../exercises.ts'
import { compare, heapSteps, throwFailure } from '../experiment/compare.ts'
import type { Comparison, ComparisonPlan } from '../experiment/comparison.ts'
import type { ExerciseMeasured } from '../experiment/exercise-counts.ts'
import {
  type ExerciseLengths,
  exerciseProgram,
  lessonLengths,
  measureExercise,
  mixLoad,
} from '../experiment/exercise-measured.ts'
import { keyspaceSteps } from '../experiment/keyspaces.ts'
import { respLoad } from '../experiment/loads.ts'
import { profileProgram } from '../experiment/profile.ts'
import { keepResults, type ResultPlaces } from '../experiment/results.ts'
import { roundsSteps } from '../experiment/rounds.ts'
import type { Steps } from '../experiment/stopwatch.ts'
import type { Capture } from '../flame/capture.ts'
import { shares } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import { defaultTests, defaultWorkload, type Workload } from '../load/workload.ts'
import { dateText } from '../measure/format.ts'
import { busyText, mergeLoads } from '../measure/machine-load.ts'
import { leastRounds } from '../measure/statistics.ts'
import { files, writeFlame } from '../report/flame-files.ts'
import { captureGraphs } from '../report/flame-graph.ts'
import { machineLine } from '../report/format.ts'
import { recordedStages } from '../report/reference.ts'
import { recordedComparison, recordedStage } from '../report/replay.ts'
import { beforeOthers, type Emit, step, stepsOf, withSecondsLeft } from '../run/events.ts'
import { stageProgram } from '../run/program.ts'
import { labRoot } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { findStage, type Stage, stages } from '../stages.ts'
import { captureNotes } from '../views/flame/flame-view-data.ts'
import type { RunRecord } from './progress-store.ts'

export interface StageRun {
  comparison: Comparison
  tree: FrameTree
  record: RunRecord
}

export interface ExerciseRun extends ExerciseEvidence {
  record: RunRecord
}

export type LessonRun = StageRun | ExerciseRun

export function isExerciseRun(run: LessonRun): run is ExerciseRun {
  return 'measured' in run
}

/** How a lesson comes to its figures. */
export interface Runs {
  /** Whether recordings are shown: nothing is measured. */
  readonly replays: boolean
  /** About how long a run takes, in seconds; 0 if nothing is run. */
  seconds(lesson: Lesson): number
  /** The lessons that can be gone through, in their order. */
  readonly lessons: readonly Lesson[]
  /** Why the stage cannot run here, in a line; undefined if it can. */
  whyNot(lesson: Lesson): string | undefined
  /** @throws LabError if it fails: nothing is saved then */
  run(lesson: Lesson, emit: Emit): Promise<LessonRun>
}

/** Name of the comparison beside the flame graph. */
export const comparisonFile = 'compare.json'

function isRecorded(id: string | undefined): boolean {
  return id === undefined || recordedStages.some((stage) => stage.id === id)
}

/** Shows recordings only: for laptops on which nothing can be measured. */
export const recordedRuns: Runs = {
  replays: true,
  lessons: lessons.filter((lesson) => isRecorded(lesson.id) && isRecorded(before(lesson)?.id)),
  seconds: () => 0,
  whyNot: () => undefined,
  run: recordedRun,
}

/**
 * The recording of a lesson: the reference comparison, and the reference profile of its stage.
 * @throws LabError if it is missing or damaged
 */
export async function recordedRun(lesson: Pick<Lesson, 'id'>): Promise<StageRun> {
  const comparison = await recordedComparison()
  const { report, tree, directory } = await recordedStage({ id: lesson.id })
  const machine = machineLine(report.machine)
  const record = { at: report.at, recorded: true, directory, machine, ...busyOf(comparison) }
  return { comparison, tree, record }
}

/** The recording, for what this machine cannot measure; undefined if it is missing or damaged. */
export async function recordingOf(lesson: Lesson): Promise<LessonRun | undefined> {
  if (lesson.kind === 'exercise') return undefined
  return await recordedRun(lesson).catch(() => undefined)
}

/** Reads again what a run has saved; undefined if it has been removed, or cannot be read. */
export async function savedRun(record: RunRecord, lesson: Lesson): Promise<LessonRun | undefined> {
  try {
    if (record.recorded) return await recordedRun(lesson)
    const directory = resolve(labRoot, record.directory)
    const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'))
    if (lesson.kind === 'exercise') {
      return { measured: await read(exerciseFile), tree: await read(files.tree), record }
    }
    const run = { comparison: await read(comparisonFile), tree: await read(files.tree), record }
    evidenceOf(lesson, run) // It throws if something is not there.
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
export async function recordIn(directory: string, { kind }: Lesson): Promise<RunRecord> {
  const name = kind === 'exercise' ? exerciseFile : comparisonFile
  const text = await readFile(join(resolve(labRoot, directory), name), 'utf8')
  const measured: Comparison | ExerciseMeasured = JSON.parse(text)
  return recordOf(measured, directory)
}

/** The record of a run on this machine. */
function recordOf(measured: Comparison | ExerciseMeasured, directory: string): RunRecord {
  const { at, machine } = measured
  const line = machineLine(machine)
  return { at, recorded: false, directory, machine: line, ...busyOf(measured) }
}

function busyOf(measured: Comparison | ExerciseMeasured): Pick<RunRecord, 'busy'> {
  const { machine } = measured
  const load = 'exercise' in measured ? measured.machineLoad : measured.load
  const busy = load && busyText(load, machine.cores)
  return busy === undefined ? {} : { busy }
}

/** What a lesson's questions are answered from. */
export function evidenceOf(lesson: Lesson, run: LessonRun): LessonEvidence {
  if (isExerciseRun(run)) return run
  if (lesson.kind === 'stage') return stageEvidence(lesson, run)
  throw new Error(`a run of a stage for the exercise ${lesson.id}`)
}

export function stageEvidence(lesson: StageLesson, { comparison, tree }: StageRun): StageEvidence {
  const { id: stage, pipeline, keyspace } = lesson
  const place = { stage, before: before(lesson)?.id, pipeline, keyspace }
  return evidenceFrom(comparison, place, shares(tree))
}

/** Its stage. */
export function stageOf(lesson: Pick<StageLesson, 'id'>): Stage {
  return findStage(lesson.id)!
}

/** The stage before the lesson's; undefined for the first. */
export function before(lesson: Pick<StageLesson, 'id'>): Stage | undefined {
  return stages[stages.indexOf(stageOf(lesson)) - 1]
}

/** The stage after it; undefined for the last. */
export function after(lesson: Pick<StageLesson, 'id'>): Stage | undefined {
  return stages[stages.indexOf(stageOf(lesson)) + 1]
}

/** `stage 2`, `exercise 1`; and its title. */
export function placeOfLesson(lesson: Lesson): { place: string; title: string } {
  if (lesson.kind === 'exercise') {
    const { number, title } = lesson.exercise
    return { place: `exercise ${number}`, title }
  }
  const { number, title } = stageOf(lesson)
  return { place: `stage ${number}`, title }
}

/** What is said with every recording that is shown. */
export function recordedLine({ at, machine }: RunRecord): string {
  return `RECORDED on ${dateText(at)}, on another machine: ${machine}`
}

/** The page of a saved run's flame graph; of a recording, the picture. */
export function pageOf({ record }: Pick<LessonRun, 'record'>): string {
  return join(record.directory, record.recorded ? files.picture : files.flamegraph)
}

/** Of the profile, in seconds; the load is the same for all stages, so that graphs are comparable. */
const PROFILE = { warmUp: 1, window: 4 }
/** What a profile takes beyond that: to start, to name the frames, and to draw. */
const DRAWING = 6

/** Everything is measured on this machine. */
export const realRuns: Runs = {
  replays: false,
  lessons,
  seconds(lesson) {
    if (lesson.kind === 'exercise') return EXERCISE
    return secondsOfPlan(lessonPlan(lesson)) + secondsOfProfile(PROFILE)
  },
  whyNot: (lesson) => (lesson.kind === 'exercise' ? undefined : unsupportedReason(stageOf(lesson))),
  run: (lesson, emit) =>
    lesson.kind === 'exercise' ? runExercise(lesson, emit) : measureLesson(lesson, emit),
}

/** How long a lesson's run measures, and where it saves that. */
export interface LessonSize {
  plan: ComparisonPlan
  /** In seconds. */
  profile: { warmUp: number; window: number }
  /** Replaces `profiles/local`. */
  places?: ResultPlaces
}

/** About how long its rounds take. */
function secondsOfPlan(plan: ComparisonPlan): number {
  const twin = { ...plan, targets: [...plan.targets, plan.targets[0]!] }
  const steps = { ...roundsSteps(twin), ...heapSteps(plan), ...keyspaceSteps(plan) }
  return Object.values<Steps>(steps).reduce((all, { count, seconds }) => all + count * seconds, 0)
}

function secondsOfProfile({ warmUp, window }: LessonSize['profile']): number {
  return warmUp + window + DRAWING
}

/**
 * What is compared for a lesson. The first stage has nothing beside it but itself: there two rounds
 * are enough, since its questions are about counts and shares, and the flame graph comes soon.
 */
export function lessonPlan(lesson: StageLesson): ComparisonPlan {
  const names = [before(lesson)?.id, lesson.id].filter((name) => name !== undefined)
  const alone = names.length === 1
  return {
    targets: names.map((name) => ({ name, server: name })),
    workloads: workloadsOf(lesson),
    tests: [lessonTest],
    tool: 'lab',
    rounds: alone ? 2 : leastRounds,
    seconds: alone ? 0.7 : 1,
    warmUpSeconds: alone ? 0.75 : 1,
    baseline: names[0]!,
    sweep: null,
    notes: [],
  }
}

/** The load that it speaks of; in a lesson about many keys, the same with one key after it. */
function workloadsOf({ pipeline, keyspace = 1 }: StageLesson): Workload[] {
  const one = { ...defaultWorkload, pipeline }
  return keyspace === 1 ? [one] : [{ ...one, keyspace }, one]
}

/**
 * Measures a lesson: its stage and the one before take turns in rounds, so that what is said of the
 * two holds on a machine that does other things too; then the stage is profiled, in a separate run.
 * @throws LabError if it fails: nothing is saved then
 */
export async function measureLesson(
  lesson: StageLesson,
  emit: Emit,
  { plan, profile, places }: LessonSize = { plan: lessonPlan(lesson), profile: PROFILE },
): Promise<StageRun> {
  const stage = stageOf(lesson)
  const profiling = secondsOfProfile(profile)
  emit(step('starting the servers', secondsOfPlan(plan) + profiling))
  const compared = await compare(plan, beforeOthers(emit, profiling))
  throwFailure(compared)
  emit(step('the flame graph: a separate run', profiling))
  const load = respLoad(defaultWorkload, defaultTests)
  const program = stageProgram(stage)
  const capture = await profileProgram(
    program,
    { load, seconds: profile.window, warmUpSeconds: profile.warmUp },
    stepsOf(emit),
  )
  const { tree } = capture
  const comparison = withLoadOf(capture, compared)
  emit(step('drawing the flame graph'))
  const keep = async (draft: string) => {
    const caption = { title: program.title, workload: load.text }
    await writeFlame(draft, tree, caption, captureNotes(capture, comparison.machine.cores))
    await writeFile(join(draft, comparisonFile), `${JSON.stringify(comparison)}\n`)
  }
  const directory = await keepResults(`${stage.id}-lesson`, keep, places)
  emit({ type: 'result', directory })
  return { comparison, tree, record: recordOf(comparison, directory) }
}

/** About how long the run of an exercise takes, in seconds. */
const EXERCISE = 35

/** Name of what was measured of an exercise, beside the flame graph. */
export const exerciseFile = 'exercise.json'

/**
 * Measures an exercise: its counters, its load, and a profile.
 * @throws LabError if it fails: nothing is saved then
 */
export async function runExercise(
  { exercise }: ExerciseLesson,
  onEvent: Emit,
  { lengths = lessonLengths, places }: { lengths?: ExerciseLengths; places?: ResultPlaces } = {},
): Promise<ExerciseRun> {
  const emit = withSecondsLeft(onEvent, EXERCISE)
  const wanted = exerciseTaskOf(exercise.id).limits.map(({ counter }) => counter)
  const counted = await measureExercise(exercise, wanted, emit, lengths)
  emit(step('the flame graph: a separate run'))
  const program = exerciseProgram(exercise)
  const load = mixLoad(exercise.mix)
  const options = { load, seconds: lengths.window, warmUpSeconds: lengths.warmUp }
  const words = flameCommand(exercise).replace('npm run flame -- ', '')
  const [graph] = await captureGraphs([program], 'time', { ...options, words }, stepsOf(emit))
  const { tree, capture } = graph!
  const machineLoad = graph!.machineLoad ?? { before: 0, after: 0, coreShare: null }
  const measured: ExerciseMeasured = { ...counted, machineLoad }
  emit(step('drawing the flame graph'))
  const keep = async (draft: string) => {
    const caption = { title: program.title, workload: load.text }
    await writeFlame(draft, tree, caption, captureNotes(capture!, measured.machine.cores))
    await writeFile(join(draft, exerciseFile), `${JSON.stringify(measured)}\n`)
  }
  const directory = await keepResults(`${exercise.id}-lesson`, keep, places)
  emit({ type: 'result', directory })
  return { measured, tree, record: recordOf(measured, directory) }
}

/** Guesses are judged by the profile too, so the load of a lesson is that of both its runs. */
function withLoadOf(
  { machineLoad }: Pick<Capture, 'machineLoad'>,
  compared: Comparison,
): Comparison {
  const loads = [compared.load, machineLoad].filter((load) => load !== undefined)
  return loads.length === 0 ? compared : { ...compared, load: mergeLoads(loads) }
}

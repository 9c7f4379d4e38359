/**
 * The real run of a lesson. Its stage and the one before take turns in rounds, so that what is said
 * of the two holds on a machine that does other things too; then the stage is profiled, in a run of
 * its own.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lessonTest } from '../course/evidence.ts'
import type { Lesson } from '../course/lessons.ts'
import { type ComparisonPlan, compare } from '../experiment/comparison.ts'
import { heapSteps } from '../experiment/heap-runs.ts'
import { profileStage } from '../experiment/profile.ts'
import { keepResults, type ResultPlaces } from '../experiment/results.ts'
import { roundsSteps } from '../experiment/rounds.ts'
import type { Steps } from '../experiment/stopwatch.ts'
import { defaultTests, defaultWorkload } from '../load/workload.ts'
import { leastRounds } from '../measure/statistics.ts'
import { loadText, writeFlame } from '../report/flame-files.ts'
import { machineLine } from '../report/replay.ts'
import { whyNotHere } from '../run/available.ts'
import { type Emit, step, stepsOf } from '../run/events.ts'
import { before, comparisonFile, type LessonRun, type Runs, stageOf } from './runs.ts'

/** Of the profile, in seconds; the stages' loads are the same in it, so that graphs are comparable. */
const PROFILE = { warmUp: 1, window: 4 }
/** What a profile takes beyond that: to start, to name the frames, and to draw. */
const DRAWING = 6

/** Everything is measured on this machine. */
export const realRuns: Runs = {
  replays: false,
  seconds(lesson) {
    const plan = lessonPlan(lesson)
    const twin = { ...plan, targets: [...plan.targets, plan.targets[0]!] }
    const comparing = sum({ ...roundsSteps(twin), ...heapSteps(plan) })
    return comparing + PROFILE.warmUp + PROFILE.window + DRAWING
  },
  whyNot: (lesson) => whyNotHere(stageOf(lesson)),
  run: (lesson, emit) => measureLesson(lesson, emit),
}

/** How long a lesson's run measures, and where it keeps that. */
export interface LessonSize {
  plan: ComparisonPlan
  /** In seconds. */
  profile: { warmUp: number; window: number }
  /** Where that is not `profiles/local`. */
  places?: ResultPlaces
}

function sum(steps: Record<string, Steps>): number {
  return Object.values(steps).reduce((all, { count, seconds }) => all + count * seconds, 0)
}

/**
 * What is compared for a lesson. The first stage has nothing beside it but its twin: there, two
 * rounds do, since its questions are about counts and shares, and the flame graph comes soon.
 */
export function lessonPlan(lesson: Lesson): ComparisonPlan {
  const names = [before(lesson)?.id, lesson.stage].filter((name) => name !== undefined)
  const alone = names.length === 1
  return {
    targets: names.map((name) => ({ name, server: name })),
    workloads: [{ ...defaultWorkload, pipeline: lesson.pipeline }],
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

/**
 * Measures a lesson. Tests take a smaller size.
 * @throws LabError where it fails: nothing is kept then
 */
export async function measureLesson(
  lesson: Lesson,
  emit: Emit,
  { plan, profile, places }: LessonSize = { plan: lessonPlan(lesson), profile: PROFILE },
): Promise<LessonRun> {
  const stage = stageOf(lesson)
  const comparison = await compare(plan, emit)
  emit(step('the flame graph: a run of its own'))
  const load = { workload: defaultWorkload, tests: defaultTests }
  const { tree } = await profileStage(
    stage,
    { ...load, seconds: profile.window, warmUpSeconds: profile.warmUp },
    stepsOf(emit),
  )
  emit(step('drawing the flame graph'))
  const keep = async (draft: string) => {
    const workload = loadText(load.workload, load.tests)
    await writeFlame(draft, tree, { title: `${stage.id}, ${stage.title}`, workload })
    await writeFile(join(draft, comparisonFile), `${JSON.stringify(comparison)}\n`)
  }
  const directory = await keepResults(`${stage.id}-lesson`, keep, places)
  emit({ type: 'result', directory })
  const machine = machineLine(comparison.machine)
  const record = { at: comparison.at, recorded: false, directory, machine }
  return { comparison, tree, record }
}

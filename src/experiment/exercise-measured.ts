/** What a lesson measures of an exercise: counters, one load with its latencies, and a profile. */
import { type Exercise, exerciseServer, unmended } from '../exercises.ts'
import { type Capture, captureTime } from '../flame/capture.ts'
import type { FrameTree } from '../flame/tree.ts'
import { loadMix, type RequestMix } from '../load/http-mix.ts'
import { readMachine } from '../measure/machine.ts'
import { type Emit, step, stepsOf } from '../run/events.ts'
import type { Program } from '../run/program.ts'
import { aloneCommand, labRoot, startStage } from '../run/server.ts'
import {
  countExercise,
  type ExerciseCounterName,
  type ExerciseMeasured,
  loadExercise,
} from './exercise-counts.ts'
import type { LoadPlan } from './loads.ts'

export interface ExerciseLengths {
  /** Of the load without a profiler, in seconds. */
  load: number
  warmUp: number
  /** Of the profile, in seconds. */
  window: number
}

export const lessonLengths: ExerciseLengths = { load: 4, warmUp: 2, window: 5 }

/** The unmended server, as what is profiled. */
export function exerciseProgram({ id, title }: Exercise): Program {
  return {
    name: id,
    title: `${id}, ${title}`,
    grouping: 'layers',
    root: labRoot,
    alone: aloneCommand(unmended, 3000),
    start: (nodeFlags) => startStage({ id: unmended }, { nodeFlags: [...nodeFlags] }),
  }
}

/** `GET /orders; 20 connections`. */
export function mixText({ path, rare, connections }: RequestMix): string {
  const other = rare === undefined ? '' : `, every ${rare.every}th ${rare.path}`
  return `GET ${path}${other}; ${connections} connections`
}

/** The load of an exercise, for a profile. */
export function mixLoad(mix: RequestMix): LoadPlan {
  return {
    text: mixText(mix),
    make: () => {
      let served = 0
      return {
        served: () => served,
        load: async (server, signal, underWay) => {
          const onReply = () => {
            if (served++ === 0) underWay()
          }
          await loadMix(server, mix, { signal, onReply })
        },
      }
    },
  }
}

/**
 * Measures the unmended server of an exercise: counts, loads it, and profiles it in a run of its own.
 * @param wanted the counters that the lesson asks for
 * @throws LabError if one of these fails
 */
export async function measureExercise(
  exercise: Exercise,
  wanted: readonly ExerciseCounterName[],
  emit: Emit,
  { load, warmUp, window }: ExerciseLengths = lessonLengths,
): Promise<{ measured: ExerciseMeasured; tree: FrameTree; capture: Capture }> {
  const at = new Date().toISOString()
  emit(step('counting'))
  const counters = await countExercise(unmended, exercise, wanted)
  emit(step(`${exerciseServer} under load, ${load} s`))
  const round = await loadExercise(unmended, exercise, { seconds: load, warmUpSeconds: warmUp })
  emit(step('the flame graph: a run of its own'))
  const onProgress = stepsOf(emit)
  const capture = await captureTime(exerciseProgram(exercise), {
    ...mixLoad(exercise.mix).make(),
    seconds: window,
    warmUpSeconds: warmUp,
    warmUpRequests: 200,
    onProgress,
  })
  const measured: ExerciseMeasured = {
    format: 1,
    kind: 'exercise',
    at,
    machine: readMachine(),
    exercise: exercise.id,
    counters,
    load: round,
    machineLoad: capture.machineLoad ?? { before: 0, after: 0, coreShare: null },
  }
  return { measured, tree: capture.tree, capture }
}

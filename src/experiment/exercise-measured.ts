/** What a lesson measures of an exercise: counters, one load with its latencies; and what to profile. */
import { type Exercise, exerciseServer, original } from '../exercises.ts'
import { loadMix, type MixFigures, type RequestMix } from '../load/http-mix.ts'
import { readMachine } from '../measure/machine.ts'
import { type Emit, step } from '../run/events.ts'
import type { Program } from '../run/program.ts'
import { aloneCommand, labRoot, startStage } from '../run/server.ts'
import {
  countExercise,
  type ExerciseCounterName,
  type ExerciseMeasured,
  loadExercise,
  WARM_UP_REQUESTS,
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

/** The original server, as what is profiled. */
export function exerciseProgram({ id, title }: Exercise): Program {
  return {
    name: id,
    title: `${id}, ${title}`,
    grouping: 'layers',
    root: labRoot,
    alone: aloneCommand(original, 3000),
    start: (nodeFlags) => startStage({ id: original }, { nodeFlags: [...nodeFlags] }),
  }
}

/** `GET /orders; 20 connections`. */
export function mixText({ path, rare, connections }: RequestMix): string {
  const other = rare === undefined ? '' : `, every ${rare.every}th ${rare.path}`
  return `GET ${path}${other}; ${connections} connections`
}

/** The load of an exercise, for a profile; its latency is that of the usual requests. */
export function mixLoad(mix: RequestMix): LoadPlan {
  let figures: MixFigures | undefined
  return {
    text: mixText(mix),
    latency: () => figures?.usual,
    make: () => {
      let served = 0
      return {
        warmUpRequests: WARM_UP_REQUESTS,
        served: () => served,
        load: async (server, signal, underWay) => {
          const onReply = () => {
            if (served++ === 0) underWay()
          }
          figures = await loadMix(server, mix, { signal, onReply })
        },
      }
    },
  }
}

/**
 * Measures the original server of an exercise: counts, and then loads it.
 * @param wanted the counters that the lesson asks for
 * @throws LabError if one of these fails
 */
export async function measureExercise(
  exercise: Exercise,
  wanted: readonly ExerciseCounterName[],
  emit: Emit,
  { load, warmUp }: Pick<ExerciseLengths, 'load' | 'warmUp'>,
): Promise<Omit<ExerciseMeasured, 'machineLoad'>> {
  const at = new Date().toISOString()
  emit(step('counting'))
  const counters = await countExercise(original, exercise, wanted)
  emit(step(`${exerciseServer} under load, ${load} s`))
  const round = await loadExercise(original, exercise, { seconds: load, warmUpSeconds: warmUp })
  return {
    format: 1,
    kind: 'exercise',
    at,
    machine: readMachine(),
    exercise: exercise.id,
    counters,
    load: round,
  }
}

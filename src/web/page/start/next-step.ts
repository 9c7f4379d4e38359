/** What to do next in the course: the first thing of the first stage that is not done. */
import type { CourseData, LabData } from '../../api-types.ts'
import { exerciseAddress, stageAddress, type View } from '../router.ts'

export interface NextStep {
  /** `Begin: guess stage 1`, `Go on: stage 3, predict`. */
  label: string
  address: string
  /** Of the whole stage; undefined if its chapter does not say. */
  minutes: number | undefined
}

type Known = Pick<LabData, 'stages' | 'chapters' | 'exercises' | 'course'>

export function nextStep({ stages, chapters, exercises, course }: Known): NextStep {
  const begun = stages.some(({ id }) => Object.keys(course.lessons[id]?.guesses ?? {}).length > 0)
  for (const { id, number, lesson, whyNot } of stages) {
    if (whyNot !== null) continue
    const step = openStep(course.lessons[id], lesson.predictions.length)
    if (step === undefined) continue
    const { what, view } = step
    return {
      label: begun ? `Go on: stage ${number}, ${what}` : `Begin: guess stage ${number}`,
      address: stageAddress(number, view),
      minutes: chapters.find(({ stage }) => stage === id)?.minutes,
    }
  }
  const last = exercises.find(({ id }) => course.lessons[id]?.run == null) ?? exercises[0]
  return {
    label: last === undefined ? 'Compare all stages' : `Go on: your own server, ${last.title}`,
    address: last === undefined ? '#/compare' : exerciseAddress(last.id),
    minutes: undefined,
  }
}

function openStep(
  progress: CourseData['lessons'][string] | undefined,
  asked: number,
): { what: string; view: View } | undefined {
  if (progress === undefined) return { what: 'predict', view: 'run' }
  if (progress.run === null) {
    const guessed = Object.keys(progress.guesses).length
    return { what: guessed < asked ? 'predict' : 'run', view: 'run' }
  }
  return progress.done === null ? { what: 'read', view: 'chapter' } : undefined
}

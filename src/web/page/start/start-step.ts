/** What to do next in the course: the first thing of the first stage that is not done. */
import type { LabData, StageCard } from '../../api/index.ts'
import { type InView, nextStep } from '../../next-step.ts'
import { exerciseAddress, stageAddress } from '../router.ts'

export interface StartStep {
  /** `Begin: guess stage 1`, `Go on: stage 3, predict`. */
  label: string
  /** Nothing was guessed before. */
  begins: boolean
  address: string
  /** Of the whole stage; undefined if its chapter does not say. */
  minutes: number | undefined
}

type Known = Pick<LabData, 'stages' | 'chapters' | 'exercises' | 'course' | 'exported'>

/** @param looked what of a stage the reader has looked at, by its id */
export function startStep(lab: Known, looked: (stage: string) => InView): StartStep {
  const { stages, chapters, exercises, course } = lab
  const isBegun = ({ id }: StageCard) => Object.keys(course.lessons[id]?.guesses ?? {}).length > 0
  const begun = stages.some(isBegun)
  for (const stage of stages) {
    const { id, number, whyNot } = stage
    if (whyNot !== null) continue
    const next = nextStep(stage, course.lessons[id], looked(id), lab)
    if (next.step === 'next') continue
    // A reader who left it for a later stage is not called back.
    const isRun = course.lessons[id]?.run != null
    if (isRun && stages.some((other) => other.number > number && isBegun(other))) continue
    const what = next.step === 'predict' ? 'predict' : next.text
    return {
      label: begun ? `Go on: stage ${number}, ${what}` : `Begin: guess stage ${number}`,
      begins: !begun,
      address: stageAddress(number, 'chapter', { at: next.at }),
      minutes: chapters.find(({ stage }) => stage === id)?.minutes,
    }
  }
  const last = exercises.find(({ id }) => course.lessons[id]?.run == null) ?? exercises[0]
  return {
    label: last === undefined ? 'Compare all stages' : `Go on: your own server, ${last.title}`,
    begins: false,
    address: last === undefined ? '#/compare' : exerciseAddress(last.id),
    minutes: undefined,
  }
}

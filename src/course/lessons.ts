/** The lessons, in the order of the stages. */
import { fromStages } from '../stages.ts'
import type { Lesson, StageLesson } from './lesson.ts'

export const lessons: readonly Lesson[] = [...(await fromStages<StageLesson>('lesson'))].map(
  ([stage, lesson]) => ({
    ...lesson,
    stage,
    code: { ...lesson.code, file: `stages/${stage}/${lesson.code.file}` },
    predictions: lesson.predictions.map((one) => ({ ...one, id: `${stage}.${one.id}` })),
    questions: lesson.questions.map((one) => ({ ...one, id: `${stage}.q.${one.id}` })),
  }),
)

/** The lesson of a stage. @throws Error if there is none: every stage has one */
export function lessonOf(stageId: string): Lesson {
  const lesson = lessons.find(({ stage }) => stage === stageId)
  if (lesson === undefined) throw new Error(`${stageId} has no lesson`)
  return lesson
}

/** The lessons, in the order of the stages. */
import type { Lesson } from './lesson.ts'
import { stage1 } from './stage1.ts'
import { stage2 } from './stage2.ts'
import { stage3 } from './stage3.ts'
import { stage4 } from './stage4.ts'
import { stage5 } from './stage5.ts'

export const lessons: readonly Lesson[] = [stage1, stage2, stage3, stage4, stage5]

/** The lesson of a stage. @throws Error where there is none: every stage of the manifest has one */
export function lessonOf(stageId: string): Lesson {
  const lesson = lessons.find(({ stage }) => stage === stageId)
  if (lesson === undefined) throw new Error(`${stageId} has no lesson`)
  return lesson
}

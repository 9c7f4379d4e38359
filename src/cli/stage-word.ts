import { LabError } from '../run/lab-error.ts'
import { copyNames, findCopy } from '../run/mine.ts'
import { findStage, type Stage, stages } from '../stages.ts'

/**
 * The stage that a person means by `1` or `stage1`; or, by `mine/stage1`, their own copy of one.
 * @param example the command line to suggest, with a stage in it
 * @throws LabError, exit status 2, if there is no such stage
 */
export function stageFromWord(word: string | undefined, example: string): Stage {
  const stage = word === undefined ? undefined : (findStage(word) ?? findCopy(word))
  if (stage !== undefined) return stage
  const known = [...stages.map(({ id }) => id), ...copyNames()].join(', ')
  throw new LabError(
    word === undefined
      ? `which stage? There are ${known}`
      : `there is no stage '${word}'; there are ${known}`,
    { next: example, exitCode: 2 },
  )
}

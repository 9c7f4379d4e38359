import { LabError } from '../run/lab-error.ts'
import { copyNames, findCopy } from '../run/mine.ts'
import { findStage, type Stage, stages } from '../stages.ts'
import { nearest } from './nearest.ts'

/** The one stage in an example of a command: `stage4` of `npm run serve -- stage4 --port 6379`. */
const STAGE = /(?<= )(?:stage)?\d(?= |$)/g

/**
 * The stage that a person means by `1` or `stage1`; or, by `mine/stage1`, their own copy of one.
 * @param example the command line to suggest, with a stage in it
 * @param others what may stand in place of a stage
 * @throws LabError, exit status 2, if there is no such stage
 */
export function stageFromWord(
  word: string | undefined,
  example: string,
  others: readonly string[] = [],
): Stage {
  const stage = word === undefined ? undefined : (findStage(word) ?? findCopy(word))
  if (stage !== undefined) return stage
  const all = [...stages.map(({ id }) => id), ...copyNames(), ...others]
  const known = all.join(', ')
  if (word === undefined) {
    throw new LabError(`which stage? There are ${known}`, { next: example, exitCode: 2 })
  }
  const near = /^(stage)?\d*$/.test(word) ? undefined : nearest(word, all)[0]
  const isOne = example.match(STAGE)?.length === 1
  throw new LabError(`there is no stage '${word}'; there are ${known}`, {
    next: near === undefined || !isOne ? example : example.replace(STAGE, near),
    exitCode: 2,
  })
}

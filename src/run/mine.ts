/** Your own copies of stages and exercises: directories of `mine/`, which are not in git. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Exercise, findExercise } from '../exercises.ts'
import { findStage, type Stage } from '../stages.ts'
import { LabError } from './lab-error.ts'
import { directoryOf, labRoot } from './server.ts'

/** Where they are, relative to the checkout. */
export const mineDirectory = 'mine'

/**
 * The stage that a directory is a copy of, by its name: `stage1`, `stage1-before-2`.
 * @param directory with or without what is before its last part
 */
export function stageOfCopy(directory: string): Stage | undefined {
  return findStage(/^stage\d+$/.exec(sourceOf(directory))?.[0] ?? '')
}

/** The exercise that a directory is a copy for, by its name: `mine/orders`. */
export function exerciseOfCopy(directory: string): Exercise | undefined {
  return findExercise(sourceOf(directory))
}

/** `stage1` of `mine/stage1-before-2/`. */
function sourceOf(directory: string): string {
  const name = directory.replace(/\/+$/, '').split('/').at(-1)!
  return /^(\w+)(?:-[\w-]+)?$/.exec(name)?.[1] ?? ''
}

/**
 * A copy as the commands take a stage, for words such as `mine/stage1`; it is called by its
 * directory. Undefined if there is none.
 */
export function findCopy(word: string): Stage | undefined {
  const id = word.replace(/^\.\//, '').replace(/\/+$/, '')
  const stage = id.startsWith(`${mineDirectory}/`) ? stageOfCopy(id) : undefined
  if (stage === undefined || !existsSync(join(directoryOf(id), 'main.ts'))) return undefined
  mustBeOfNow(stage, id)
  return { ...stage, id, title: `your copy of ${stage.id}`, change: 'is what you made of it' }
}

/**
 * The stage with its own event loop was called stage5 once: a copy of that time has its files.
 * @throws LabError for such a copy
 */
function mustBeOfNow(stage: Stage, copy: string): void {
  if (stage.id !== 'stage5' || !existsSync(join(directoryOf(copy), 'ring.ts'))) return
  throw new LabError(`${copy} is a copy of the stage that is called stage6 now`, {
    means: 'it was made when that was stage5; the store that is below both now did not exist then',
    next: `mv ${copy} ${copy.replace('stage5', 'stage6')}; or npm run try -- 5 --again`,
  })
}

/**
 * The copy of the server of an exercise that a word such as `orders` or `mine/orders` means: its
 * directory. Undefined if there is none.
 */
export function findExerciseCopy(
  word: string,
): { directory: string; exercise: Exercise } | undefined {
  const name = word.replace(/^\.\//, '').replace(/\/+$/, '')
  const directory = name.startsWith(`${mineDirectory}/`) ? name : `${mineDirectory}/${name}`
  const exercise = exerciseOfCopy(directory)
  if (exercise === undefined || !existsSync(join(directoryOf(directory), 'main.ts')))
    return undefined
  return { directory, exercise }
}

/** Names of the copies of stages that there are, e.g. `mine/stage1`, in the order of the alphabet. */
export function copyNames(root = labRoot): string[] {
  return allCopyNames(root).filter((name) => stageOfCopy(name) !== undefined)
}

/** The same with the copies for exercises. */
export function allCopyNames(root = labRoot): string[] {
  try {
    return readdirSync(join(root, mineDirectory))
      .filter((name) => existsSync(join(root, mineDirectory, name, 'main.ts')))
      .filter((name) => (stageOfCopy(name) ?? exerciseOfCopy(name)) !== undefined)
      .sort()
      .map((name) => `${mineDirectory}/${name}`)
  } catch {
    return []
  }
}

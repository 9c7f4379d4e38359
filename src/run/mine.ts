/** Your own copies of stages: directories of `mine/`, which are not in git. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findStage, type Stage } from '../stages.ts'
import { directoryOf, labRoot } from './server.ts'

/** Where they are, relative to the checkout. */
export const mineDirectory = 'mine'

/**
 * The stage that a directory is a copy of, by its name: `stage1`, `stage1-before-2`.
 * @param directory with or without what is before its last part
 */
export function stageOfCopy(directory: string): Stage | undefined {
  const name = directory.replace(/\/+$/, '').split('/').at(-1)!
  return findStage(/^(stage\d+)(?:-[\w-]+)?$/.exec(name)?.[1] ?? '')
}

/**
 * A copy as the commands take a stage, for words such as `mine/stage1`; it is called by its
 * directory. Undefined if there is none.
 */
export function findCopy(word: string): Stage | undefined {
  const id = word.replace(/^\.\//, '').replace(/\/+$/, '')
  const stage = id.startsWith(`${mineDirectory}/`) ? stageOfCopy(id) : undefined
  if (stage === undefined || !existsSync(join(directoryOf(id), 'main.ts'))) return undefined
  return { ...stage, id, title: `your copy of ${stage.id}`, change: 'is what you made of it' }
}

/** Names of the copies that there are, e.g. `mine/stage1`, in the order of the alphabet. */
export function copyNames(root = labRoot): string[] {
  try {
    return readdirSync(join(root, mineDirectory))
      .filter((name) => existsSync(join(root, mineDirectory, name, 'main.ts')))
      .filter((name) => stageOfCopy(name) !== undefined)
      .sort()
      .map((name) => `${mineDirectory}/${name}`)
  } catch {
    return []
  }
}

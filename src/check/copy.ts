/** Makes the reader's copies of stages, and finds the one that they are at. Nothing is ever lost. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { draftName, notWritten, sweepDrafts, writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { copyNames, mineDirectory } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'

export interface Copied {
  /** The copy, e.g. `mine/stage1`. */
  copy: string
  /** Where the copy that was there before is now; undefined where there was none. */
  kept: string | undefined
}

/**
 * Copies a stage to `mine/`.
 * @param stage e.g. `stage1`
 * @param again whether a copy that is there already is put aside; else that is an error
 * @throws LabError where there is a copy already, or nothing can be written
 */
export function copyStage(
  stage: string,
  { again = false, root = labRoot }: { again?: boolean; root?: string } = {},
): Copied {
  const copy = `${mineDirectory}/${stage}`
  const directory = join(root, copy)
  if (existsSync(directory) && !again) {
    throw new LabError(`${copy} is there already`, {
      means: 'your work is in it, and is not written over',
      next: `npm run check; or npm run try -- ${stage} --again, which keeps it under another name`,
    })
  }
  try {
    mkdirSync(join(root, mineDirectory), { recursive: true })
    sweepDrafts(join(root, mineDirectory))
    const draft = join(root, mineDirectory, draftName(stage))
    mkdirSync(draft)
    try {
      for (const name of sourcesOf(join(labRoot, 'stages', stage))) {
        copyFileSync(join(labRoot, 'stages', stage, name), join(draft, name))
      }
      const kept = existsSync(directory) ? putAside(root, copy) : undefined
      renameSync(draft, directory)
      writeTypes(root)
      return { copy, kept }
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
  } catch (failure) {
    const next = 'copy the checkout to where you may write, and run the command there'
    throw notWritten('your copy', copy, failure, next)
  }
}

/** Gives a copy another name, one that is free. */
function putAside(root: string, copy: string): string {
  for (let number = 2; ; number++) {
    const kept = `${copy}-before-${number}`
    if (existsSync(join(root, kept))) continue
    renameSync(join(root, copy), join(root, kept))
    return kept
  }
}

/** For editors, and `npm run check`: the lab's own settings hold for the copies too. */
function writeTypes(root: string): void {
  const file = join(root, mineDirectory, 'tsconfig.json')
  if (existsSync(file)) return
  const settings = { extends: '../tsconfig.json', include: ['.'] }
  writeWhole(file, `${JSON.stringify(settings, null, 2)}\n`)
}

/** Names of a stage's or a copy's own files, without tests. */
export function sourcesOf(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
}

/** The copy that was changed last; undefined where there is none. */
export function currentCopy(root = labRoot): string | undefined {
  const changed = copyNames(root).map((copy) => ({ copy, at: changedAt(join(root, copy)) }))
  return changed.sort((a, b) => b.at - a.at)[0]?.copy
}

/** When a file of a directory was last changed, ms since 1970. */
function changedAt(directory: string): number {
  return Math.max(...sourcesOf(directory).map((name) => statSync(join(directory, name)).mtimeMs))
}

/** Whether a copy is still what it was copied from. */
export function isUntouched(copy: string, stage: string): boolean {
  const texts = (directory: string) =>
    sourcesOf(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')])
  return isDeepStrictEqual(texts(copy), texts(join(labRoot, 'stages', stage)))
}

/** Makes your copies of stages and exercises, finds the newest, and asks the compiler about it. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, posix, relative } from 'node:path'
import { type Exercise, findExercise, original } from '../exercises.ts'
import { startChild } from '../run/children.ts'
import { draftName, notWritten, sweepDrafts, writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { allCopyNames, mineDirectory } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'
import { sourceNames } from '../source/sources.ts'
import { stages } from '../stages.ts'
import { forgetReached, isSolvedByNext, nextStep, readReached, type Task, taskOf } from './tasks.ts'

export interface Copied {
  /** The copy, e.g. `mine/stage1`. */
  copy: string
  /** Where the copy that was there before is now; undefined if there was none. */
  previous: string | undefined
}

interface CopyOptions {
  /** Another copy, e.g. `mine/stage1`, in place of the stage itself: the reader goes on with it. */
  from?: string
  /** Whether an existing copy is renamed; otherwise it is an error. */
  again?: boolean
  root?: string
}

/**
 * Copies a stage to `mine/`.
 * @param stage e.g. `stage1`
 * @throws LabError if there is a copy already, or nothing can be written
 */
export function copyStage(stage: string, options: CopyOptions = {}): Copied {
  const { from, root = labRoot } = options
  if (from !== undefined && !existsSync(join(root, from, 'main.ts'))) {
    throw new LabError(`there is no copy ${from}`, { next: `npm run try -- ${stage}`, exitCode: 2 })
  }
  const [own, ...shared] = foldersOf(taskOf(stage))
  return copySource(stage, [from ?? own!, ...shared], options)
}

/** The files of the copy for a task as it is when it is made, by name. */
export function filesToCopy(task: CopiedTask): Map<string, string> {
  return readFolders(foldersOf(task), labRoot)
}

type CopiedTask = Pick<Task, 'id' | 'shared'>

/** Relative to the checkout: its own, and those that the stages share and the copy gets too. */
function foldersOf({ id, shared = [] }: CopiedTask): string[] {
  if (findExercise(id) !== undefined) return [relative(labRoot, original)]
  return [`stages/${id}`, ...shared]
}

/**
 * The reader's copy of the stage before, if it has reached its goal and so does what a stage does: its
 * task can be begun in it.
 * @param stage the id of that stage
 */
export function continuedCopy(stage: string, root = labRoot): string | undefined {
  const before = stages[stages.findIndex(({ id }) => id === stage) - 1]
  if (before === undefined || (taskOf(stage).shared ?? []).length > 0) return undefined
  const task = taskOf(before.id)
  const copy = `${mineDirectory}/${before.id}`
  const isReached = nextStep(task, readReached(before.id, root)) === undefined
  if (!isSolvedByNext(task) || !isReached || !existsSync(join(root, copy, 'main.ts')))
    return undefined
  return copy
}

/** Copies the server of `docs/your-own-server` for an exercise, as `copyStage` does. */
export function copyForExercise({ id }: Pick<Exercise, 'id'>, options: CopyOptions = {}): Copied {
  return copySource(id, foldersOf({ id }), options)
}

/** @param folders relative to the checkout: its own, and that of what its task is about */
function copySource(
  id: string,
  folders: readonly string[],
  { again = false, root = labRoot }: CopyOptions,
): Copied {
  const copy = `${mineDirectory}/${id}`
  const directory = join(root, copy)
  if (existsSync(directory) && !again) {
    throw new LabError(`${copy} is there already`, {
      means: 'your work is in it, and is not overwritten',
      next: `npm run check; or npm run try -- ${id} --again, which saves it under another name`,
    })
  }
  try {
    mkdirSync(join(root, mineDirectory), { recursive: true })
    sweepDrafts(join(root, mineDirectory))
    const draft = join(root, mineDirectory, draftName(id))
    mkdirSync(draft)
    try {
      for (const [name, text] of readFolders(folders, root)) writeFileSync(join(draft, name), text)
      const previous = existsSync(directory) ? putAside(root, copy) : undefined
      renameSync(draft, directory)
      writeTypes(root)
      forgetReached(id, root)
      return { copy, previous }
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
  } catch (failure) {
    const next = 'copy the checkout to a directory that you may write to, and run the command there'
    throw notWritten('your copy', copy, failure, next)
  }
}

/** The files of the folders, with imports changed for the one folder that they share. */
function readFolders(folders: readonly string[], root: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of folders) {
    const from = join(folder.startsWith(`${mineDirectory}/`) ? root : labRoot, folder)
    for (const name of sourceNames(from)) {
      const text = readFileSync(join(from, name), 'utf8')
      files.set(name, folders.length === 1 ? text : moved(text, folder, folders))
    }
  }
  return files
}

/** A file of a folder as it is in `mine/`, beside those of the other folders. */
function moved(text: string, folder: string, folders: readonly string[]): string {
  return text.replace(/'(\.\.?\/[^']+)'/g, (_, path: string) => {
    const target = posix.join(folder, path)
    const beside = folders.some((one) => posix.dirname(target) === one)
    return beside ? `'./${posix.basename(target)}'` : `'../../${target}'`
  })
}

/** Gives a copy another name, one that is free. */
function putAside(root: string, copy: string): string {
  for (let number = 2; ; number++) {
    const previous = `${copy}-before-${number}`
    if (existsSync(join(root, previous))) continue
    renameSync(join(root, copy), join(root, previous))
    return previous
  }
}

/**
 * For editors, and for `typeErrors`: the lab's own settings hold for the copies too, and so do the
 * declarations that the stages have.
 */
function writeTypes(root: string): void {
  const settings = { extends: '../tsconfig.json', include: ['.', '../src/server/*.d.ts'] }
  const text = `${JSON.stringify(settings, null, 2)}\n`
  const file = join(root, mineDirectory, 'tsconfig.json')
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeWhole(file, text)
}

/** The copy that was changed last; undefined if there is none. */
export function currentCopy(root = labRoot): string | undefined {
  const changed = allCopyNames(root).map((copy) => ({ copy, at: changedAt(join(root, copy)) }))
  return changed.sort((a, b) => b.at - a.at)[0]?.copy
}

/** When a file of a directory was last changed, ms since 1970. */
function changedAt(directory: string): number {
  return Math.max(...sourceNames(directory).map((name) => statSync(join(directory, name)).mtimeMs))
}

/**
 * Asks the compiler, since V8 strips types and does not check them; some seconds at most.
 * @param copy e.g. `mine/stage1`
 * @returns a line for each error, `mine/stage1/reader.ts(12,5): error …`; undefined if there is no
 *   compiler, or if the copy is not in `mine/`
 */
export async function typeErrors(copy: string, root = labRoot): Promise<string[] | undefined> {
  if (!copy.startsWith(`${mineDirectory}/`)) return undefined
  const lines = await compileCopies(root)
  return lines?.filter((line) => line.startsWith(`${copy}/`))
}

/** What the compiler says of all that is in `mine/`, as `typeErrors` does of one copy. */
export async function compileCopies(root = labRoot): Promise<string[] | undefined> {
  const compiler = join(labRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(compiler)) return undefined
  writeTypes(root)
  const args = [compiler, '-p', mineDirectory, '--noEmit', '--pretty', 'false']
  const child = startChild(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const ended = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', () => resolve(true))
  })
  if (!ended) return undefined
  return output.split('\n').filter((line) => line !== '')
}

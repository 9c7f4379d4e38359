/**
 * The tasks in the page: the reader's copies in `mine/` with their files, the hints, and the last
 * check of each. The files are those that the reader's own editor may have open: nothing is written
 * over a text that the page has not seen, and nothing outside of a copy is read or written.
 */
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { CheckReport } from '../check/check.ts'
import { continuedCopy, copyForExercise, copyStage, filesToCopy } from '../check/copy.ts'
import type { ExerciseReport } from '../check/exercise-check.ts'
import { hintPlace, takeHint } from '../check/hints.ts'
import { solutionFiles, solvingStage } from '../check/solution.ts'
import { type ExerciseTask, readReached, type StageTask } from '../check/tasks.ts'
import { findExercise } from '../exercises.ts'
import { whole } from '../measure/format.ts'
import { writeWhole } from '../run/disk.ts'
import { LabError, toFailure } from '../run/lab-error.ts'
import { mineDirectory } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { sourceNames } from '../source/sources.ts'
import { stages } from '../stages.ts'
import type { CheckCard, DiffData, Events, TaskData, TaskFile } from './api/index.ts'
import { checkCard } from './check-card.ts'
import { filesDiffData } from './diff-data.ts'
import { findTask } from './orders.ts'
import { notFound, WebError, wrongOrder } from './web-error.ts'

export interface Tasks {
  /** @throws WebError: 404 if there is no such task, 409 if its copy is no plain directory */
  data(id: string): TaskData
  /**
   * Makes the copy, as `npm run try` does.
   * @param body a `CopyOrder`
   * @throws WebError: 409 if there is one, if the stage cannot run here, or if there is nothing to go
   *   on with; LabError if it cannot be written
   */
  makeCopy(id: string, body: unknown): TaskData
  /** Shows one more hint, as `npm run hint` does. */
  hint(id: string): TaskData
  /** @throws WebError, 404, if the copy has no such file */
  file(id: string, name: string): TaskFile
  /**
   * Writes a file of the copy, all of it or nothing.
   * @param body a `SaveOrder`
   * @throws WebError: 404 if the copy has no such file; 409, with what is there, if that is another
   *   version than the one that was changed
   */
  save(id: string, name: string, body: unknown): TaskFile
  /**
   * What the lab's solution changes.
   * @param from `copy`: over the reader's copy; `original`: over what the copy was made of
   * @throws WebError, 404, if there is no copy
   */
  diff(id: string, from: string): DiffData
  /** @param document what `npm run check -- --json` has printed */
  keepCheck(id: string, document: unknown): void
  /** The copies that were asked for, and whose files have changed since the last call. */
  changes(): Events['copy'][]
}

type AnyTask = StageTask | ExerciseTask

/** Characters of a file that is saved; the longest of the stages has some 10,000. */
const MOST = 128 * 1024

const copyOrder = v.object({ goesOn: v.optional(v.boolean()) })
const saveOrder = v.object({ text: v.string(), version: v.string() })

/** @param root the checkout, in which `mine/` and `.lab/` are; tests have another one */
export function createTasks(root = labRoot): Tasks {
  const checks = new Map<string, CheckCard>()
  const followed = new Map<string, { state: string; versions: string }>()

  function directoryOfCopy(id: string): string | undefined {
    let path = root
    for (const name of [mineDirectory, id]) {
      path = join(path, name)
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found === undefined) return undefined
      if (found.isDirectory()) continue
      throw new WebError(409, {
        happened: `${name === id ? `${mineDirectory}/${id}` : mineDirectory} is no plain directory`,
        means: 'a symbolic link may lead anywhere, and the page writes into copies alone',
        next: 'use an editor of your own, and npm run check in a terminal',
      })
    }
    return existsSync(join(path, 'main.ts')) ? path : undefined
  }

  function data(wanted: string): TaskData {
    const task = taskIn(wanted)
    const { id, after } = task
    const directory = directoryOfCopy(id)
    if (directory !== undefined && !followed.has(id)) followed.set(id, stateOf(directory))
    // What was checked is gone with its copy.
    if (directory === undefined) checks.delete(id)
    const { step, shown } = hintPlace(task, root)
    return {
      id,
      copy:
        directory === undefined
          ? null
          : { directory: `${mineDirectory}/${id}`, files: plainNames(directory) },
      continues: (directory === undefined ? continuedBy(task, root) : undefined) ?? null,
      reached: readReached(id, root),
      step: step.id,
      hintsShown: shown,
      check: checks.get(id) ?? null,
      solution: solutionCard(task),
      after: [...after],
    }
  }

  function makeCopy(wanted: string, body: unknown): TaskData {
    const task = taskIn(wanted)
    const { id } = task
    const order = v.safeParse(copyOrder, body)
    if (!order.success) throw wrongOrder('whether it goes on with the copy of before is wanted')
    const stage = stages.find((one) => one.id === id)
    const why = stage && unsupportedReason(stage)
    if (why !== undefined) {
      throw new WebError(409, { happened: why, means: 'its copy could not run either' })
    }
    if (lstatSync(join(root, mineDirectory, id), { throwIfNoEntry: false }) !== undefined) {
      throw new WebError(409, {
        happened: `${mineDirectory}/${id} is there already`,
        means: 'your work is in it, and is not overwritten',
        next: `npm run try -- ${id} --again, which saves it under another name`,
      })
    }
    const exercise = findExercise(id)
    const from = order.output.goesOn === true ? continuedBy(task, root) : undefined
    if (order.output.goesOn === true && from === undefined) {
      throw new WebError(409, { happened: `no copy of yours does what ${id} does` })
    }
    if (exercise !== undefined) copyForExercise(exercise, { root })
    else copyStage(id, from === undefined ? { root } : { root, from })
    return data(id)
  }

  function hint(wanted: string): TaskData {
    takeHint(taskIn(wanted), { root, commands: false })
    return data(wanted)
  }

  /** Its path, for a name in the list alone. */
  function pathOf(id: string, name: string): string {
    const directory = directoryOfCopy(id)
    if (directory !== undefined && plainNames(directory).includes(name))
      return join(directory, name)
    const happened = `there is no file of this name in ${mineDirectory}/${id}`
    throw notFound(happened, `npm run try -- ${id}`)
  }

  function file(wanted: string, name: string): TaskFile {
    return readPlain(pathOf(taskIn(wanted).id, name), name)
  }

  function save(wanted: string, name: string, body: unknown): TaskFile {
    const path = pathOf(taskIn(wanted).id, name)
    const order = v.safeParse(saveOrder, body)
    if (!order.success) throw wrongOrder('a text and a version are wanted')
    const { length } = order.output.text
    if (length > MOST) {
      throw new WebError(413, {
        happened: `${name} has ${whole(length)} characters; the page saves at most ${whole(MOST)}`,
        means: 'nothing was overwritten; the longest file of the stages has some 10,000',
        next: 'make it shorter, or save it with an editor of your own',
      })
    }
    const current = readPlain(path, name)
    if (current.version !== order.output.version) {
      const happened = `${name} was changed on disk meanwhile`
      throw new WebError(409, { happened, means: 'nothing was overwritten' }, { current })
    }
    try {
      writeWhole(path, order.output.text)
    } catch (failure) {
      throw failure instanceof LabError ? new WebError(409, toFailure(failure)) : failure
    }
    return readPlain(path, name)
  }

  function diff(wanted: string, from: string): DiffData {
    const task = taskIn(wanted)
    const solution = { id: solvingStage(task) ?? 'solution', files: solutionFiles(task) }
    if (from === 'original') {
      return filesDiffData({ id: task.id, files: filesToCopy(task) }, solution)
    }
    const directory = from === 'copy' ? directoryOfCopy(task.id) : undefined
    if (directory === undefined) {
      throw notFound(`there is no ${mineDirectory}/${task.id}`, `npm run try -- ${task.id}`)
    }
    const files = plainNames(directory).map(
      (name) => [name, readPlain(join(directory, name), name).text] as const,
    )
    return filesDiffData({ id: `${mineDirectory}/${task.id}`, files: new Map(files) }, solution)
  }

  function changes(): Events['copy'][] {
    return [...followed].flatMap(([id, before]) => {
      let now: { state: string; versions: string }
      try {
        const directory = directoryOfCopy(id)
        now = directory === undefined ? nothing : stateOf(directory, before)
      } catch {
        return [] // it is being written, or is no directory any more: the next question says so
      }
      followed.set(id, now)
      if (now.versions === before.versions) return []
      return [{ task: id, files: JSON.parse(now.versions) as Record<string, string> }]
    })
  }

  return {
    data,
    makeCopy,
    hint,
    file,
    save,
    diff,
    keepCheck(id, document) {
      checks.set(id, checkCard(document as CheckReport | ExerciseReport))
    },
    changes,
  }
}

/** @throws WebError, 404, if there is none */
function taskIn(wanted: string): AnyTask {
  const task = findTask(wanted)
  if (task === undefined) throw notFound(`there is no task of '${wanted}'`)
  return task
}

const nothing = { state: '', versions: '{}' }

/** The files with their versions, which are read again only if one was written, came or went. */
function stateOf(directory: string, before = nothing): { state: string; versions: string } {
  const names = plainNames(directory)
  const state = names
    .map((name) => {
      const { mtimeMs, size, ino } = statSync(join(directory, name))
      return `${name} ${mtimeMs} ${size} ${ino}`
    })
    .join('\n')
  if (state === before.state) return before
  const versions = names.map((name) => [name, readPlain(join(directory, name), name).version])
  return { state, versions: JSON.stringify(Object.fromEntries(versions)) }
}

/** The files of a copy that are files, and no links. */
function plainNames(directory: string): string[] {
  return sourceNames(directory).filter((name) => lstatSync(join(directory, name)).isFile())
}

/** Through no link, not even one that was put there a moment ago. */
function readPlain(path: string, name: string): TaskFile {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    if (!fstatSync(file).isFile()) throw notFound(`${name} is no file`)
    const bytes = readFileSync(file)
    const version = createHash('sha256').update(bytes).digest('base64url')
    return { name, text: bytes.toString('utf8'), version }
  } finally {
    closeSync(file)
  }
}

/** The copy of the stage before, if the task can be begun in it. */
function continuedBy(task: AnyTask, root: string): string | undefined {
  return 'pipeline' in task ? continuedCopy(task.id, root) : undefined
}

/** What the difference that solves a task is called, before and after. */
function solutionCard(task: AnyTask): TaskData['solution'] {
  const next = solvingStage(task)
  return {
    from: 'pipeline' in task ? task.id : 'the original server',
    to: next ?? 'the lab’s solution',
    isNextStage: next !== undefined,
  }
}

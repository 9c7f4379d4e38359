/** How the lab solves a task: as the next stage does, or with a patch of its own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import { patchOf } from '../exercises.ts'
import { labRoot } from '../run/server.ts'
import { sourceFiles } from '../source/sources.ts'
import { stages } from '../stages.ts'
import { filesToCopy } from './copy.ts'
import { type ExerciseTask, isSolvedByNext, type StageTask, type TaskStep } from './tasks.ts'

type AnyTask = StageTask | ExerciseTask

/** The id of the next stage, if its files solve the task. */
export function solvingStage(task: AnyTask): string | undefined {
  if (!('pipeline' in task) || !isSolvedByNext(task)) return undefined
  return stages[stages.findIndex(({ id }) => id === task.id) + 1]?.id
}

/**
 * The lab's own patch that solves a step, relative to the checkout; undefined if files of the next
 * stage do.
 * @param step default: the last one
 */
export function solvingPatch(
  task: AnyTask,
  { id }: Pick<TaskStep, 'id'> = task.steps.at(-1)!,
): string | undefined {
  if (!('pipeline' in task)) return patchOf(task)
  const { solution } = task.steps.find((step) => step.id === id)!
  return 'patch' in solution ? `stages/${task.id}/course/${solution.patch}` : undefined
}

/**
 * The files of a solved copy, by name; nothing is written.
 * @throws Error if a patch of the lab no longer fits
 */
export function solutionFiles(task: AnyTask): Map<string, string> {
  const next = solvingStage(task)
  if (next !== undefined) return sourceFiles(next)
  const files = filesToCopy(task)
  for (const patch of new Set(task.steps.map((step) => solvingPatch(task, step)))) {
    if (patch !== undefined) applyTo(files, patch)
  }
  return files
}

function applyTo(files: Map<string, string>, patch: string): void {
  for (const one of parsePatch(readFileSync(join(labRoot, patch), 'utf8'))) {
    const name = one.newFileName!
    const changed = applyPatch(files.get(name) ?? '', one)
    if (changed === false) throw new Error(`${patch} does not fit ${name}`)
    files.set(name, changed)
  }
}

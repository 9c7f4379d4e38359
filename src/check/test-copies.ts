/** For the tests: copies of stages in a separate directory, changed as a reader may change them. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import { type Exercise, patchOf } from '../exercises.ts'
import { directoryOf, labRoot } from '../run/server.ts'
import { sourceNames } from '../source/sources.ts'
import { findStage, type Stage, stages } from '../stages.ts'
import { copyForExercise, copyStage } from './copy.ts'
import { type StageTaskStep, taskOf } from './tasks.ts'

/** `id` is the directory of it. */
type Copy = Pick<Stage, 'id'>

const made: string[] = []

/** A directory of its own, in which ES modules can be. */
function scratch(): string {
  const root = mkdtempSync(join(tmpdir(), 'lab-check-'))
  made.push(root)
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n')
  return root
}

/**
 * A copy of a stage, as `findCopy` would give it: alone in a directory of its own, in which it finds
 * what it imports as it does in `mine/`.
 */
export function copyOf(stage: string): Stage {
  const root = makeRoot()
  const { copy } = copyStage(stage, { root })
  return { ...findStage(stage)!, id: join(root, copy) }
}

/** A directory in place of the checkout, in which copies can be made and started. */
export function makeRoot(): string {
  const root = scratch()
  for (const name of ['src', 'stages', 'node_modules'])
    symlinkSync(join(labRoot, name), join(root, name))
  return root
}

/** A copy of the server that the exercises fix, as `mine/` has it. */
export function copyOfExercise(exercise: Pick<Exercise, 'id'>): Copy {
  const root = scratch()
  symlinkSync(join(labRoot, 'node_modules'), join(root, 'node_modules'))
  return { id: join(root, copyForExercise(exercise, { root }).copy) }
}

/** Removes all copies that were made. */
export function removeCopies(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true })
}

/**
 * Replaces pieces of text in a file of a copy.
 * @throws Error if one of them is not there exactly once: the stage has changed meanwhile
 */
export function edit({ id }: Copy, file: string, changes: readonly [from: string, to: string][]) {
  const path = join(id, file)
  let text = readFileSync(path, 'utf8')
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2) throw new Error(`${file}: not there once: ${from}`)
    text = text.replace(from, () => to)
  }
  writeFileSync(path, text)
}

/** Puts a whole file into a copy. */
export function put({ id }: Copy, file: string, text: string): void {
  mkdirSync(id, { recursive: true })
  writeFileSync(join(id, file), text)
}

/**
 * Solves the task of a stage in a copy of it: all of its steps, one after the other.
 * @throws Error if a patch no longer fits
 */
export function solve(copy: Copy, stage: string): void {
  for (const step of taskOf(stage).steps) solveStep(copy, stage, step)
}

/** Solves a step in a copy in which those before it are. @throws Error if its patch no longer fits */
export function solveStep({ id }: Copy, stage: string, { solution }: StageTaskStep): void {
  if ('nextStage' in solution) {
    const next = stages[stages.findIndex((one) => one.id === stage) + 1]!
    const from = directoryOf(next.id)
    const names = solution.nextStage === 'all' ? sourceNames(from) : solution.nextStage
    for (const name of names) copyFileSync(join(from, name), join(id, name))
    return
  }
  applyTo({ id }, join(directoryOf(stage), 'course', solution.patch))
}

/** Mends a copy for an exercise. @throws Error if the patch no longer fits */
export function solveExercise(copy: Copy, exercise: Pick<Exercise, 'id'>): void {
  applyTo(copy, join(labRoot, patchOf(exercise)))
}

function applyTo({ id }: Copy, patch: string): void {
  for (const one of parsePatch(readFileSync(patch, 'utf8'))) {
    const path = join(id, one.newFileName!)
    const changed = applyPatch(readFileSync(path, 'utf8'), one)
    if (changed === false) throw new Error(`${patch} does not fit ${path}`)
    writeFileSync(path, changed)
  }
}

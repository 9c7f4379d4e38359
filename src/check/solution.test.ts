/** What a reader is shown as the lab's solution is what solves a copy. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { filesToCopy } from './copy.ts'
import { solutionFiles } from './solution.ts'
import { exerciseTasks, tasks } from './tasks.ts'
import { copyOf, copyOfExercise, removeCopies, solve, solveExercise } from './test-copies.ts'

afterAll(removeCopies)

it.each([...tasks, ...exerciseTasks])('the files of the solution of $id', (task) => {
  const copy = 'pipeline' in task ? copyOf(task.id) : copyOfExercise(task)
  const onDisk = (names: Iterable<string>) =>
    new Map([...names].map((name) => [name, readFileSync(join(copy.id, name), 'utf8')]))
  const before = filesToCopy(task)
  expect(onDisk(before.keys())).toEqual(before)
  if ('pipeline' in task) solve(copy, task.id)
  else solveExercise(copy, task)
  const after = solutionFiles(task)
  expect(onDisk(after.keys())).toEqual(after)
  expect(after).not.toEqual(before)
})

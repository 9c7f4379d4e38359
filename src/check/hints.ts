/** The hints of a task, one at a time; how far they are is saved in `.lab`. */
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { hintScreen, stepHints } from './screen.ts'
import {
  type ExerciseTask,
  nextStep,
  readReached,
  readShown,
  type StageTask,
  saveShown,
  type TaskStep,
} from './tasks.ts'

/** The step to work at, and how many of its hints were shown. */
export function hintPlace(task: StageTask | ExerciseTask, root = labRoot) {
  const step: TaskStep = nextStep<TaskStep>(task, readReached(task.id, root)) ?? task.steps.at(-1)!
  const shown = readShown(root)[nameOf(task, step)] ?? 0
  return { step, shown: Math.min(shown, step.hints.length) }
}

/**
 * The next hint of the step to work at; the last one again when all were shown.
 * @param commands whether those follow that a reader at a shell may type next
 */
export function takeHint(
  task: StageTask | ExerciseTask,
  { root = labRoot, commands = true }: { root?: string; commands?: boolean } = {},
): string {
  const { step, shown } = hintPlace(task, root)
  const at = Math.min(shown, step.hints.length - 1)
  const text = commands
    ? hintScreen(task, step, at, at + 1)
    : stepHints(task, step, at, at + 1).join('\n')
  const note = save({ [nameOf(task, step)]: at + 1 }, root)
  return note === undefined ? text : `${text}\n${note}; --all shows all hints`
}

/** The next hint of a task is the first one again. */
export function resetHints(task: StageTask | ExerciseTask): string {
  const note = save(Object.fromEntries(task.steps.map((step) => [nameOf(task, step), 0])), labRoot)
  return note ?? `The next hint of ${task.id} is the first one again: npm run hint`
}

function nameOf({ id }: Pick<StageTask, 'id'>, step: Pick<TaskStep, 'id'>): string {
  return `${id}/${step.id}`
}

/** A hint is shown even if that cannot be saved; then it returns why. */
function save(changed: Record<string, number>, root: string): string | undefined {
  try {
    saveShown({ ...readShown(root), ...changed }, root)
    return undefined
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return `your progress could not be saved: ${failure.message}`
  }
}

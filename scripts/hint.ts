/** `npm run hint`: the next hint for the task that the reader is at. */
import { currentCopy } from '../src/check/copy.ts'
import { resetHints, takeHint } from '../src/check/hints.ts'
import { allHintsScreen } from '../src/check/screen.ts'
import {
  type ExerciseTask,
  exerciseTaskOf,
  type StageTask,
  taskOf,
  tasks,
} from '../src/check/tasks.ts'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { exerciseNames, findExercise } from '../src/exercises.ts'
import { LabError } from '../src/run/lab-error.ts'
import { exerciseOfCopy, stageOfCopy } from '../src/run/mine.ts'

const line: CommandLine = {
  command: 'npm run hint',
  usage: '[-- N] [options]',
  about: `Prints the next hint for the first step of your task that the last check did not
find reached: where to look, what to use, nearly the code. One at a time; your
progress is saved in .lab. Without N it is about the copy that you changed last.`,
  options: { all: { type: 'boolean' }, reset: { type: 'boolean' } },
  help: [
    '--all          all hints of the task at once',
    '--reset        begin with the first one again',
  ],
  examples: ['npm run hint', 'npm run hint -- 1 --all'],
}

runCommand(line, async ({ values, positionals }) => {
  if (values.all === true && values.reset === true) {
    throw wrongWords('--all and --reset exclude each other', line)
  }
  const task = taskAsked(oneWord(positionals, line))
  if (values.all === true) {
    console.log(allHintsScreen(task))
    return
  }
  console.log(values.reset === true ? resetHints(task) : takeHint(task))
})

function taskAsked(word: string | undefined): StageTask | ExerciseTask {
  const asked = word ?? currentCopy()
  if (asked === undefined) {
    throw new LabError('there is no copy of a stage yet, so there is no task to hint at', {
      means: `npm run try makes one; the hints of a stage can be read without: npm run hint -- ${tasks[0]!.id}`,
      next: 'npm run try -- 1',
    })
  }
  const exercise = findExercise(asked) ?? exerciseOfCopy(asked)
  if (exercise !== undefined) return exerciseTaskOf(exercise.id)
  const { id } = stageFromWord(asked, 'npm run hint -- 1', exerciseNames)
  return taskOf(stageOfCopy(id)?.id ?? id)
}

/** A lesson as a list of steps; those that are mostly text are written here. */
import { exerciseTaskOf, isSolvedByNext, taskOf } from '../check/tasks.ts'
import { paint } from '../cli/colour.ts'
import { readChapters } from '../course/chapters.ts'
import type { Lesson } from '../course/lessons.ts'
import { exerciseServer } from '../exercises.ts'
import { mixText } from '../experiment/exercise-measured.ts'
import { defaultWorkload, workloadText } from '../load/workload.ts'
import { wrap } from '../report/format.ts'
import { mineDirectory } from '../run/mine.ts'
import { flameStep } from './flame-step.ts'
import { after, before, placeOfLesson, type Runs } from './lesson-run.ts'
import { guessStep } from './predictions.ts'
import { lessonState } from './progress-store.ts'
import { outcomesStep, runNeeded, runStep } from './run-steps.ts'
import type { Step } from './session.ts'
import { codeStep, diffStep } from './source-steps.ts'

/** What a lesson consists of, in its order. */
export function stepsOf(lesson: Lesson, runs: Pick<Runs, 'seconds' | 'replays'>): Step[] {
  const { predictions } = lesson
  const next = lesson.kind === 'stage' ? after(lesson) : undefined
  const step = (id: string, title: string, seconds: number, show: Step['show']): Step => ({
    ...{ id, title, seconds, show },
  })
  return [
    step('about', 'what it is about', 30, aboutStep(lesson)),
    step('code', 'the code that matters', 40, codeStep(lesson)),
    ...predictions.map((prediction, at) => {
      const title = `your guess, ${at + 1} of ${predictions.length}`
      return step(`guess:${prediction.id}`, title, 20, guessStep(lesson, prediction))
    }),
    step(
      'run',
      runs.replays ? 'the recorded run' : 'the run',
      Math.max(10, runs.seconds(lesson)),
      runStep(lesson),
    ),
    step('outcomes', 'your guesses, measured', 75, outcomesStep(lesson)),
    step('flame', 'the flame graph', 90, flameStep(lesson, runNeeded)),
    step('task', 'your own attempt, now or later', 40, taskStep(lesson)),
    ...(next === undefined || lesson.kind === 'exercise'
      ? []
      : [step('diff', `what ${next.id} changes`, 120, diffStep(lesson, next))]),
    step('question', 'one question', 40, questionStep(lesson)),
    step('cost', 'what it cost', 20, costStep(lesson)),
  ]
}

/**
 * How long a lesson takes, in minutes: of a stage as its chapter says, so that page, docs and terminal
 * say the same; an exercise has no chapter of its own.
 */
export function minutesOfLesson(lesson: Lesson, runs: Pick<Runs, 'seconds' | 'replays'>): number {
  const chapter = readChapters().find(({ stage }) => stage === lesson.id)
  if (lesson.kind === 'stage' && chapter !== undefined) return chapter.minutes
  const seconds = stepsOf(lesson, runs).reduce((sum, { seconds }) => sum + seconds, 0)
  return Math.max(1, Math.round(seconds / 60))
}

/** What is said before anything is guessed. */
function aboutStep(lesson: Lesson): Step['show'] {
  return async ({ output, runs }) => {
    const { title } = placeOfLesson(lesson)
    const text = (words: string) => wrap(words, '', output.columns)
    const why = runs.whyNot(lesson)
    const isStage = lesson.kind === 'stage'
    const load = isStage
      ? workloadText({
          ...defaultWorkload,
          pipeline: lesson.pipeline,
          keyspace: lesson.keyspace ?? 1,
        })
      : mixText(lesson.exercise.mix)
    // The title of the first stage would answer its first question.
    const isFirst = isStage && before(lesson) === undefined
    await output.say([
      ...(isFirst ? [] : [paint.bold(`${lesson.id}: ${title}`), '']),
      ...lesson.about.flatMap((words) => [...text(words), '']),
      ...text(`The load: ${load}.`),
    ])
    if (why === undefined) return
    const instead = `${why}. So this lesson shows what was recorded on another machine.`
    await output.say(['', ...text(instead)])
  }
}

/** Your own attempt; it comes before the difference that solves it. */
function taskStep(lesson: Lesson): Step['show'] {
  return async ({ output }) => {
    const { id } = lesson
    const text = (words: string) => wrap(words, '', output.columns)
    const task = lesson.kind === 'stage' ? taskOf(id) : exerciseTaskOf(id)
    const next = lesson.kind === 'stage' && isSolvedByNext(taskOf(id)) ? after(lesson) : undefined
    const source = lesson.kind === 'stage' ? id : exerciseServer
    const howJudged =
      lesson.kind === 'stage'
        ? 'A count, so any machine will do.'
        : 'Counts, and ratios to the unmended server in the same rounds: any machine will do.'
    const commands: [what: string, does: string][] = [
      [`npm run try -- ${id.replace('stage', '')}`, `copies ${source} to ${mineDirectory}/`],
      [`${mineDirectory}/${id}/${task.steps[0]!.where.file}`, 'the file to open'],
      ['npm run check', 'judges your copy'],
      ['npm run hint', 'the next hint'],
    ]
    const width = Math.max(...commands.map(([what]) => what.length))
    await output.say([
      ...text(
        next === undefined
          ? 'A task for you, now or later.'
          : `How would you do it? ${next.id} does, and the next step shows how; so try first, if you like.`,
      ),
      '',
      paint.bold(`The task: ${task.title}`),
      ...text(`The goal: ${task.goal.replaceAll('\n', ' ')}. ${howJudged}`),
      '',
      ...commands.map(([what, does]) => `  ${what.padEnd(width)}   ${does}`),
      '',
      ...text('Leave with q, or use a second terminal; npm start goes on here.'),
    ])
  }
}

/** Asks the first question of the lesson; why an answer is right is said in any case. */
function questionStep(lesson: Lesson): Step['show'] {
  return async ({ output, state, now, save }) => {
    const { id, ask, options, answer, because } = lesson.questions[0]!
    const text = (words: string) => wrap(words, '', output.columns)
    await output.say(text(ask))
    const chosen = await output.choose({ id, prompt: 'Your answer:', options, skippable: true })
    const right = chosen === answer
    const { answers } = lessonState(state, lesson.id)
    // The first answer counts, however often the lesson is looked at.
    answers[id] ??= { chosen: chosen ?? null, right, at: now() }
    save()
    const verdict = right
      ? 'CORRECT.'
      : `${chosen === undefined ? 'It is' : 'INCORRECT. It is'}: ${options[answer]}.`
    const others = lesson.questions.length - 1
    const more = `${others} more questions are in ${pageOf(lesson)}, with their answers folded away.`
    await output.say([
      ...text(verdict),
      ...text(because),
      ...(others === 0 ? [] : ['', ...text(more)]),
    ])
  }
}

function pageOf({ kind, id }: Lesson): string {
  return kind === 'stage' ? `docs/${id}.md` : `${exerciseServer}.md`
}

/** What the step cost, and where there is more. */
function costStep(lesson: Lesson): Step['show'] {
  return async ({ output }) => {
    const text = (words: string) => wrap(words, '', output.columns)
    const more = `All of this, with more to read: ${pageOf(lesson)}`
    await output.say([...text(lesson.cost), '', ...text(more)])
  }
}

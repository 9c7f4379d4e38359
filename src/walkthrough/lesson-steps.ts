/** A lesson as a list of steps; those that are mostly text are written here. */
import { continuedCopy } from '../check/copy.ts'
import { paint } from '../cli/colour.ts'
import { readChapters } from '../course/chapters.ts'
import type { Lesson } from '../course/lessons.ts'
import { exerciseServer } from '../exercises.ts'
import { mixText } from '../experiment/exercise-measured.ts'
import { defaultWorkload, workloadText } from '../load/workload.ts'
import { wrap } from '../report/format.ts'
import { flameStep } from './flame-step.ts'
import { after, before, placeOfLesson, type Runs } from './lesson-run.ts'
import { guessStep } from './predictions.ts'
import { lessonState } from './progress-store.ts'
import { outcomesStep, runNeeded, runStep } from './run-steps.ts'
import type { Step } from './session.ts'
import { codeStep, diffStep } from './source-steps.ts'
import { taskStep } from './task-step.ts'

/** What a reader needs for a task, or for as much of it as they like, in seconds. */
const ATTEMPT = 600

/**
 * What a lesson consists of, in its order. From the first `practised` lesson on, what earlier ones
 * showed by itself is part of another step, and the graph is read before anything is said of it.
 */
export function stepsOf(lesson: Lesson, runs: Pick<Runs, 'seconds' | 'replays'>): Step[] {
  const { predictions, practised } = lesson
  const next = lesson.kind === 'stage' ? after(lesson) : undefined
  const step = (id: string, title: string, seconds: number, show: Step['show']): Step => ({
    ...{ id, title, seconds, show },
  })
  /** Two steps of a first lesson, which are one in a practised lesson. */
  const pair = (first: Step, second: Step, asOne: Omit<Step, 'show'>): Step[] =>
    practised === undefined
      ? [first, second]
      : [{ ...asOne, show: inTurn(first.show, second.show) }]
  const outcomes = step('outcomes', 'your guesses, measured', 75, outcomesStep(lesson))
  const flame = step('flame', 'the flame graph', 90, flameStep(lesson, runNeeded))
  const runTitle = runs.replays ? 'the recorded run' : 'the run'
  const attempt = runs.replays ? 40 : ATTEMPT
  return [
    ...pair(
      step('about', 'what it is about', 30, aboutStep(lesson)),
      step('code', 'the code that matters', 40, codeStep(lesson)),
      { id: 'code', title: 'what it is about, and its code', seconds: 60 },
    ),
    ...predictions.map((prediction, at) => {
      const title = `your guess, ${at + 1} of ${predictions.length}`
      return step(`guess:${prediction.id}`, title, 20, guessStep(lesson, prediction))
    }),
    step('run', runTitle, Math.max(10, runs.seconds(lesson)), runStep(lesson)),
    ...(practised?.flame === undefined ? [outcomes, flame] : [flame, outcomes]),
    step('task', 'your own attempt, now or later', attempt, taskStep(lesson)),
    ...(next === undefined || lesson.kind === 'exercise'
      ? []
      : [step('diff', `what ${next.id} changes`, 120, diffStep(lesson, next))]),
    ...pair(
      step('question', 'one question', 40, questionStep(lesson)),
      step('cost', 'what it cost', 20, costStep(lesson)),
      { id: 'question', title: 'one question, and what it cost', seconds: 50 },
    ),
  ]
}

/** Shows the one, then the other. */
function inTurn(first: Step['show'], second: Step['show']): Step['show'] {
  return async (session) => {
    await first(session)
    await session.output.say([''])
    return await second(session)
  }
}

/**
 * How long a lesson takes, in minutes: of a stage as its chapter says, so that page, docs and terminal
 * say the same; an exercise has no chapter.
 */
export function minutesOfLesson(lesson: Lesson, runs: Pick<Runs, 'seconds' | 'replays'>): number {
  const chapter = readChapters().find(({ stage }) => stage === lesson.id)
  if (lesson.kind === 'stage' && chapter !== undefined) return chapter.minutes
  const seconds = stepsOf(lesson, runs).reduce((sum, { seconds }) => sum + seconds, 0)
  return Math.max(1, Math.round(seconds / 60))
}

/** What is said before anything is guessed. */
function aboutStep(lesson: Lesson): Step['show'] {
  return async ({ output, runs, workbench }) => {
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
    const own =
      isStage && workbench !== undefined ? continuedCopy(lesson.id, workbench.root) : undefined
    if (own !== undefined) {
      const words = `Your ${own} does what ${lesson.id} does: its task begins where you ended, if you like.`
      await output.say(['', ...text(words)])
    }
    if (why === undefined) return
    const instead = `${why}. So this lesson shows what was recorded on another machine.`
    await output.say(['', ...text(instead)])
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
    const more = `${others === 1 ? 'One more question is' : `${others} more questions are`} in ${pageOf(lesson)}, with the answers folded.`
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

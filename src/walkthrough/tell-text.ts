/** The steps that are mostly text: what a lesson is about, the reader's own attempt, what it cost. */
import { isSolvedByNext, taskOf } from '../check/tasks.ts'
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import { defaultWorkload } from '../load/workload.ts'
import { wrap } from '../report/format.ts'
import { workloadText } from '../report/load-table.ts'
import { mineDirectory } from '../run/mine.ts'
import { after, before, stageOf } from './runs.ts'
import type { Step } from './steps.ts'

type Tell = Step['tell']

/** What is there before anything is guessed. */
export function tellAbout(lesson: Lesson): Tell {
  return async ({ teller, runs }) => {
    const stage = stageOf(lesson)
    const text = (words: string) => wrap(words, '', teller.columns)
    const why = runs.whyNot(lesson)
    const load = workloadText({ ...defaultWorkload, pipeline: lesson.pipeline })
    await teller.say([
      // What the first stage is called would answer its first question.
      ...(before(lesson) === undefined ? [] : [paint.bold(`${stage.id}: ${stage.title}`), '']),
      ...lesson.about.flatMap((words) => [...text(words), '']),
      ...text(`The load: ${load}.`),
    ])
    if (why === undefined) return
    await teller.say([
      '',
      ...text(`${why}. So this lesson shows what was recorded on another machine.`),
    ])
  }
}

/** The reader's own attempt; it comes before the difference that solves it. */
export function tellTask(lesson: Lesson): Tell {
  return async ({ teller }) => {
    const stage = stageOf(lesson)
    const task = taskOf(lesson.stage)
    const text = (words: string) => wrap(words, '', teller.columns)
    const next = isSolvedByNext(task) ? after(lesson) : undefined
    const commands: [what: string, does: string][] = [
      [`npm run try -- ${stage.number}`, `copies ${stage.id} to ${mineDirectory}/`],
      [`${mineDirectory}/${stage.id}/${task.first}`, 'the file to open'],
      ['npm run check', 'judges your copy'],
      ['npm run hint', 'the next of three hints'],
    ]
    const width = Math.max(...commands.map(([what]) => what.length))
    await teller.say([
      ...text(
        next === undefined
          ? 'A task for you, now or later.'
          : `How would you do it? ${next.id} does, and the next step shows how; so try first, if you like.`,
      ),
      '',
      paint.bold(`The task: ${task.title}`),
      ...text(`The goal: ${task.goal.replaceAll('\n', ' ')}. A count, so any machine will do.`),
      '',
      ...commands.map(([what, does]) => `  ${what.padEnd(width)}   ${does}`),
      '',
      ...text('Leave with q, or use a second terminal; npm start goes on here.'),
    ])
  }
}

/** What the step cost, and where there is more. */
export function tellCost(lesson: Lesson): Tell {
  return async ({ teller }) => {
    const text = (words: string) => wrap(words, '', teller.columns)
    await teller.say([
      ...text(lesson.cost),
      '',
      ...text(`All of this, at leisure: docs/${lesson.stage}.md`),
    ])
  }
}

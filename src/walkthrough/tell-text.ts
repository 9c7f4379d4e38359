/** The steps that are mostly text: what a lesson is about, and what it leaves to be done. */
import { taskOf } from '../check/tasks.ts'
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lesson.ts'
import { defaultWorkload } from '../load/workload.ts'
import { wrap } from '../report/format.ts'
import { workloadText } from '../report/load-table.ts'
import { stageOf } from './runs.ts'
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
      paint.bold(`${stage.id}: ${stage.title}`),
      '',
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

/** What the step cost, and what the reader may do now. */
export function tellTask(lesson: Lesson): Tell {
  return async ({ teller }) => {
    const stage = stageOf(lesson)
    const task = taskOf(lesson.stage)
    const text = (words: string, indent = '') => wrap(words, indent, teller.columns)
    await teller.say([
      paint.bold('What it cost'),
      ...text(lesson.cost),
      '',
      paint.bold(`A task for you, now or later: ${task.title}`),
      ...text(`The goal: ${task.goal.replaceAll('\n', ' ')}. A count, so any machine will do.`),
      '',
      `  npm run try -- ${stage.number}   copies ${stage.id} to mine/ for you to change`,
      '  npm run check      judges your copy',
      '  npm run hint       the next of three hints',
      '',
      ...text(`All of this, at leisure: docs/${stage.id}.md`),
    ])
  }
}

/** What the next stage changes. */
import type { Lesson } from '../course/lesson.ts'
import type { Stage } from '../manifest.ts'
import { wrap } from '../report/format.ts'
import { stageDiff } from '../report/stage-diff.ts'
import { stageOf } from './runs.ts'
import type { Step } from './steps.ts'

/** Offers the difference to the next stage; a long one is read a page at a time. */
export function tellDiff(lesson: Lesson, next: Stage): Step['tell'] {
  return async ({ teller }) => {
    const from = stageOf(lesson)
    const command = `npm run diff -- ${from.number} ${next.number}`
    const lines = (await stageDiff(from, next)).split('\n')
    const text = (words: string) => wrap(words, '', teller.columns)
    await teller.say(
      text(`${next.id}, ${next.title}: ${next.change}. The difference has ${lines.length} lines.`),
    )
    const chosen = await teller.choose({
      id: `diff:${from.id}`,
      prompt: 'Read it:',
      options: ['now, a page at a time', `later, with ${command}`],
      skippable: false,
    })
    if (chosen !== 0) return await teller.say([''])
    await teller.say(lines, true)
    await teller.pause('go on')
  }
}

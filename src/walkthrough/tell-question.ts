/** One question to check oneself. */
import type { Lesson } from '../course/lessons.ts'
import { wrap } from '../report/format.ts'
import { lessonState } from './state.ts'
import type { Step } from './steps.ts'

/** Asks the first question of the lesson; why an answer is right is said to everybody. */
export function tellQuestion(lesson: Lesson): Step['tell'] {
  return async ({ teller, state, now, keep }) => {
    const { id, ask, options, answer, because } = lesson.questions[0]!
    const text = (words: string) => wrap(words, '', teller.columns)
    await teller.say(text(ask))
    const chosen = await teller.choose({ id, prompt: 'Your answer:', options, skippable: true })
    const right = chosen === answer
    const { answers } = lessonState(state, lesson.stage)
    // The first answer counts, however often the lesson is looked at.
    answers[id] ??= { chosen: chosen ?? null, right, at: now() }
    keep()
    const verdict = right
      ? 'RIGHT.'
      : `${chosen === undefined ? 'It is' : 'NOT QUITE. It is'}: ${options[answer]}.`
    const others = lesson.questions.length - 1
    await teller.say([
      ...text(verdict),
      ...text(because),
      '',
      ...text(
        `${others} more questions are in docs/${lesson.stage}.md, with their answers folded away.`,
      ),
    ])
  }
}

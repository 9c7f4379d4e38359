/** What was measured, and each guess beside it. */
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import { judgeAll, outcomeLines } from './guesses.ts'
import { measuredLines } from './measured.ts'
import { lessonState } from './state.ts'
import type { Step } from './steps.ts'

/** Shows the run's figures, then the predictions one after the other. */
export function tellOutcomes(lesson: Lesson): Step['tell'] {
  return async (walk) => {
    const { teller, state } = walk
    const run = await walk.runNeeded(lesson)
    await teller.say(measuredLines(lesson, run, teller.columns))
    const kept = lessonState(state, lesson.stage)
    // A prediction may have come with another version of the lab.
    if (lesson.predictions.some(({ id }) => kept.outcomes[id] === undefined)) {
      judgeAll(lesson, kept, run, undefined)
    }
    const { guesses, outcomes } = kept
    for (const [at, prediction] of lesson.predictions.entries()) {
      const of = `${at + 1} of ${lesson.predictions.length}`
      await teller.pause(at === 0 ? `your guess, ${of}` : `guess ${of}`)
      const guess = guesses[prediction.id]?.guess ?? null
      const lines = outcomeLines(prediction, guess, outcomes[prediction.id]!, teller.columns)
      await teller.say([paint.bold(`Guess ${of}`), ...lines])
    }
  }
}

/** One prediction: asked before the run, and only then. */
import type { Lesson } from '../course/lessons.ts'
import type { Guess, Prediction } from '../course/prediction.ts'
import { wrap } from '../report/format.ts'
import { guessText } from './guesses.ts'
import { lessonState } from './state.ts'
import type { Step } from './steps.ts'
import type { Teller } from './teller.ts'
import { readNumber, readPercent, readRanking } from './typed.ts'

/** Asks for a guess and keeps it. After the run it is only shown: it would be no guess any more. */
export function tellGuess(lesson: Lesson, prediction: Prediction): Step['tell'] {
  return async ({ teller, state, now, keep }) => {
    const kept = lessonState(state, lesson.stage)
    await teller.say(wrap(prediction.ask, '', teller.columns))
    const before = kept.guesses[prediction.id]
    if (before !== undefined && kept.run !== null) {
      const said = before.guess === null ? 'nothing' : guessText(prediction, before.guess)
      await teller.say(wrap(`You said: ${said}`, '', teller.columns))
      return
    }
    const guess = await askGuess(teller, prediction, before?.guess ?? null)
    kept.guesses[prediction.id] = { guess: guess ?? null, at: now() }
    keep()
    await teller.say([''])
  }
}

/** @param before what was guessed the last time; Enter keeps it */
async function askGuess(
  teller: Teller,
  prediction: Prediction,
  before: Guess | null,
): Promise<Guess | undefined> {
  const { id } = prediction
  const kept = before === null ? undefined : String(before)
  switch (prediction.kind) {
    case 'number': {
      const prompt = `Your guess, in ${prediction.unit}:`
      return await teller.ask({ id, prompt, kept, read: readNumber })
    }
    case 'percent':
      return await teller.ask({ id, prompt: 'Your guess, in per cent:', kept, read: readPercent })
    case 'choice': {
      const { options } = prediction
      const found = options.indexOf(String(before))
      const at = await teller.choose({
        id,
        prompt: 'Your guess:',
        options,
        skippable: true,
        kept: found < 0 ? undefined : found,
      })
      return at === undefined ? undefined : options[at]
    }
    case 'ranking': {
      const { items } = prediction
      await teller.say(items.map((item, at) => `  ${at + 1}) ${item}`))
      const order = Array.isArray(before) ? before.map((item) => items.indexOf(item) + 1) : []
      return await teller.ask({
        id,
        prompt: `Your order, as numbers, such as ${items.map((_, at) => ((at + 2) % items.length) + 1).join(' ')}:`,
        kept: order.length === 0 ? undefined : order.join(' '),
        read: (typed) => readRanking(typed, items),
      })
    }
  }
}

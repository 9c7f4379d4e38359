/** Recordings with one thing wrong in the page: the texts and the progress of `npm run lie`. */
import { stripVTControlCharacters } from 'node:util'
import * as v from 'valibot'
import { saveWrongGuess, wrongGuesses } from '../pitfalls/guesses.ts'
import { recordedOn } from '../pitfalls/lie-block.ts'
import {
  findPitfall,
  findRecorded,
  guesses,
  type RecordedPitfall,
  recordedPitfalls,
} from '../pitfalls/pitfalls.ts'
import { captionOf, readRecording } from '../pitfalls/recording.ts'
import { looks } from '../pitfalls/tables.ts'
import type { LieCard, LieData, LieProgress } from './api/index.ts'
import { notFound, wrongOrder } from './web-error.ts'

/**
 * All claims, by number.
 * @param directory where the wrong guesses are saved, in place of `.lab`
 */
export function liesData(directory?: string): LieCard[] {
  return recordedPitfalls.map(({ lie }) => ({
    number: lie.number,
    claim: lie.claim(readRecording(lie.number)),
    wrong: [...wrongGuesses(lie.number, directory)],
  }))
}

/**
 * One recording with all that can be looked at, and the answer, which the page veils.
 * @throws WebError, 404, if there is none of that number
 */
export function lieData(number: string, directory?: string): LieData {
  const { lie, name } = recordedOf(number)
  const recording = readRecording(lie.number)
  const { tree = null } = recording
  return {
    number: lie.number,
    claim: lie.claim(recording),
    wrong: [...wrongGuesses(lie.number, directory)],
    shown: plain(lie.shown(recording)),
    tree,
    caption: captionOf(recording),
    recordedOn: recordedOn(recording),
    looks: looks.map(({ name, asks, lines }) => ({ name, asks, text: plain(lines(recording)) })),
    guesses: guesses.map((pitfall) => ({
      name: pitfall.name,
      words: pitfall.words,
      right: pitfall.name === name,
      figure: pitfall.examine(recording).figure,
    })),
    question: lie.question,
    hint: lie.hint,
    answer: lie.answer(recording),
    lesson: lie.lesson,
    right: [...lie.right],
  }
}

const guessOrder = v.object({ guess: v.string() })

/**
 * Saves a guess if it is wrong.
 * @throws WebError: 404 if there is no such recording, 400 if it is no guess
 */
export function guessLie(number: string, body: unknown, directory?: string): LieProgress {
  const { lie, name } = recordedOf(number)
  const order = v.safeParse(guessOrder, body)
  const guess = order.success ? findPitfall(order.output.guess) : undefined
  if (guess === undefined) {
    throw wrongOrder(`a guess is one of ${guesses.map(({ name }) => name).join(', ')}`)
  }
  const wrong =
    guess.name === name
      ? wrongGuesses(lie.number, directory)
      : saveWrongGuess(lie.number, guess.name, directory)
  return { number: lie.number, wrong: [...wrong] }
}

function recordedOf(number: string): RecordedPitfall {
  const pitfall = findRecorded(number)
  if (pitfall === undefined) throw notFound(`there is no recording '${number}'`, 'npm run lie')
  return pitfall
}

/** Without the colours of a terminal. */
function plain(lines: readonly string[]): string {
  return lines.map((line) => stripVTControlCharacters(line).trimEnd()).join('\n')
}

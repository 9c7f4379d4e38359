/** `npm run lie`: recorded results with one thing wrong each. */
import { join } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { oneWord } from '../src/cli/words.ts'
import { keepResults } from '../src/experiment/results.ts'
import { saveWrongGuess, wrongGuesses } from '../src/pitfalls/guesses.ts'
import {
  answerScreen,
  guessScreen,
  lieScreen,
  listScreen,
  lookScreen,
} from '../src/pitfalls/lie-screens.ts'
import {
  findPitfall,
  findRecorded,
  guesses,
  type RecordedPitfall,
  recordedPitfalls,
} from '../src/pitfalls/pitfalls.ts'
import { record } from '../src/pitfalls/record.ts'
import { captionOf, type Recording, readRecording } from '../src/pitfalls/recording.ts'
import { findLook, looks } from '../src/pitfalls/tables.ts'
import { files, writeFlame } from '../src/report/flame-files.ts'
import { type Emit, stepsOf } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'

const line: CommandLine = {
  command: 'npm run lie',
  usage: '[-- N] [options]',
  about: `Find the lie: six recorded results, each with one thing wrong. Look into one until
you know what is wrong; then guess, or read the answer. A wrong guess brings help.
Without N, the six claims.`,
  options: {
    look: { type: 'string' },
    guess: { type: 'string' },
    page: { type: 'boolean' },
    answer: { type: 'boolean' },
    record: { type: 'string' },
    json: { type: 'boolean' },
  },
  help: [
    '--look WHAT    shows more of the recording; WHAT is one of',
    `               ${looks.map(({ name }) => name).join(', ')}`,
    '--page         writes its flame graph as a page, to zoom and to search in',
    '--guess WHAT   guesses what is wrong; WHAT is one of',
    `               ${guesses
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')},`,
    `               ${guesses
      .slice(5)
      .map(({ name }) => name)
      .join(', ')}`,
    '--answer       what is wrong, which figures show it, and how it is done right',
    '--record N     makes the mistake again, on this machine, and replaces the',
    '               recording in profiles/lies; "all": all six, which takes two',
    '               minutes',
    '--json         the recording as it is in profiles/lies',
  ],
  examples: [
    'npm run lie',
    'npm run lie -- 1',
    'npm run lie -- 1 --look busy',
    'npm run lie -- 1 --guess cold',
  ],
}

const tasks = ['look', 'page', 'guess', 'answer', 'record', 'json']

runCommand(line, async ({ values, positionals }, emit) => {
  const asked = tasks.filter((name) => name in values)
  if (asked.length > 1) throw wrongWords(`--${asked[0]} or --${asked[1]}, one at a time`, line)
  const word = oneWord(positionals, line, 'recording')
  if (typeof values.record === 'string') return await recordAgain(values.record, word, emit)
  if (word === undefined) {
    if (asked.length > 0) throw wrongWords(`--${asked[0]} of which? There are 1 to 6`, line)
    const all = recordedPitfalls.map(({ lie }) => ({ lie, recording: readRecording(lie.number) }))
    return void console.log(listScreen(all))
  }
  const pitfall = recordedOf(word)
  const { lie } = pitfall
  const recording = readRecording(lie.number)
  if (typeof values.guess === 'string') return judgeGuess(pitfall, recording, values.guess)
  if (values.json === true) {
    const { tree: _, ...result } = recording
    console.log(JSON.stringify(result, null, 2))
  } else if (values.answer === true) console.log(answerScreen(pitfall, recording))
  else if (values.page === true) console.log(await writePage(pitfall, recording))
  else if (typeof values.look === 'string') {
    const look = findLook(values.look)
    if (look === undefined) throw unknownName('look', values.look, looks)
    console.log(lookScreen(lie, recording, look))
  } else console.log(lieScreen(lie, recording, wrongGuesses(lie.number)))
  return 0
})

function recordedOf(word: string): RecordedPitfall {
  const pitfall = findRecorded(word)
  if (pitfall === undefined) {
    throw wrongWords(`there is no recording '${word}'; there are 1 to 6`, line)
  }
  return pitfall
}

function unknownName(option: string, given: string, known: readonly { name: string }[]): LabError {
  const names = known.map(({ name }) => name).join(', ')
  return wrongWords(`--${option} takes one of ${names}, not '${given}'`, line)
}

/** Prints whether a guess is right; returns the exit status. */
function judgeGuess({ lie, name }: RecordedPitfall, recording: Recording, guess: string): number {
  const guessed = findPitfall(guess)
  if (guessed === undefined) throw unknownName('guess', guess, guesses)
  const right = guessed.name === name
  const wrong = right ? [] : saveWrongGuess(lie.number, guess)
  console.log(guessScreen(lie, right, guessed.examine(recording), wrong.length))
  return right ? 0 : 1
}

/** Writes the page, which is not in the repository because it takes 500 kB; returns its path. */
async function writePage({ lie: { number } }: RecordedPitfall, recording: Recording) {
  const { tree } = recording
  if (tree === undefined) {
    const next = `npm run lie -- ${number} --look rounds`
    throw new LabError(`there is no flame graph in recording ${number}`, { next, exitCode: 2 })
  }
  const caption = captionOf(recording)
  const directory = await keepResults(`lie-${number}`, (draft) => writeFlame(draft, tree, caption))
  return join(directory, files.flamegraph)
}

async function recordAgain(wanted: string, word: string | undefined, emit: Emit): Promise<number> {
  if (word !== undefined) throw wrongWords(`--record ${wanted}, or ${word}? Leave one out`, line)
  const chosen = wanted === 'all' ? recordedPitfalls : [recordedOf(wanted)]
  const failures: unknown[] = []
  for (const pitfall of chosen) {
    const { number } = pitfall.lie
    try {
      const directory = await record(pitfall, stepsOf(emit))
      emit({ type: 'result', directory: null })
      console.log(`recording ${number} is in ${directory}`)
    } catch (failure) {
      // The others are independent of it.
      failures.push(failure)
      if (chosen.length > 1 && failure instanceof Error) console.error(failure.message)
    }
  }
  emit({ type: 'result', directory: null })
  if (failures.length > 0) throw failures[0]
  console.log('now npm run docs, which puts their figures into docs/find-the-lie.md')
  return 0
}

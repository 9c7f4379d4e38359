/** `npm run lie`: recorded results with one thing wrong each. */

import { join } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { oneWord } from '../src/cli/words.ts'
import { keepResults } from '../src/experiment/results.ts'
import { causes } from '../src/lies/causes.ts'
import { keepWrongGuess, wrongGuesses } from '../src/lies/guesses.ts'
import { judgeGuess } from '../src/lies/judge.ts'
import type { Lie } from '../src/lies/lie.ts'
import { findLie, lies } from '../src/lies/lies.ts'
import { record } from '../src/lies/record.ts'
import { captionOf, directoryOf, type Exhibit, readExhibit } from '../src/lies/recording.ts'
import { answerScreen, guessScreen, lieScreen, listScreen, lookScreen } from '../src/lies/screen.ts'
import { findView, views } from '../src/lies/views.ts'
import { files, writeFlame } from '../src/report/flame-files.ts'
import { type Emit, stepsOf } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'

const line: CommandLine = {
  command: 'npm run lie',
  usage: '[-- N] [options]',
  about: `Find the lie: six recordings of results, each with one thing wrong, as they get
onto slides. Look into one until you know what; then say it, or be told. A wrong
guess brings help. Without N, the six claims.`,
  options: {
    look: { type: 'string' },
    guess: { type: 'string' },
    page: { type: 'boolean' },
    answer: { type: 'boolean' },
    record: { type: 'string' },
    json: { type: 'boolean' },
  },
  help: [
    '--look VIEW    asks the recording; VIEW is one of',
    `               ${views.map(({ name }) => name).join(', ')}`,
    '--page         draws its flame graph as a page, to zoom and to search in',
    '--guess WHAT   says what is wrong; WHAT is one of',
    `               ${causes
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')},`,
    `               ${causes
      .slice(5)
      .map(({ name }) => name)
      .join(', ')}`,
    '--answer       what is wrong, how it is seen, and how it is done right',
    '--record N     makes the mistake again, on this machine, and puts it in the',
    '               place of the recording in profiles/lies; "all": all six, which',
    '               takes a minute',
    '--json         the recording as it lies in profiles/lies',
  ],
  examples: [
    'npm run lie',
    'npm run lie -- 1',
    'npm run lie -- 1 --look busy',
    'npm run lie -- 1 --guess cold',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const asked = ['look', 'page', 'guess', 'answer', 'record', 'json'].filter(
    (name) => name in values,
  )
  if (asked.length > 1) throw wrongWords(`--${asked[0]} or --${asked[1]}, one at a time`, line)
  const word = oneWord(positionals, line)
  if (typeof values.record === 'string') return await recordAnew(values.record, word, emit)
  if (word === undefined) {
    if (asked.length > 0) throw wrongWords(`--${asked[0]} of which? There are 1 to 6`, line)
    const all = lies.map((lie) => ({ lie, exhibit: readExhibit(lie.number) }))
    return void console.log(listScreen(all))
  }
  const lie = lieOf(word)
  const exhibit = readExhibit(lie.number)
  if (values.json === true) return void console.log(JSON.stringify(exhibit.recording, null, 2))
  if (values.answer === true) return void console.log(answerScreen(lie, exhibit))
  if (values.page === true) return void console.log(await drawPage(lie, exhibit))
  if (typeof values.look === 'string') {
    const view = findView(values.look)
    if (view === undefined) {
      const known = views.map(({ name }) => name).join(', ')
      throw wrongWords(`--look wants one of ${known}, not '${values.look}'`, line)
    }
    return void console.log(lookScreen(lie, exhibit, view))
  }
  if (typeof values.guess === 'string') {
    const judgement = judgeGuess(lie, exhibit, values.guess)
    if (judgement === undefined) {
      const known = causes.map(({ name }) => name).join(', ')
      throw wrongWords(`--guess wants one of ${known}, not '${values.guess}'`, line)
    }
    const wrong = judgement.right ? [] : keepWrongGuess(lie.number, values.guess)
    console.log(guessScreen(lie, judgement, wrong.length))
    return judgement.right ? 0 : 1
  }
  console.log(lieScreen(lie, exhibit, wrongGuesses(lie.number)))
  return 0
})

function lieOf(word: string): Lie {
  const lie = findLie(word)
  if (lie === undefined) throw wrongWords(`there is no recording '${word}'; there are 1 to 6`, line)
  return lie
}

/** Gives the path of the page. It is drawn anew, since in the repository it would take 500 kB. */
async function drawPage({ number }: Lie, { recording, tree }: Exhibit): Promise<string> {
  if (tree === undefined) {
    const next = `npm run lie -- ${number} --look rounds`
    throw new LabError(`there is no flame graph in recording ${number}`, { next, exitCode: 2 })
  }
  const caption = captionOf(recording)
  const directory = await keepResults(`lie-${number}`, (draft) => writeFlame(draft, tree, caption))
  return join(directory, files.flamegraph)
}

async function recordAnew(wanted: string, word: string | undefined, emit: Emit): Promise<number> {
  if (word !== undefined) throw wrongWords(`--record ${wanted}, or ${word}? Leave one out`, line)
  const chosen = wanted === 'all' ? lies : [lieOf(wanted)]
  const failures: unknown[] = []
  for (const lie of chosen) {
    try {
      await record(lie, stepsOf(emit))
      emit({ type: 'result', directory: null })
      console.log(`recording ${lie.number} is in ${directoryOf(lie.number)}`)
    } catch (failure) {
      // The others may come out well.
      failures.push(failure)
      if (chosen.length > 1 && failure instanceof Error) console.error(failure.message)
    }
  }
  emit({ type: 'result', directory: null })
  if (failures.length > 0) throw failures[0]
  console.log('now npm run docs, which puts their figures into docs/find-the-lie.md')
  return 0
}

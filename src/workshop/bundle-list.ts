/** The content of a bundle, line by line: the reader sees it before handing it in. */
import { paint } from '../cli/colour.ts'
import { stageLessons } from '../course/lessons.ts'
import { readingText as counterText } from '../measure/counters.ts'
import { counted, figures, machineLine, whole, wrap } from '../report/format.ts'
import type { Bundle, Reading, SavedGuess, StepRatio } from './bundle.ts'

const INDENT = ' '.repeat(12)

/** 80 columns wide. @param file where it was written */
export function bundleList(bundle: Bundle, notes: readonly string[], file: string): string {
  const { name, id, machine, readings, ratios, guesses } = bundle
  return [
    paint.bold('What is in the file'),
    entry('name', `${name}, and ${id}, a random name of this checkout`),
    entry('machine', `${machineLine(machine)}, commit ${machine.commit.slice(0, 7)}`),
    ...readings.map((one, at) => entry(at === 0 ? 'figures' : '', readingText(one))),
    ...ratios.map((one, at) => entry(at === 0 ? 'ratios' : '', ratioText(one))),
    entry('guesses', guessesText(guesses)),
    ...notes.map((note) => entry('not in it', note)),
    entry('never', 'paths, names of users or machines, flame graphs, your code in mine/'),
    '',
    `Written  ${paint.bold(file)}`,
    'Nothing was sent. It is a text file: read it, then give it to the leader of the',
    'workshop. `npm run room -- FOLDER` shows a folder of such files.',
  ].join('\n')
}

function entry(label: string, text: string): string {
  const [first, ...rest] = wrap(text, INDENT)
  return [`  ${label.padEnd(10)}${first!.slice(INDENT.length)}`, ...rest].join('\n')
}

function readingText(one: Reading): string {
  const { stage, test, pipeline, requestsPerSecond, profile } = one
  const load = pipeline === 1 ? '' : `, pipeline ${pipeline}`
  const cpu = 'cpu' in one.counters ? `, ${counterText(one.counters, 'cpu')} µs of CPU` : ''
  const shares = profile === null ? '' : ', profiled'
  const from = one.from === 'stage' ? '' : ', compared'
  return `${stage} ${test.toUpperCase()}${load}: ${whole(requestsPerSecond)}/s${cpu}${shares}${from}; ${one.at.slice(0, 10)}`
}

function ratioText({ stage, before, test, pipeline, rounds, rate }: StepRatio): string {
  const load = pipeline === 1 ? '' : `, pipeline ${pipeline}`
  return `${stage} over ${before}, ${test.toUpperCase()}${load}: ${figures(rate.ratio)} of its rate, ${counted(rounds, 'round')}`
}

function guessesText(guesses: readonly SavedGuess[]): string {
  const asked = stageLessons.flatMap(({ predictions }) => predictions).length
  if (guesses.length === 0) return 'none: npm start asks for them'
  return `${guesses.length} of the walkthrough's ${asked}`
}

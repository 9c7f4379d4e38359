/** How a reader's guesses came out, what that says of them, and where to go from here. */
import { paint } from '../cli/colour.ts'
import { lessons } from '../course/lessons.ts'
import {
  amount,
  asFactor,
  type Guess,
  type Outcome,
  type Prediction,
} from '../course/prediction.ts'
import { capital, counted, row, wrap } from '../report/format.ts'
import { placeOfLesson } from './lesson-run.ts'
import { verdictWords } from './predictions.ts'
import type { CourseState, SavedOutcome } from './progress-store.ts'

/** A prediction that has been compared with a run. */
export interface Judged {
  prediction: Prediction
  /** Its id. */
  lesson: string
  guess: Guess | null
  outcome: SavedOutcome
}

/** All that was judged so far, in the order of the lessons. */
export function judgedGuesses(state: CourseState): Judged[] {
  return lessons.flatMap(({ id: lesson, predictions }) =>
    predictions.flatMap((prediction) => {
      const saved = state.lessons[lesson]
      const outcome = saved?.outcomes[prediction.id]
      if (outcome === undefined) return []
      return [{ prediction, lesson, guess: saved?.guesses[prediction.id]?.guess ?? null, outcome }]
    }),
  )
}

/** The end page. */
export function summaryLines(state: CourseState, columns: number): string[] {
  const judged = judgedGuesses(state)
  const text = (words: string, indent = '') => wrap(words, indent, columns)
  const title = paint.bold('How your guesses came out')
  if (judged.length === 0) {
    return [title, '', ...text('There is none yet: they are judged by the run of each lesson.')]
  }
  return [
    title,
    ...(columns >= 80 ? ['', row(['', 'guess', 'measured', 'verdict'], WIDTHS)] : []),
    ...lessons.flatMap((lesson) => {
      const rows = judged.filter((one) => one.lesson === lesson.id)
      if (rows.length === 0) return []
      const { place, title } = placeOfLesson(lesson)
      const run = state.lessons[lesson.id]?.run
      const recorded = run?.recorded ? '  (recorded, on another machine)' : ''
      return [
        '',
        `${paint.bold(`${capital(place)}, ${title}`)}${recorded}`,
        ...tableLines(rows, columns),
      ]
    }),
    '',
    ...saysOf(state).flatMap((words) => text(words)),
    '',
    ...nextLines(columns),
  ]
}

const WIDTHS = [27, 19, 19, 15]

function tableLines(rows: readonly Judged[], columns: number): string[] {
  const cells = rows.map(({ prediction, guess, outcome }) => [
    `  ${prediction.short}`,
    guess === null ? '-' : brief(prediction, guess),
    outcome.verdict === 'unknown' ? '-' : measuredBrief(prediction, outcome.measured),
    verdictOf(guess, outcome),
  ])
  if (columns >= 80) {
    return cells.map((line) => row(line, WIDTHS))
  }
  return cells.flatMap(([what, guess, measured, verdict]) => [
    what!,
    `    guess ${guess}; measured ${measured}: ${verdict}`,
  ])
}

function verdictOf(guess: Guess | null, { verdict }: Pick<Outcome, 'verdict'>): string {
  if (guess === null) return verdictWords.skipped
  return verdict === 'unknown' ? 'CANNOT BE TOLD' : verdictWords[verdict]
}

function brief(prediction: Prediction, guess: Guess): string {
  if (prediction.kind === 'number') return amount(Number(guess))
  if (prediction.kind === 'percent') return `${amount(Number(guess))} %`
  return cut(Array.isArray(guess) ? guess.join(', ') : firstWords(String(guess)))
}

function measuredBrief({ kind }: Prediction, measured: string): string {
  if (kind === 'number') return /^-?[\d.]+/.exec(measured)?.[0] ?? cut(measured)
  if (kind === 'ranking') return cut(measured.replace(/ -?\d+ %/g, ''))
  return cut(firstWords(measured))
}

/** `reading: the system call read(2) …` is `reading` in a table. */
function firstWords(text: string): string {
  return text.split(/[:,]/)[0]!
}

const MOST = 18

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`
}

const kinds: { name: string; has: (prediction: Prediction) => boolean }[] = [
  { name: 'counts', has: (one) => one.kind === 'number' && !isTimes(one) },
  { name: 'ratios', has: (one) => isTimes(one) },
  { name: 'percentages', has: (one) => one.kind === 'percent' },
  { name: 'what takes the time', has: ({ kind }) => kind === 'choice' || kind === 'ranking' },
]

function isTimes(prediction: Prediction): boolean {
  return prediction.kind === 'number' && prediction.unit === asFactor
}

/** What the guesses say of how the reader guesses, as far as there are enough of them. */
export function saysOf(state: CourseState): string[] {
  const all = judgedGuesses(state)
  const guessed = all.filter(
    ({ guess, outcome }) => guess !== null && outcome.verdict !== 'unknown',
  )
  const count = (list: readonly Judged[], verdict: string) =>
    list.filter(({ outcome }) => outcome.verdict === verdict).length
  const skipped = all.filter(({ guess }) => guess === null).length
  const unknown = all.length - guessed.length - skipped
  const answers = Object.values(state.lessons).flatMap(({ answers }) => Object.values(answers))
  const right = answers.filter((answer) => answer.right).length
  return [
    `Of ${guessed.length === 1 ? '1 guess' : `${guessed.length} guesses`}, ${count(guessed, 'right')} correct, ${count(guessed, 'near')} close, ${count(guessed, 'off')} incorrect.` +
      (skipped === 0 ? '' : ` You skipped ${skipped}.`) +
      (unknown === 0 ? '' : ` ${unknown} cannot be measured on this machine.`),
    ...(answers.length === 0
      ? []
      : [`Of ${counted(answers.length, 'question')}, ${right} correct.`]),
    ...byKind(guessed),
    ...direction(guessed),
  ]
}

/** Fewer guesses of a kind are too few to judge it. */
const LEAST = 2

function byKind(guessed: readonly Judged[]): string[] {
  const groups = kinds
    .map(({ name, has }) => {
      const own = guessed.filter(({ prediction }) => has(prediction))
      const points = own.reduce((sum, { outcome }) => sum + worth[outcome.verdict], 0)
      return { name, count: own.length, score: points / own.length }
    })
    .filter(({ count }) => count >= LEAST)
    .sort((a, b) => b.score - a.score)
  const [best, worst] = [groups[0], groups.at(-1)]
  if (best === undefined || worst === undefined || best.score - worst.score < 0.3) return []
  const few = guessed.length < 10 ? ', as far as so few guesses show' : ''
  return [`You guessed ${best.name} best, and ${worst.name} worst${few}.`]
}

const worth: Record<Outcome['verdict'], number> = { right: 1, near: 0.5, off: 0, unknown: 0 }

function direction(guessed: readonly Judged[]): string[] {
  const missed = guessed.filter(({ outcome }) => /too (high|low)$/.test(outcome.says))
  const low = missed.filter(({ outcome }) => outcome.says.endsWith('low')).length
  const high = missed.length - low
  if (missed.length < 4 || Math.max(low, high) < 0.75 * missed.length) return []
  const way = low > high ? 'low' : 'high'
  return [
    `Of your ${missed.length} numbers that were not correct, ${Math.max(low, high)} were too ${way}.`,
  ]
}

function nextLines(columns: number): string[] {
  const commands: [command: string, what: string][] = [
    ['npm run try -- 1', 'change a stage; npm run check judges it'],
    ['npm run lie -- 1', 'recorded benchmarks: one thing is wrong in each'],
    ['npm run bench -- --target HOST:PORT', 'the same load on your own RESP server'],
    ['npm run flame -- ../my-app/server.ts --http URL', 'a flame graph of your own Node server'],
    ['npm run flame -- --pid PID', 'of one that runs already'],
    ['npm start -- orders', 'a server that is not Redis: four symptoms'],
  ]
  return [
    paint.bold('What to profile next'),
    ...commands.flatMap(([command, what]) =>
      `  ${command.padEnd(37)}${what}`.length <= columns
        ? [`  ${command.padEnd(37)}${what}`]
        : [`  ${command}`, ...wrap(what, '      ', columns)],
    ),
    ...wrap(
      'More of these: docs/flame-graphs.md. When one process is not enough: docs/beyond.md. All chapters: npm start -- --list.',
      '',
      columns,
    ),
  ]
}

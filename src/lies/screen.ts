/** What `npm run lie` prints. */
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { files } from '../report/flame-files.ts'
import { wrap } from '../report/format.ts'
import { causes } from './causes.ts'
import type { Judgement } from './judge.ts'
import type { Lie } from './lie.ts'
import { directoryOf, type Exhibit } from './recording.ts'
import { type View, views } from './views.ts'

/** The claims of all, numbered. */
export function listScreen(all: readonly { lie: Lie; exhibit: Exhibit }[]): string {
  return [
    'Six recordings, each with one thing wrong. Every figure was really taken, and',
    'what is wrong can be found in the recording itself.',
    '',
    ...all.flatMap(({ lie, exhibit }) => [...numbered(lie.number, `"${lie.claim(exhibit)}"`), '']),
    `Begin with         ${paint.bold('npm run lie -- 1')}`,
  ].join('\n')
}

/**
 * A claim with what was shown for it, and what can be asked.
 * @param wrong what was guessed wrongly so far: who has not guessed yet gets no help, since a good
 *   question is half of the answer
 */
export function lieScreen(lie: Lie, exhibit: Exhibit, wrong: readonly string[] = []): string {
  const command = `npm run lie -- ${lie.number}`
  return [
    ...numbered(lie.number, `"${lie.claim(exhibit)}"`).map((line) => paint.bold(line)),
    '',
    ...lie.shown(exhibit).map((line) => (line === '' ? '' : `   ${line}`)),
    ...pictureLines(lie, exhibit),
    ...helpLines(lie, wrong.length).map((line) => (line === '' ? '' : `   ${line}`)),
    '',
    `Ask it            ${command} --look WHAT`,
    ...views.map(({ name, asks }) => `  ${name.padEnd(16)}${paint.dim(asks)}`),
    '',
    `Say what it is    ${command} --guess WHAT`,
    ...causes.map(({ name, words }) => `  ${name.padEnd(16)}${paint.dim(words)}`),
    '',
    `Be told           ${command} --answer`,
  ].join('\n')
}

function pictureLines({ number }: Lie, { tree }: Exhibit): string[] {
  if (tree === undefined) return []
  return [
    '',
    `   Flame graph  ${paint.bold(join(directoryOf(number), files.picture))}`,
    `   as a page    npm run lie -- ${number} --page`,
  ]
}

/** After one wrong guess a question, after two the view that decides; a blank line before it. */
function helpLines({ number, question, hint }: Lie, wrong: number): string[] {
  if (wrong === 0) return []
  const lines = ['', ...wrap(question, '', 77)]
  if (wrong === 1) return lines
  const { view, look } = hint
  return [
    ...lines,
    `→ npm run lie -- ${number} --look ${view}`,
    ...wrap(`What to look for: ${look}.`, '  ', 77),
  ]
}

/** The answer of the recording to one question. */
export function lookScreen(lie: Lie, exhibit: Exhibit, view: View): string {
  return [paint.bold(`Recording ${lie.number}: ${view.asks}`), ...view.lines(exhibit)].join('\n')
}

/**
 * Whether the guess was right, and the figure that says so.
 * @param wrong how many different wrong guesses there were, this one included
 */
export function guessScreen(lie: Lie, { right, figure }: Judgement, wrong = 1): string {
  const command = `npm run lie -- ${lie.number}`
  return [
    right ? paint.green('✓ That is it.') : paint.yellow('✗ That is not it.'),
    ...wrap(figure, '  '),
    ...(right
      ? [paint.bold(`  → ${command} --answer`)]
      : helpLines(lie, wrong).map((line) => (line === '' ? '' : `  ${line}`))),
  ].join('\n')
}

/** What is wrong, how it is seen, and how it is done right. */
export function answerScreen(lie: Lie, exhibit: Exhibit): string {
  return [
    paint.bold(`Recording ${lie.number}: ${lie.cause}`),
    ...wrap(lie.answer(exhibit), '  '),
    '',
    ...wrap(lie.lesson, '  '),
    '',
    `See it         npm run lie -- ${lie.number} --look ${lie.hint.view}`,
    ...lie.right.map((command, at) => `${at === 0 ? 'Do it right' : '           '}    ${command}`),
  ].join('\n')
}

/** `1  text`, the text set in. */
function numbered(number: number, text: string): string[] {
  const label = `${number}  `
  return wrap(text, ' '.repeat(label.length)).map((line, at) =>
    at === 0 ? label + line.trimStart() : line,
  )
}

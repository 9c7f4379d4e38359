/** What `npm run lie` prints. */
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { files } from '../report/flame-files.ts'
import { wrap } from '../report/format.ts'
import type { Finding, Lie } from './pitfall.ts'
import { guesses, type RecordedPitfall } from './pitfalls.ts'
import { directoryOf, type Recording } from './recording.ts'
import { type Look, looks } from './tables.ts'

/** All claims, numbered. */
export function listScreen(all: readonly { lie: Lie; recording: Recording }[]): string {
  return [
    'Six recordings, each with one thing wrong. Every figure was really measured, and',
    'the recording itself shows what is wrong.',
    '',
    ...all.flatMap(({ lie, recording }) => [
      ...numbered(lie.number, `"${lie.claim(recording)}"`),
      '',
    ]),
    `Begin with         ${paint.bold('npm run lie -- 1')}`,
  ].join('\n')
}

/**
 * A claim with its table or picture, the looks and the possible guesses.
 * @param wrong the wrong guesses so far: help comes after the first one
 */
export function lieScreen(lie: Lie, recording: Recording, wrong: readonly string[] = []): string {
  const command = `npm run lie -- ${lie.number}`
  return [
    ...numbered(lie.number, `"${lie.claim(recording)}"`).map((line) => paint.bold(line)),
    '',
    ...lie.shown(recording).map((line) => (line === '' ? '' : `   ${line}`)),
    ...pictureLines(lie, recording),
    ...helpLines(lie, wrong.length).map((line) => (line === '' ? '' : `   ${line}`)),
    '',
    `Look into it      ${command} --look WHAT`,
    ...looks.map(({ name, asks }) => `  ${name.padEnd(16)}${paint.dim(asks)}`),
    '',
    `Guess             ${command} --guess WHAT`,
    ...guesses.map(({ name, words }) => `  ${name.padEnd(16)}${paint.dim(words)}`),
    '',
    `The answer        ${command} --answer`,
  ].join('\n')
}

function pictureLines({ number }: Lie, { tree }: Recording): string[] {
  if (tree === undefined) return []
  return [
    '',
    `   Flame graph  ${paint.bold(join(directoryOf(number), files.picture))}`,
    `   as a page    npm run lie -- ${number} --page`,
  ]
}

/** After one wrong guess a question, after two the look that decides; a blank line before it. */
function helpLines({ number, question, hint }: Lie, wrong: number): string[] {
  if (wrong === 0) return []
  const lines = ['', ...wrap(question, '', 77)]
  if (wrong === 1) return lines
  const { look, find } = hint
  return [
    ...lines,
    `→ npm run lie -- ${number} --look ${look}`,
    ...wrap(`What to look for: ${find}.`, '  ', 77),
  ]
}

/** What one look shows. */
export function lookScreen({ number }: Lie, recording: Recording, look: Look): string {
  return [paint.bold(`Recording ${number}: ${look.asks}`), ...look.lines(recording)].join('\n')
}

/**
 * Whether the guess was right, and the figure that shows it.
 * @param finding what the guessed pitfall's `examine` found
 * @param wrong the number of different wrong guesses, this one included
 */
export function guessScreen(lie: Lie, right: boolean, { figure }: Finding, wrong = 1): string {
  const command = `npm run lie -- ${lie.number}`
  return [
    right ? paint.green('✓ Correct.') : paint.yellow('✗ Incorrect.'),
    ...wrap(figure, '  '),
    ...(right
      ? [paint.bold(`  → ${command} --answer`)]
      : helpLines(lie, wrong).map((line) => (line === '' ? '' : `  ${line}`))),
  ].join('\n')
}

/** What is wrong, which figures show it, and how it is done right. */
export function answerScreen({ lie, name }: RecordedPitfall, recording: Recording): string {
  return [
    paint.bold(`Recording ${lie.number}: ${name}`),
    ...wrap(lie.answer(recording), '  '),
    '',
    ...wrap(lie.lesson, '  '),
    '',
    `See it         npm run lie -- ${lie.number} --look ${lie.hint.look}`,
    ...lie.right.map((command, at) => `${at === 0 ? 'Do it right' : '           '}    ${command}`),
  ].join('\n')
}

/** `1  text`, with the text indented. */
function numbered(number: number, text: string): string[] {
  const label = `${number}  `
  return wrap(text, ' '.repeat(label.length)).map((line, at) =>
    at === 0 ? label + line.trimStart() : line,
  )
}

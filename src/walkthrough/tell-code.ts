/** The code that matters for a lesson, with its line numbers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import { wrap } from '../report/format.ts'
import { labRoot } from '../run/server.ts'
import { findPiece, withoutComments } from '../source/pieces.ts'
import type { Step } from './steps.ts'

/** Longer pieces are cut: they are to be read in an editor. */
const MOST_LINES = 60

/** Shows the piece of source that the lesson names. */
export function tellCode({ code }: Pick<Lesson, 'code'>): Step['tell'] {
  return async ({ teller }) => {
    const text = await readFile(join(labRoot, code.file), 'utf8')
    await teller.say([
      ...codeLines(text, code),
      ...(code.note === undefined ? [] : ['', ...wrap(code.note, '', teller.columns)]),
    ])
  }
}

/**
 * A piece of source as lines: its place, then each with its number. Its comments are left out: they
 * say what the code costs, and that is what the reader is about to guess.
 * @throws Error where the file has no such piece
 */
export function codeLines(text: string, { file, region, parts }: Lesson['code']): string[] {
  const whole = findPiece(text, file, region)
  const pieces = parts?.map((name) => findPiece(text, file, `${region}.${name}`)) ?? [whole]
  const lines = pieces.flatMap((piece, at) => {
    const own = withoutComments(text, piece).map(({ line, code }) => ({
      number: String(line),
      code,
    }))
    return at === 0 ? own : [{ number: '', code: `${indentOf(own[0]!.code)}…` }, ...own]
  })
  const indent = Math.min(...lines.map(({ code }) => indentOf(code).length))
  const shown = lines.slice(0, lines.length > MOST_LINES ? MOST_LINES - 4 : lines.length)
  const width = String(whole.end).length
  const left = lines.length - shown.length
  return [
    `${paint.bold(`${file}:${whole.line}`)}  ${parts === undefined ? '' : 'in parts, '}without its comments`,
    ...shown.map(({ number, code }) => `${number.padStart(width)}  ${code.slice(indent)}`),
    ...(left === 0 ? [] : [`… ${left} more lines; see ${file}:${lines[shown.length]!.number}`]),
  ]
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)![0]
}

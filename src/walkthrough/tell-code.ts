/** The code that matters for a lesson, with its line numbers. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lesson.ts'
import { findRegion } from '../report/regions.ts'
import { labRoot } from '../run/server.ts'
import type { Step } from './steps.ts'

/** Longer pieces are cut: they are to be read in an editor. */
const MOST_LINES = 60

/** Shows the piece of source that the lesson names. */
export function tellCode({ code }: Pick<Lesson, 'code'>): Step['tell'] {
  return async ({ teller }) => {
    await teller.say(codeLines(await readFile(join(labRoot, code.file), 'utf8'), code))
  }
}

/**
 * A piece of source as lines: its place, then each with its number. Comments are paler, which means
 * nothing; a screen that knows no colours loses nothing.
 * @throws Error where the file has no such piece
 */
export function codeLines(text: string, { file, region }: Lesson['code']): string[] {
  const { commentLine, whole, end } = findRegion(text, file, region)
  const lines = whole.split('\n')
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)))
  const shown = lines.slice(0, lines.length > MOST_LINES ? MOST_LINES - 4 : lines.length)
  const width = String(end).length
  const left = lines.length - shown.length
  return [
    paint.bold(`${file}:${commentLine}`),
    ...shown.map((line, at) => {
      const code = line.slice(indent)
      const isComment = /^\s*(\/\/|\/?\*)/.test(code)
      const numbered = `${String(commentLine + at).padStart(width)}  ${isComment ? paint.dim(code) : code}`
      return numbered.trimEnd()
    }),
    ...(left === 0 ? [] : [`… ${left} more lines; see ${file}:${commentLine + shown.length}`]),
  ]
}

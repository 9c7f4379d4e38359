/** The difference of two stages as text; the lesson of the lab. */
import { paint } from '../cli/colour.ts'
import { widest } from '../cli/wrap.ts'
import type { DiffWords } from '../course/chapters.ts'
import { toText } from '../course/markdown.ts'
import { isCopy } from '../run/server.ts'
import {
  type FileDifference,
  hasSwitches,
  hunkHead,
  stageDifference,
} from '../source/difference.ts'
import type { Stage } from '../stages.ts'
import { wrap } from './format.ts'

/** Coloured for a terminal; files that do not differ are named in one line. */
export function stageDiff(from: Stage, to: Stage, words?: DiffWords): string {
  const files = stageDifference(from, to)
  const same = files.filter(({ hunks }) => hunks.length === 0).map(({ name }) => name)
  const notes = [
    same.length === 0 ? '' : paint.dim(`unchanged: ${same.join(', ')}`),
    files.some(hasSwitches)
      ? paint.dim(`left out: the switches of npm run compare -- --ablate ${to.id}`)
      : '',
    words === undefined ? '' : `Chapter: ${paint.bold(words.chapter)}`,
  ]
  return [
    `${paint.bold(`${from.id} → ${to.id}`)}  ${to.title}`,
    ...wrap(`${to.id}: ${to.change}`, '').map((line) => paint.dim(line)),
    ...files
      .filter(({ hunks }) => hunks.length > 0)
      .flatMap((file) => ['', ...fileLines(file, from, to, words)]),
    '',
    ...notes.filter((note) => note !== ''),
  ]
    .filter((line, at, all) => line !== '' || all[at - 1] !== '')
    .join('\n')
    .trimEnd()
}

/**
 * One file of a difference as lines, coloured: its name, then each hunk, with the words on it.
 */
export function fileLines(
  file: FileDifference,
  from: Stage,
  to: Stage,
  words: DiffWords | undefined,
): string[] {
  const counts = `${paint.green(`+${file.added}`)} ${paint.red(`-${file.removed}`)}`
  const only = { both: '', earlier: `  gone in ${to.id}`, later: `  new in ${to.id}` }[file.in]
  return [
    `${paint.bold(`${placeOf(from, to)}/${file.name}`)}  ${counts}${only}`,
    ...file.hunks.flatMap((hunk) => [
      paint.cyan(hunkHead(hunk)),
      ...hunk.lines.map(colourLine),
      ...wordLines(words?.onHunk(file.name, hunk.number)),
    ]),
    ...wordLines(words?.onFile(file.name)),
  ]
}

/** Both directories in one; a reader's copy is called by its own. */
function placeOf(from: Stage, to: Stage): string {
  if (isCopy(from.id) || isCopy(to.id)) return `{${from.id} → ${to.id}}`
  return `stages/{${from.id} → ${to.id}}`
}

/** The bar in front distinguishes the words from the lines of the difference, also without colour. */
const BAR = '  | '

function wordLines(markdown = ''): string[] {
  if (markdown === '') return []
  const lines = toText(markdown, widest - BAR.length)
  return ['', ...lines.map((line) => `${paint.dim(BAR)}${line}`.trimEnd()), '']
}

/** A line of a difference, in the colour of its sign. */
export function colourLine(line: string): string {
  if (line.startsWith('+')) return paint.green(line)
  if (line.startsWith('-')) return paint.red(line)
  return line
}

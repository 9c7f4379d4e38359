/** Blocks of source: `code: FILE NAME`, and `diff: stageN stageM FILE HUNK`. */
import { type FileDifference, type Hunk, hunkHead } from '../source/difference.ts'
import { findPiece } from '../source/pieces.ts'
import { withoutSwitches } from '../source/switches.ts'
import { fenced, linkFrom } from './markdown.ts'
import { type Filler, stageOf } from './material.ts'

/** Lines of a file that is shown whole without naming a piece of it, at most. */
const WHOLE_FILE = 40

/** A piece of source with its comment, below a line with its place. */
export const code: Filler = async (words, page, material) => {
  const [file, name] = words
  if (file === undefined || words.length > 2) {
    throw new Error('a file and a name are wanted: code: stages/stage1/reader.ts Reader.readByte')
  }
  const text = await material.source(file)
  if (name === undefined) {
    const lines = text.trimEnd().split('\n')
    if (lines.length > WHOLE_FILE) {
      throw new Error(`${file} has ${lines.length} lines: name the piece of it that is meant`)
    }
    return [`[${file}](${linkFrom(page, file)})`, '', ...fenced('ts', lines)].join('\n')
  }
  const shown = withoutSwitches(text)
  const region = findPiece(shown.lines.join('\n'), file, name)
  const line = shown.numbers[region.line - 1]!
  const link = `[${file}:${line}](${linkFrom(page, file)}#L${line})`
  return [link, '', ...fenced('ts', setOut(region.whole.split('\n')))].join('\n')
}

/** Takes off what all lines are set in by. */
function setOut(lines: readonly string[]): string[] {
  const depths = lines.filter((line) => line !== '').map((line) => line.search(/\S/))
  const depth = Math.min(...depths)
  return lines.map((line) => line.slice(depth))
}

/** A hunk of the difference of a file between two stages, or all of them. */
export const diff: Filler = async (words, page, material) => {
  const [from, to, name, which] = words
  if (words.length !== 4 || which === undefined) {
    throw new Error('two stages, a file and a hunk are wanted: diff: stage1 stage2 reader.ts 2')
  }
  const [before, after] = [stageOf(from), stageOf(to)]
  const files = material.difference(before, after)
  const file = files.find((one) => one.name === name)
  if (file === undefined) throw new Error(`there is no ${name}; ${changedFiles(files)}`)
  const place = file.in === 'earlier' ? before : after
  if (file.in === 'later') {
    throw new Error(`${name} is new in ${after.id}: show it with code: stages/${after.id}/${name}`)
  }
  const hunks = chosen(file, which, files)
  const path = `stages/${place.id}/${name}`
  const line = which === 'all' ? '' : `#L${hunks[0]!.after}`
  return [
    `\`${before.id}\` → \`${after.id}\`: [${name}](${linkFrom(page, path)}${line})`,
    '',
    ...fenced(
      'diff',
      hunks.flatMap((hunk) => [hunkHead(hunk), ...hunk.lines]),
    ),
  ].join('\n')
}

function chosen({ name, hunks }: FileDifference, which: string, files: FileDifference[]): Hunk[] {
  if (hunks.length === 0) throw new Error(`${name} is the same in both; ${changedFiles(files)}`)
  if (which === 'all') return hunks
  const hunk = hunks.find(({ number }) => String(number) === which)
  if (hunk !== undefined) return [hunk]
  const last = hunks.length
  const known = last === 1 ? 'has one hunk, 1' : `has the hunks 1 to ${last}`
  throw new Error(`${name} ${known}, no '${which}'; all of them is 'all'`)
}

function changedFiles(files: readonly FileDifference[]): string {
  const names = files.filter(({ hunks }) => hunks.length > 0).map(({ name }) => name)
  return `what differs is ${names.join(', ')}`
}

/**
 * The difference of two stages in hunks with numbers. `npm run diff` and the chapters both take
 * them from here, so that they can be read beside each other.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import { directoryOf } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import type { Piece } from './pieces.ts'
import { sourceNames } from './sources.ts'

/** Lines around a change that are shown with it. */
const CONTEXT = 2

export interface Hunk {
  /** From 1, within its file. */
  number: number
  /** How many the file has. */
  of: number
  /** First line of it in the earlier and in the later stage, from 1. */
  before: number
  after: number
  /** Each with its sign in front: `+`, `-` or a space. */
  lines: string[]
}

export interface FileDifference {
  /** Within the directory of a stage: `reader.ts`. */
  name: string
  /** In which of the two stages it is. */
  in: 'both' | 'earlier' | 'later'
  added: number
  removed: number
  /** None if it is the same in both. */
  hunks: Hunk[]
}

/** A hunk by its place. */
export interface HunkRef {
  /** Ids of the stages. */
  from: string
  to: string
  file: string
  /** From 1, as `npm run diff` counts them. */
  number: number
}

export function isSameHunk(one: HunkRef, other: HunkRef): boolean {
  return (
    one.from === other.from &&
    one.to === other.to &&
    one.file === other.file &&
    one.number === other.number
  )
}

/** All files of two stages, by name, as they are now. */
export function stageDifference(from: Pick<Stage, 'id'>, to: Pick<Stage, 'id'>): FileDifference[] {
  const [before, after] = [sources(from), sources(to)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.map((name) => fileDifference(name, before.get(name), after.get(name)))
}

const compared = new Map<string, FileDifference>()

/** Compared once for each pair of texts; a patch of two stages takes some milliseconds. */
function fileDifference(
  name: string,
  before: string | undefined,
  after: string | undefined,
): FileDifference {
  const texts = JSON.stringify([name, before ?? null, after ?? null])
  const found = compared.get(texts) ?? compareTexts(name, before, after)
  compared.set(texts, found)
  return found
}

function compareTexts(
  name: string,
  before: string | undefined,
  after: string | undefined,
): FileDifference {
  const { hunks } = structuredPatch(name, name, before ?? '', after ?? '', undefined, undefined, {
    context: CONTEXT,
  })
  const signed = (sign: string) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length
  return {
    name,
    in: before === undefined ? 'later' : after === undefined ? 'earlier' : 'both',
    added: signed('+'),
    removed: signed('-'),
    hunks: hunks.map(({ oldStart, newStart, lines }, at) => ({
      number: at + 1,
      of: hunks.length,
      before: oldStart,
      after: newStart,
      lines,
    })),
  }
}

/** The line above a hunk: `@@ hunk 2 of 3, line 35 → 36 @@`. */
export function hunkHead({ number, of, before, after }: Hunk): string {
  return `@@ hunk ${number} of ${of}, line ${before} → ${after} @@`
}

function sources(stage: Pick<Stage, 'id'>): Map<string, string> {
  const directory = directoryOf(stage.id)
  const names = sourceNames(directory)
  return new Map(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

/**
 * The lines of a hunk that are within a function in either stage; none if it changes none of them.
 * @param old the function in the earlier stage, `now` in the later one
 */
export function hunkOn(hunk: Hunk, old: readonly Piece[], now: readonly Piece[]): string[] {
  const within = (list: readonly Piece[], line: number) =>
    list.some((one) => one.line <= line && line <= one.end)
  let [left, right] = [hunk.before, hunk.after]
  const kept: string[] = []
  for (const line of hunk.lines) {
    const inOld = !line.startsWith('+') && within(old, left)
    const inNow = !line.startsWith('-') && within(now, right)
    if (inOld || inNow) kept.push(line)
    if (!line.startsWith('+')) left++
    if (!line.startsWith('-')) right++
  }
  return kept.some((line) => !line.startsWith(' ')) ? kept : []
}

/** A file's difference as `diff -u` writes it; '' if there is none. */
export function unified(file: FileDifference, from: string, to: string): string {
  if (file.hunks.length === 0) return ''
  const name = (stage: string, without: FileDifference['in']) =>
    file.in === without ? '/dev/null' : `stages/${stage}/${file.name}`
  const lines = [`--- ${name(from, 'later')}`, `+++ ${name(to, 'earlier')}`]
  for (const { before, after, lines: hunk } of file.hunks) {
    const range = (start: number, other: string) => {
      const count = hunk.filter((line) => !line.startsWith(other) && !line.startsWith('\\')).length
      // A side without a line is said to be after the line before.
      return `${count === 0 ? start - 1 : start},${count}`
    }
    lines.push(`@@ -${range(before, '+')} +${range(after, '-')} @@`, ...hunk)
  }
  return `${lines.join('\n')}\n`
}

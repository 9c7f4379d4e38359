/**
 * The difference of two stages in hunks with numbers. `npm run diff` and the chapters both take
 * them from here, so that they can be read beside each other.
 */
import { structuredPatch } from 'diff'
import { isCopy } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import type { Piece } from './pieces.ts'
import { functionsIn, sourceFiles } from './sources.ts'
import { withoutSwitches } from './switches.ts'

/** Lines around a change that are shown with it. */
const CONTEXT = 2
/** A longer hunk is cut into several, between two functions if that is possible. */
export const LONGEST_HUNK = 40

export interface Hunk {
  /** From 1, within its file. */
  number: number
  /** How many the file has. */
  of: number
  /** First line of it in the earlier and in the later stage, from 1. */
  before: number
  after: number
  /** The functions that it changes, or the class if it changes none of them. */
  names: string[]
  /** Each with its sign in front: `+`, `-` or a space. */
  lines: string[]
  /** For each line, where it is in the two files; a line of one of them has the next line of the other. */
  places: { before: number; after: number }[]
}

export interface FileDifference {
  /** Within the directory of a stage: `reader.ts`. */
  name: string
  /** In which of the two stages it is. */
  in: 'both' | 'earlier' | 'later'
  /** The two texts as they are compared; null if the stage has no such file. */
  before: string | null
  after: string | null
  /** For each line of the two texts its number in the file, from 1. */
  numbers: { before: number[]; after: number[] }
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

/** All files of two stages, by name, as they are now, without the switches of `--ablate`. */
export function stageDifference(from: Pick<Stage, 'id'>, to: Pick<Stage, 'id'>): FileDifference[] {
  return filesDifference(sourceFiles(from.id), sourceFiles(to.id), fileDifference)
}

/** The same of files that are given, by name. */
export function filesDifference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  compare = compareTexts,
): FileDifference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.map((name) => compare(name, before.get(name), after.get(name)))
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
  const [old, now] = [withoutSwitches(before ?? ''), withoutSwitches(after ?? '')]
  const [oldText, nowText] = [old.lines.join('\n'), now.lines.join('\n')]
  const { hunks } = structuredPatch(name, name, oldText, nowText, undefined, undefined, {
    context: CONTEXT,
  })
  const signed = (sign: string) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length
  const pieces = hunks.flatMap(({ oldStart, newStart, lines }) =>
    cut(placed(lines, oldStart, newStart)),
  )
  const functions = { before: functionsIn(oldText, name), after: functionsIn(nowText, name) }
  return {
    name,
    in: before === undefined ? 'later' : after === undefined ? 'earlier' : 'both',
    before: before === undefined ? null : oldText,
    after: after === undefined ? null : nowText,
    numbers: { before: old.numbers, after: now.numbers },
    added: signed('+'),
    removed: signed('-'),
    hunks: pieces.map((lines, at) => ({
      number: at + 1,
      of: pieces.length,
      before: old.numbers[lines[0]!.before - 1] ?? 1,
      after: now.numbers[lines[0]!.after - 1] ?? 1,
      names: namesIn(lines, functions),
      lines: lines.map(({ text }) => text),
      places: lines.map(({ before, after }) => ({ before, after })),
    })),
  }
}

/** What the changed lines are in, in either text; the class only if there is nothing within it. */
function namesIn(
  lines: readonly PlacedLine[],
  functions: Record<'before' | 'after', readonly Piece[]>,
): string[] {
  const found = lines.flatMap(({ text, before, after }) => {
    if (text.startsWith(' ')) return []
    const [list, line] = text.startsWith('+')
      ? [functions.after, after]
      : [functions.before, before]
    return list.findLast((one) => one.line <= line && line <= one.end) ?? []
  })
  const within = found.filter(({ inside }) => inside !== undefined)
  return [...new Set((within.length > 0 ? within : found).map(({ name }) => name))]
}

/** A line of a difference with its sign, and the numbers that it or the next one has in the two texts. */
interface PlacedLine {
  text: string
  before: number
  after: number
}

function placed(lines: readonly string[], before: number, after: number): PlacedLine[] {
  let [left, right] = [before, after]
  return lines.map((text) => {
    const line = { text, before: left, after: right }
    if (!text.startsWith('+')) left++
    if (!text.startsWith('-')) right++
    return line
  })
}

/** What it costs to cut before a line: little after a blank one, much between what belongs together. */
function costOfCut(lines: readonly PlacedLine[], at: number): number {
  const [last, next] = [lines[at - 1]!.text, lines[at]!.text]
  if (last === ' ') return 0
  if (last.length === 1) return next.startsWith(last) ? 20 : 100
  // Within a function, at least before a loop.
  return /^. {4}(?:for|while) /.test(next) ? 500 : 1000
}

/** Cuts a long hunk into as few parts as possible, of about the same length. */
function cut(lines: PlacedLine[]): PlacedLine[][] {
  if (lines.length <= LONGEST_HUNK) return [lines]
  // For each place the cheapest way to cut what is before it.
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }]
  for (let to = 1; to <= lines.length; to++) {
    let found = { cost: Number.POSITIVE_INFINITY, from: to }
    for (let from = Math.max(0, to - LONGEST_HUNK); from < to; from++) {
      if (lines.slice(from, to).every(({ text }) => text.startsWith(' '))) continue
      const cutting = from === 0 ? 0 : costOfCut(lines, from)
      const cost = best[from]!.cost + cutting + 30 + (to - from) ** 2 / 100
      if (cost < found.cost) found = { cost, from }
    }
    best.push(found)
  }
  const parts: PlacedLine[][] = []
  for (let to = lines.length; to > 0; to = best[to]!.from) {
    parts.unshift(lines.slice(best[to]!.from, to))
  }
  return parts
}

/** Whether lines of it are left out of what is compared. */
export function hasSwitches({ numbers }: FileDifference): boolean {
  return [numbers.before, numbers.after].some((list) => (list.at(-1) ?? 0) > list.length)
}

/** The line above a hunk: `@@ hunk 2 of 3, line 35 → 36: parseBulk @@`. */
export function hunkHead({ number, of, before, after, names }: Hunk): string {
  const about = names.length === 0 ? '' : `: ${names.slice(0, NAMES).join(', ')}`
  const more = names.length > NAMES ? ', …' : ''
  return `@@ hunk ${number} of ${of}, line ${before} → ${after}${about}${more} @@`
}

/** Names in the line above a hunk. */
const NAMES = 3

/**
 * The lines of a hunk that are within a function in either stage; none if it changes none of them.
 * @param old the function in the earlier stage, `now` in the later one
 */
export function hunkOn(
  { numbers }: Pick<FileDifference, 'numbers'>,
  hunk: Hunk,
  old: readonly Piece[],
  now: readonly Piece[],
): string[] {
  const within = (list: readonly Piece[], line: number | undefined) =>
    line !== undefined && list.some((one) => one.line <= line && line <= one.end)
  const kept = hunk.lines.filter((line, at) => {
    const { before, after } = hunk.places[at]!
    const inOld = !line.startsWith('+') && within(old, numbers.before[before - 1])
    return inOld || (!line.startsWith('-') && within(now, numbers.after[after - 1]))
  })
  return kept.some((line) => !line.startsWith(' ')) ? kept : []
}

/** A file's difference as `diff -u` writes it of the texts that are compared; '' if there is none. */
export function unified(file: FileDifference, from: string, to: string): string {
  if (file.hunks.length === 0) return ''
  const name = (stage: string, without: FileDifference['in']) =>
    file.in === without ? '/dev/null' : `${isCopy(stage) ? '' : 'stages/'}${stage}/${file.name}`
  const lines = [`--- ${name(from, 'later')}`, `+++ ${name(to, 'earlier')}`]
  for (const { places, lines: hunk } of file.hunks) {
    const range = (start: number, other: string) => {
      const count = hunk.filter((line) => !line.startsWith(other) && !line.startsWith('\\')).length
      // A side without a line is said to be after the line before.
      return `${count === 0 ? start - 1 : start},${count}`
    }
    const { before, after } = places[0]!
    lines.push(`@@ -${range(before, '+')} +${range(after, '-')} @@`, ...hunk)
  }
  return `${lines.join('\n')}\n`
}

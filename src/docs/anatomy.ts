/** Whether the chapter of a stage has all its parts, and speaks of every change. */

import type { Problem } from '../course/blocks.ts'
import { type ChapterPiece, chapterPieces } from '../course/chapters.ts'
import { type FileDifference, type Hunk, LONGEST_HUNK } from '../source/difference.ts'
import { type Stage, stages } from '../stages.ts'

const difference = 'Read the diff'
/** The first stage changes nothing: its chapter shows what there is. */
const source = 'Read the code'

/** The headings of a chapter, in their order. */
export function headingsOf(stage: Stage): string[] {
  return [
    'What you will see',
    'Predict',
    'Run',
    'Look',
    stage === stages[0] ? source : difference,
    'What the article said',
    'What it cost',
    'Check yourself',
    'Try it yourself',
  ]
}

/** The blocks that a chapter must have, each with its section, if it must be in one. */
const wanted: readonly { kind: string; words?: string; section?: string }[] = [
  { kind: 'predict', section: 'Predict' },
  { kind: 'output', words: 'stage' },
  { kind: 'flamegraph' },
  { kind: 'chart' },
  { kind: 'figures' },
  { kind: 'questions', section: 'Check yourself' },
  { kind: 'task', section: 'Try it yourself' },
]

/** What is asked of a file that differs. */
export interface ChangedFile extends Pick<FileDifference, 'name' | 'in'> {
  hunks: readonly Pick<Hunk, 'number' | 'of' | 'after'>[]
}

/** @param files what differs from the stage before; none for the first stage */
export function anatomyProblems(
  text: string,
  file: string,
  stage: Stage,
  files: readonly ChangedFile[],
): Problem[] {
  const pieces = chapterPieces(text, file)
  const problem = (line: number, what: string): Problem => ({ file, line, text: what })
  return [
    ...headingProblems(text, stage).map(({ line, what }) => problem(line, what)),
    ...blockProblems(pieces, stage).map((what) => problem(1, what)),
    ...changeProblems(pieces, stage, files).map((what) => problem(1, what)),
    ...longBlocks(pieces).map(({ block, line, filled }) =>
      problem(
        line,
        `${block!.kind}: ${block!.words.join(' ')} has ${sourceLines(filled)} lines, and at most ${LONGEST_HUNK} are shown at once`,
      ),
    ),
    ...silentBlocks(pieces).map(({ block, line }) =>
      problem(line, `no paragraph follows ${block!.kind}: ${block!.words.join(' ')}`),
    ),
  ]
}

function headingProblems(text: string, stage: Stage): { line: number; what: string }[] {
  const lines = text.split('\n')
  const found = lines.flatMap((line, at) =>
    /^## /.test(line) ? [{ at, text: line.slice(3).trim() }] : [],
  )
  const names = headingsOf(stage)
  const missing = names.filter((name) => !found.some(({ text }) => text === name))
  const problems = missing.map((name) => ({ line: 1, what: `the heading '## ${name}' is missing` }))
  const order = found.filter(({ text }) => names.includes(text))
  for (const [at, { at: line, text }] of order.entries()) {
    const before = order[at - 1]
    if (before === undefined || names.indexOf(before.text) < names.indexOf(text)) continue
    problems.push({ line: line + 1, what: `'## ${text}' comes before '## ${before.text}', once` })
  }
  return problems
}

function blockProblems(pieces: readonly ChapterPiece[], stage: Stage): string[] {
  return wanted.flatMap(({ kind, words, section }) => {
    const whole = [...(words === undefined ? [] : [words]), stage.id].join(' ')
    const there = pieces.some(
      (piece) =>
        piece.block?.kind === kind &&
        piece.block.words.join(' ') === whole &&
        (section === undefined || piece.section === section),
    )
    if (there) return []
    const where = section === undefined ? 'the chapter' : `'## ${section}'`
    return [`${where} has no block <!-- ${kind}: ${whole} -->`]
  })
}

/** Every hunk is shown, and something of every file that is new. */
function changeProblems(
  pieces: readonly ChapterPiece[],
  stage: Stage,
  files: readonly ChangedFile[],
): string[] {
  const before = stages.find(({ number }) => number === stage.number - 1)?.id
  const shown = new Set(
    pieces.flatMap(({ block }) => (block?.kind === 'diff' ? [block.words.join(' ')] : [])),
  )
  const sources = pieces.flatMap(({ block }) => (block?.kind === 'code' ? [block.words[0]] : []))
  return files.flatMap(({ name, in: where, hunks }) => {
    if (where === 'later') {
      const path = `stages/${stage.id}/${name}`
      return sources.includes(path)
        ? []
        : [`nothing of ${path}, which is new, is shown: code: ${path} NAME`]
    }
    const hunk = (which: string) => `${before} ${stage.id} ${name} ${which}`
    if (shown.has(hunk('all'))) return []
    return hunks
      .filter(({ number }) => !shown.has(hunk(String(number))))
      .map(({ number, of, after }) => {
        const place = `hunk ${number} of ${of} of ${name}, line ${after}`
        return `${place}, is not shown: diff: ${hunk(String(number))}`
      })
  })
}

/** Differences that are too long to be read in one go; a function must be shown whole. */
function longBlocks(pieces: readonly ChapterPiece[]): ChapterPiece[] {
  return pieces.filter(
    ({ block, filled }) => block?.kind === 'diff' && sourceLines(filled) > LONGEST_HUNK,
  )
}

/** Lines of source that a block shows: without its fence, its place and the heads of hunks. */
function sourceLines(filled: string): number {
  const lines = filled.split('\n')
  const fence = lines.findIndex((line) => line.startsWith('```'))
  const inside = lines.slice(fence + 1, lines.lastIndexOf('```'))
  return inside.filter((line) => !line.startsWith('@@ hunk ')).length
}

/** Source and differences without a word on them. */
function silentBlocks(pieces: readonly ChapterPiece[]): ChapterPiece[] {
  return pieces.filter(
    ({ section, block, words }) =>
      [difference, source].includes(section) &&
      (block?.kind === 'diff' || block?.kind === 'code') &&
      words.trim() === '',
  )
}

/** What a frame of a flame graph is, and the sources of the stages, for the page. */
import { type Asked, explainFrame, stageIn } from '../course/explain.ts'
import type { Lesson } from '../course/lessons.ts'
import { findPiece, type Piece, withoutComments } from '../source/pieces.ts'
import { readSources } from '../source/sources.ts'
import type { Explanation, SourceData, SourcePiece } from './api/index.ts'
import { notFound } from './web-error.ts'

export function explanationData(asked: Asked): Explanation {
  const { functions, means, where, role, roleMeans, changes, mentions } = explainFrame(asked)
  return {
    means: means ?? null,
    where: where ?? null,
    role: role ?? null,
    roleMeans: roleMeans ?? null,
    sources: functions.map(sourcePiece),
    hunks: changes.map(({ from, to, file, hunk }) => ({ from, to, file, number: hunk.number })),
    paragraphs: mentions.map(({ chapter, piece }) => ({
      chapter: chapter.name,
      piece: piece.id,
      section: piece.section,
    })),
  }
}

/** The code that a lesson is about. @throws Error if its file has no such piece */
export function lessonCode({ file, region }: Lesson['code']): SourcePiece {
  return sourcePiece(findPiece(readSources().files.get(file)!, file, region))
}

function sourcePiece(piece: Piece): SourcePiece {
  const { name, file, line, end, text } = piece
  const whole = readSources().files.get(file)!
  const codeLines = withoutComments(whole, piece).map(({ line }) => line)
  return { name, file, stage: stageIn(file), line, end, text, codeLines }
}

/** A file of the stages, or of what they share. @throws WebError, 404, for any other */
export function sourceData(file: string): SourceData {
  const text = readSources().files.get(file)
  if (text === undefined) throw notFound(`there is no file '${file}' in the stages`)
  return { file, text }
}

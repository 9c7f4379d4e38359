/** The difference of two stages for a diff view, in the hunks that `npm run diff` and the chapters number. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Chapter, readPieces } from '../course/chapters.ts'
import { labRoot } from '../run/server.ts'
import {
  type FileDifference,
  type HunkRef,
  hunkHead,
  isSameHunk,
  stageDifference,
  unified,
} from '../source/difference.ts'
import type { DiffData, DiffFile, PieceRef } from './api-types.ts'
import { chapterOf } from './chapters.ts'
import { stageOf } from './stage-data.ts'

export function diffData(fromId: string, toId: string): DiffData {
  const [from, to] = [stageOf(fromId), stageOf(toId)]
  const chapter = chapterOf(to.id)
  const files = stageDifference(from, to)
  return {
    from: from.id,
    to: to.id,
    files: files.map((file) => diffFile(file, from.id, to.id, chapter)),
  }
}

function diffFile(
  file: FileDifference,
  from: string,
  to: string,
  chapter: Chapter | undefined,
): DiffFile {
  const text = (stage: string) => readFileSync(join(labRoot, 'stages', stage, file.name), 'utf8')
  return {
    name: file.name,
    in: file.in,
    added: file.added,
    removed: file.removed,
    hunks: file.hunks.map((hunk) => {
      const { number, before, after, lines } = hunk
      const pieces = piecesOn({ from, to, file: file.name, number }, file, chapter)
      return { number, before, after, head: hunkHead(hunk), lines, pieces }
    }),
    unified: unified(file, from, to),
    before: file.in === 'later' ? null : text(from),
    after: file.in === 'earlier' ? null : text(to),
  }
}

/** The pieces of a chapter that speak of a hunk; of a new file, those that show a piece of it. */
function piecesOn(hunk: HunkRef, file: FileDifference, chapter: Chapter | undefined): PieceRef[] {
  if (chapter === undefined) return []
  const path = `stages/${hunk.to}/${hunk.file}`
  return readPieces(chapter)
    .filter(
      ({ hunks, regions }) =>
        hunks.some((one) => isSameHunk(one, hunk)) ||
        (file.in === 'later' && regions.some((region) => region.file === path)),
    )
    .map(({ id, section }) => ({ chapter: chapter.name, piece: id, section }))
}

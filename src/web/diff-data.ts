/** The difference of two stages for a diff view, in the hunks that `npm run diff` and the chapters number. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileDifference, hunkHead } from '../report/hunks.ts'
import { labRoot } from '../run/server.ts'
import { chapterCards, differenceOf, readChapter } from './chapters.ts'
import { stageOf } from './stage-data.ts'
import type { ChapterData, DiffData, DiffFile, PieceRef } from './wire.ts'

export async function diffData(fromId: string, toId: string): Promise<DiffData> {
  const [from, to] = [stageOf(fromId).id, stageOf(toId).id]
  const chapter = await chapterOf(to)
  const files = await differenceOf(from, to)
  const shown = files.map((file) => diffFile(file, from, to, chapter))
  return { from, to, files: await Promise.all(shown) }
}

/** The chapter of a stage; undefined where it is not written. */
export async function chapterOf(stageId: string): Promise<ChapterData | undefined> {
  const card = (await chapterCards()).find(({ stage }) => stage === stageId)
  return card === undefined ? undefined : await readChapter(card.name)
}

async function diffFile(
  file: FileDifference,
  from: string,
  to: string,
  chapter: ChapterData | undefined,
): Promise<DiffFile> {
  const text = (stage: string) => readFile(join(labRoot, 'stages', stage, file.name), 'utf8')
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
    before: file.in === 'later' ? null : await text(from),
    after: file.in === 'earlier' ? null : await text(to),
  }
}

/** What of a chapter speaks of a hunk; of a file that is new, what shows a piece of it. */
function piecesOn(
  hunk: { from: string; to: string; file: string; number: number },
  file: FileDifference,
  chapter: ChapterData | undefined,
): PieceRef[] {
  if (chapter === undefined) return []
  const path = `stages/${hunk.to}/${hunk.file}`
  return chapter.pieces
    .filter(
      ({ hunks, regions }) =>
        hunks.some(
          (one) =>
            one.from === hunk.from &&
            one.to === hunk.to &&
            one.file === hunk.file &&
            one.number === hunk.number,
        ) ||
        (file.in === 'later' && regions.some((region) => region.file === path)),
    )
    .map(({ id, section }) => ({ chapter: chapter.name, piece: id, section }))
}

/** As `diff -u` writes it. */
export function unified(file: FileDifference, from: string, to: string): string {
  if (file.hunks.length === 0) return ''
  const name = (stage: string, without: FileDifference['in']) =>
    file.in === without ? '/dev/null' : `stages/${stage}/${file.name}`
  const lines = [`--- ${name(from, 'later')}`, `+++ ${name(to, 'earlier')}`]
  for (const { before, after, lines: hunk } of file.hunks) {
    const range = (start: number, other: string) => {
      const count = hunk.filter((line) => !line.startsWith(other) && !line.startsWith('\\')).length
      // A side without a line is said to be behind the line before.
      return `${count === 0 ? start - 1 : start},${count}`
    }
    lines.push(`@@ -${range(before, '+')} +${range(after, '-')} @@`, ...hunk)
  }
  return `${lines.join('\n')}\n`
}

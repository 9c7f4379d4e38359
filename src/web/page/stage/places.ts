/** What a chapter and a diff say of each other: which paragraph speaks of which hunk. */
import type { ChapterPiece, DiffData, DiffFile } from '../../api-types.ts'

/** `reader.ts:2`: a hunk in an address. */
export function hunkName(file: string, number: number): string {
  return `${file}:${number}`
}

/** What a hunk is called in the page, as an id. */
export function hunkId(name: string): string {
  return `hunk-${name}`
}

/** Hunks that a piece of the chapter speaks of, by their names, in the order of the diff. */
export function hunksOfPiece(diff: DiffData, piece: ChapterPiece, chapter: string): string[] {
  return diff.files.flatMap(({ name, hunks }) =>
    hunks
      .filter(({ pieces }) =>
        pieces.some((ref) => ref.chapter === chapter && ref.piece === piece.id),
      )
      .map(({ number }) => hunkName(name, number)),
  )
}

/** Pieces that speak of a hunk, by their ids. */
export function piecesOfHunk(diff: DiffData, name: string): string[] {
  for (const file of diff.files) {
    const found = file.hunks.find(({ number }) => hunkName(file.name, number) === name)
    if (found !== undefined) return found.pieces.map(({ piece }) => piece)
  }
  return []
}

/** `reader.ts, hunk 2`; of a file that is new, its name alone. */
export function hunkText(diff: DiffData, name: string): string {
  const [file = '', number] = name.split(':')
  const found = diff.files.find((one) => one.name === file)
  return found?.hunks.length === 1 ? file : `${file}, hunk ${number}`
}

/** Whether a file of the difference has anything to show. */
export function isChanged({ hunks }: DiffFile): boolean {
  return hunks.length > 0
}

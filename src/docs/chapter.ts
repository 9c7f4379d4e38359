/**
 * A chapter in pieces: what stands under which heading, each block with the paragraphs that speak of
 * it. `npm run diff` prints them beside the hunks; a page can link a hunk and its words.
 */
import { type Block, fenceAfter, parsePage } from './blocks.ts'

export interface ChapterPiece {
  /** Of the second level, that it stands under; '' above the first. */
  section: string
  /** What it begins with; undefined for text that follows a heading. */
  block: Pick<Block, 'kind' | 'words'> | undefined
  /** What fills the block now, as Markdown. */
  filled: string
  /** Of the block, or of the first line below the heading; from 1. */
  line: number
  /** What follows, up to the next block or heading: Markdown, a paragraph, list or fence each. */
  paragraphs: string[]
}

/** Cuts a chapter at its headings and blocks. Empty pieces are left out. */
export function chapterPieces(text: string, file: string): ChapterPiece[] {
  const pieces: ChapterPiece[] = []
  let section = ''
  let lines: string[] = []
  let fence: string | undefined
  let current: ChapterPiece = { section, block: undefined, filled: '', line: 1, paragraphs: [] }
  const begin = (next: Pick<ChapterPiece, 'block' | 'filled' | 'line'>) => {
    current.paragraphs = paragraphsOf(lines)
    if (current.block !== undefined || current.paragraphs.length > 0) pieces.push(current)
    current = { section, paragraphs: [], ...next }
    lines = []
  }
  for (const piece of parsePage(text, file).pieces) {
    if (piece.type === 'block') {
      const { kind, words, line } = piece
      begin({ block: { kind, words }, filled: piece.lines.join('\n'), line })
      continue
    }
    for (const [at, line] of piece.lines.entries()) {
      const outside = fence === undefined
      fence = fenceAfter(fence, line)
      const heading = outside ? /^(#{1,6}) (.*)$/.exec(line) : null
      if (heading === null) {
        lines.push(line)
        continue
      }
      if (heading[1]!.length <= 2) section = heading[1] === '##' ? heading[2]!.trim() : ''
      begin({ block: undefined, filled: '', line: piece.line + at + 1 })
    }
  }
  begin({ block: undefined, filled: '', line: 0 })
  return pieces
}

function paragraphsOf(lines: readonly string[]): string[] {
  const paragraphs: string[][] = [[]]
  let fence: string | undefined
  for (const line of lines) {
    const inside = fence !== undefined
    fence = fenceAfter(fence, line)
    if (line.trim() === '' && !inside) paragraphs.push([])
    else paragraphs.at(-1)!.push(line)
  }
  return paragraphs.filter((one) => one.length > 0).map((one) => one.join('\n'))
}

/** The page of a stage, relative to the checkout. */
export function chapterFile(stageId: string): string {
  return `docs/${stageId}.md`
}

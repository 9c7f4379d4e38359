/** A chapter in pieces, some of which the page fills from the data of the lab. */
import type { Chapter as ChapterCard, RegionRef } from '../../course/chapters.ts'
import type { HunkRef } from '../../source/difference.ts'

/** GET /api/chapter/:name */
export interface ChapterData extends ChapterCard {
  pieces: ChapterPiece[]
}

export interface ChapterPiece {
  /** Stable within the chapter; an id in the page, too. */
  id: string
  kind: PieceKind
  /** Null: a part that is only read, and every part of a chapter that is not of a stage. */
  part: ChapterPart | null
  /** The heading of the second level that it is under; '' above the first. */
  section: string
  heading: { level: number; text: string; id: string } | null
  /** What fills it from the lab's data; null for text alone. */
  block: { kind: string; words: string[] } | null
  /** Of the block: a diff, a table, a picture, … ; '' for text alone. */
  blockHtml: string
  /** The paragraphs that follow, and speak of the block. */
  wordsHtml: string
  /** Hunks that the block shows and the words speak of. */
  hunks: HunkRef[]
  regions: RegionRef[]
}

/** What the page shows with a piece of a chapter; `text`: its words and its block as they are. */
export type PieceKind =
  | 'text'
  /** The predictions of a lesson, to be guessed. */
  | 'predict'
  /** The heading above which a lesson is run. */
  | 'run'
  /** An output, a table or a chart of recorded figures: it gives the answers away. */
  | 'recorded'
  /** The flame graph, and the same as text. */
  | 'flame'
  | 'flame-text'
  | 'diff'
  | 'questions'
  | 'task'
  /** An experiment by slider; the block's first word names it. */
  | 'slider'

/** What a part of a stage's chapter is for, by its heading of the second level. */
export type ChapterPart = 'predict' | 'run' | 'look' | 'diff' | 'check' | 'try'

export interface PieceRef {
  chapter: string
  piece: string
  section: string
}

/** Source text: a file, the difference of two stages, what a frame is. */
import type { Role } from '../../flame/roles.ts'
import type { HunkRef } from '../../source/difference.ts'
import type { PieceRef } from './chapters.ts'

/** GET /api/source?file=stages/stage1/reader.ts */
export interface SourceData {
  file: string
  text: string
}

export interface SourcePiece {
  name: string
  file: string
  /** Of the stage; null for what all stages share. */
  stage: string | null
  line: number
  end: number
  text: string
  /** Numbers of the lines that hold more than a comment. */
  codeLines: number[]
}

/** GET /api/diff/:from/:to, /api/task/:id/diff/:from */
export interface DiffData {
  from: string
  to: string
  files: DiffFile[]
}

export interface DiffFile {
  name: string
  in: 'both' | 'earlier' | 'later'
  added: number
  removed: number
  hunks: DiffHunk[]
  /** In the form of `diff -u`, for a diff view; '' if nothing differs. */
  unified: string
  /** What is compared: without the switches of `--ablate`. */
  before: string | null
  after: string | null
  /** For each line of the two its number in the file, from 1. */
  numbers: { before: number[]; after: number[] }
}

export interface DiffHunk {
  number: number
  /** First line in the earlier and in the later stage, from 1. */
  before: number
  after: number
  /** `@@ hunk 2 of 3, line 35 → 36 @@` */
  head: string
  /** With their signs. */
  lines: string[]
}

/** GET /api/explain?frame=…&file=…&line=…&stage=… */
export interface Explanation {
  /** What a frame that is not the stage's own does; null for the stage's own, and unknown ones. */
  means: string | null
  /** `libuv, C`, `the kernel, …`; null likewise. */
  where: string | null
  role: Role | null
  roleMeans: string | null
  /** The function in every stage that has it, the asked stage first. */
  sources: SourcePiece[]
  /** Hunks that touch it, those of the asked stage first. */
  hunks: HunkRef[]
  /** Where the chapters speak of it, the asked stage's first. */
  paragraphs: PieceRef[]
}

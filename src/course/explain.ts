/**
 * What a frame of a flame graph is: the function in each stage, the hunks that change it, its role,
 * where the chapters speak of it; for a frame that is not the lab's own, what it is for.
 */
import { sharedFile } from '../flame/difference.ts'
import { lookUp } from '../flame/known-frames.ts'
import { ownRole, type Role, roleMeanings } from '../flame/roles.ts'
import { type Hunk, hunkOn, isSameHunk, stageDifference } from '../source/difference.ts'
import { functionAt, type Piece } from '../source/pieces.ts'
import { readSources } from '../source/sources.ts'
import { type FunctionTexts, fromStages, rolesOfStages, stages } from '../stages.ts'
import { type Chapter, type ReadPiece, readChapters, readPieces } from './chapters.ts'

export interface Asked {
  /** As a flame graph names it: `parseBulk`, `Parser.parseBulk`, `get waiting`, `uv__read`. */
  frame: string
  /** As the tree has it: `stages/stage2/parser.ts`, `stages/…/parser.ts`, `libuv`. */
  file?: string | undefined
  line?: number | undefined
  /** Whose graph it is; its own sources, hunks and chapter come first. */
  stage?: string | undefined
}

/** A hunk between two stages that follow each other. */
export interface Change {
  from: string
  to: string
  file: string
  hunk: Hunk
  /** The lines of the hunk that are within the function. */
  lines: string[]
}

/** A piece of a chapter that shows a function or names it. */
export interface Mention {
  chapter: Chapter
  piece: ReadPiece
  /** From 1, in the file of the chapter. */
  line: number
}

export interface Explanation {
  /** Its name, without class and place. */
  name: string
  /** The function in every stage that has it; none for frames that are not the lab's own. */
  functions: Piece[]
  /** A sentence on functions without a doc comment. */
  sentence: string | undefined
  /** What a frame that is not the lab's own does, and whose code it is. */
  means: string | undefined
  where: string | undefined
  /** Undefined: it has the role of its caller, or is not known. */
  role: Role | undefined
  roleMeans: string | undefined
  changes: Change[]
  mentions: Mention[]
}

/** A frame of which nothing is known has neither `functions` nor `means`. */
export function explainFrame(asked: Asked): Explanation {
  const order = (stage: string | null) => (stage !== null && stage === asked.stage ? 0 : 1)
  const functions = functionsOf(asked).toSorted(
    (a, b) => order(stageIn(a.file)) - order(stageIn(b.file)),
  )
  const [first] = functions
  const known =
    first === undefined ? lookUp([asked.frame, asked.file ?? ''].join(' ').trim()) : undefined
  const frame =
    first === undefined ? known?.frame : { name: first.name, kind: 'js' as const, file: first.file }
  const role = frame && ownRole(frame, rolesOfStages)
  const changes = changesOf(functions)
  const weight = ({ from, to }: Change) => (to === asked.stage ? 0 : from === asked.stage ? 1 : 2)
  const name = first?.name ?? known?.frame.name ?? asked.frame
  return {
    name,
    functions,
    sentence: first && sentences.get(first.name),
    means: known?.means,
    where: known && (whose[known.frame.file ?? ''] ?? known.frame.file),
    role,
    roleMeans: role && roleMeanings[role],
    changes: changes.toSorted((a, b) => weight(a) - weight(b)),
    mentions: mentionsOf(name, functions, changes, asked),
  }
}

/** What the stages say of their functions, by name. */
const sentences = new Map(
  [...(await fromStages<FunctionTexts>('functions')).values()].flatMap((texts) =>
    Object.entries(texts),
  ),
)

const whose: Record<string, string> = {
  libuv: 'libuv, C',
  libc: 'the C library',
  'no samples': 'time without samples',
  node: "Node's C++",
  v8: 'V8, the JavaScript engine',
  kernel: 'the kernel, on behalf of the server',
}

/**
 * The function in all stages that have it: by its name, as a recorded line may have moved on since; by
 * its place, if the file has no function of that name.
 */
function functionsOf({ frame, file, line }: Asked): Piece[] {
  const { functions } = readSources()
  const name = frame
    .replace(/^(?:get|set|new|async) /, '')
    .split('.')
    .at(-1)!
  const shared = sharedFile(file)
  const called = (wanted: string) =>
    functions.filter(
      (one) => one.name === wanted && (shared === undefined || sharedFile(one.file) === shared),
    )
  const named = called(name)
  if (named.length > 0 || file === undefined || line === undefined) return named
  const place = functionAt(functions, file, line)
  return place === undefined ? [] : called(place.name)
}

/** The id of the stage that a file belongs to; null for what all stages share. */
export function stageIn(file: string): string | null {
  return /^stages\/(stage\d+)\//.exec(file)?.[1] ?? null
}

/** The hunks that change a line of the function, step by step. */
function changesOf(functions: readonly Piece[]): Change[] {
  return stages.slice(1).flatMap((to, at) => {
    const from = stages[at]!
    const own = (id: string) => functions.filter((one) => stageIn(one.file) === id)
    const [old, now] = [own(from.id), own(to.id)]
    const nameOf = ({ file }: Piece) => file.split('/').slice(2).join('/')
    const names = new Set([...old, ...now].map(nameOf))
    if (names.size === 0) return []
    return stageDifference(from, to)
      .filter(({ name }) => names.has(name))
      .flatMap((file) => {
        const { name, hunks } = file
        const inFile = (list: readonly Piece[]) => list.filter((one) => nameOf(one) === name)
        return hunks.flatMap((hunk) => {
          const lines = hunkOn(file, hunk, inFile(old), inFile(now))
          return lines.length === 0 ? [] : [{ from: from.id, to: to.id, file: name, hunk, lines }]
        })
      })
  })
}

/** Pieces that show the function, then those about its hunks, then those that name it. */
function mentionsOf(
  name: string,
  functions: readonly Piece[],
  changes: readonly Change[],
  { stage }: Asked,
): Mention[] {
  const word = wordFor(name)
  const ranked = readChapters().flatMap((chapter) =>
    readPieces(chapter).flatMap((piece) => {
      const shows = piece.regions.some((region) =>
        functions.some(
          (one) => one.file === region.file && one.line <= region.end && region.line <= one.end,
        ),
      )
      const about = piece.hunks.some((one) =>
        changes.some(({ hunk, ...change }) => isSameHunk(one, { ...change, number: hunk.number })),
      )
      const said = piece.words.split('\n').findIndex((line) => word.test(line))
      if (!shows && !about && said < 0) return []
      const rank = (chapter.stage === stage ? 0 : 10) + (shows ? 0 : about ? 1 : 2)
      const line = said < 0 || shows || about ? piece.line : piece.wordsLine + said
      return [{ rank, mention: { chapter, piece, line } }]
    }),
  )
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ mention }) => mention)
}

/** Words of English, such as `read`, are names only in backticks or when called. */
export function wordFor(name: string): RegExp {
  const bare = `(?<![\\w.])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`
  return new RegExp(/^[a-z]+$/.test(name) ? `\`[^\`]*${bare}[^\`]*\`|${bare}\\(` : bare)
}

/** The chapters: the pages below `docs/`, and what each of their pieces shows and speaks of. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../run/lab-error.ts'
import { isCopy, labRoot } from '../run/server.ts'
import { type HunkRef, stageDifference } from '../source/difference.ts'
import { findPiece } from '../source/pieces.ts'
import { sourcesState } from '../source/sources.ts'
import { type Stage, stages } from '../stages.ts'
import { type Block, fenceAfter, pageLines, parsePage } from './blocks.ts'
import { headingIds, plainText } from './markdown.ts'

/** The Markdown pages below `docs/`, relative to the checkout. */
export function docsPages(): string[] {
  return readdirSync(join(labRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md'))
    .sort()
}

export interface Chapter {
  /** `stage1`, `workshop/guide`: how commands and the page call it. */
  name: string
  /** Relative to the checkout. */
  file: string
  title: string
  /** What it is about, in a few words; '' if its page does not say. */
  about: string
  /** Id of the stage that it is about; null for the others. */
  stage: string | null
  /** See `minutesOf`. */
  minutes: number
}

/** Pages that were parsed, by their files. */
const parsed = new Map<string, { text: string; chapter: Chapter; place: number }>()

/**
 * All chapters. A page says its place among them, and what it is about, in the block
 * `<!-- chapter: 2 how to read a flame graph -->`; the chapter of a stage has the stage's place, from
 * 101 on. Pages without a place come last, by name.
 */
export function readChapters(): Chapter[] {
  const read = docsPages().map((file) => {
    const name = file.slice('docs/'.length, -'.md'.length)
    const text = readFileSync(join(labRoot, file), 'utf8')
    const before = parsed.get(file)
    if (before?.text === text) return before
    const page = parsePage(text, file)
    const words = page.pieces.find(
      (piece): piece is Block => piece.type === 'block' && piece.kind === 'chapter',
    )?.words
    const stage = stages.find(({ id }) => id === name)
    const title = /^# (.+)$/m.exec(text)?.[1] ?? name
    const chapter: Chapter = {
      name,
      file,
      title: plainText(title),
      about: stage?.change ?? words?.slice(1).join(' ') ?? '',
      stage: stage?.id ?? null,
      minutes: minutesOf(text, file).all,
    }
    const place = stage === undefined ? Number(words?.[0] ?? Number.NaN) : 100 + stage.number
    const found = {
      text,
      chapter,
      place: Number.isFinite(place) ? place : Number.POSITIVE_INFINITY,
    }
    parsed.set(file, found)
    return found
  })
  return read
    .sort((a, b) =>
      a.place === b.place ? (a.chapter.name < b.chapter.name ? -1 : 1) : a.place - b.place,
    )
    .map(({ chapter }) => chapter)
}

/** The chapters for every reader: not those of the workshop. */
export function mainChapters(): Chapter[] {
  return readChapters().filter(({ name }) => !name.includes('/'))
}

/**
 * The chapter that a person means by `3`, `stage3`, `findings`, `docs/findings.md`.
 * @throws LabError, exit status 2, if there is none
 */
export function findChapter(word: string): Chapter {
  const chapters = mainChapters()
  const name = word
    .toLowerCase()
    .replace(/^(?:\.\/)?docs\//, '')
    .replace(/\.md$/, '')
  const found = chapters.find((one) => one.name === name || one.name === `stage${name}`)
  if (found !== undefined) return found
  throw new LabError(
    `there is no chapter '${word}'; there are ${chapters.map(({ name }) => name).join(', ')}`,
    { next: 'npm start -- --list', exitCode: 2 },
  )
}

/** How fast people read: words of prose and lines of code in a minute. */
const PACE = { words: 200, lines: 40 }
/** Minutes for a command: some take a second, some a minute or two. */
const PER_COMMAND = 0.5
/** Minutes for the questions of a block, by its kind. */
const TO_ANSWER: Readonly<Record<string, number>> = { predict: 2, questions: 3, lie: 3 }

/**
 * Minutes that a chapter takes to read, and with its commands and questions; above ten in steps of five.
 * @param file where the text is from, relative to the checkout
 */
export function minutesOf(text: string, file: string): { reading: number; all: number } {
  const { pieces } = parsePage(text, file)
  const prose = pieces.flatMap((piece) => (piece.type === 'text' ? piece.lines : []))
  const code = pieces.flatMap((piece) =>
    piece.type === 'block' && /^(code|diff)$/.test(piece.kind) ? piece.lines : [],
  )
  const commands = pageLines(text, file).filter(
    ({ fence, text }) => fence === 'sh' && /\bnpm /.test(text),
  )
  const thinking = pieces.map((piece) =>
    piece.type === 'text' || piece.words.includes('answer') ? 0 : (TO_ANSWER[piece.kind] ?? 0),
  )
  const doing = thinking.reduce((sum, one) => sum + one, commands.length * PER_COMMAND)
  const words = prose.join(' ').split(/\s+/).length
  const reading = words / PACE.words + code.length / PACE.lines
  const rounded = (minutes: number) =>
    minutes < 10 ? Math.ceil(minutes) : Math.round(minutes / 5) * 5
  return { reading: rounded(reading), all: rounded(reading + doing) }
}

/** The page of a stage, relative to the checkout. */
export function chapterFile(stageId: string): string {
  return `docs/${stageId}.md`
}

/** A named piece of source. */
export interface RegionRef {
  /** `stages/stage1/reader.ts` */
  file: string
  name: string
  /** First and last line, from 1. */
  line: number
  end: number
}

/** A piece of a chapter: a heading or a block, and the paragraphs that follow it. */
export interface ChapterPiece {
  /** Stable within the chapter; an id in the page, too. */
  id: string
  /** The heading of the second level that it is under; '' above the first. */
  section: string
  heading: { level: number; text: string; id: string } | null
  block: Pick<Block, 'kind' | 'words'> | null
  /** What fills the block now, as Markdown. */
  filled: string
  /** The paragraphs, as Markdown. */
  words: string
  /** Of the heading or the block, and of the first line of the words; from 1. */
  line: number
  wordsLine: number
}

/** Cuts a chapter at its headings and blocks. Empty pieces are left out. */
export function chapterPieces(text: string, file: string): ChapterPiece[] {
  const all: (Omit<ChapterPiece, 'id' | 'words'> & { lines: string[] })[] = []
  const idOf = headingIds()
  let section = ''
  let fence: string | undefined
  const begin = (
    start: Pick<ChapterPiece, 'heading' | 'block' | 'filled' | 'line' | 'wordsLine'>,
  ) => all.push({ section, lines: [], ...start })
  const text0 = { heading: null, block: null, filled: '' }
  begin({ ...text0, line: 1, wordsLine: 1 })
  for (const piece of parsePage(text, file).pieces) {
    if (piece.type === 'block') {
      const { kind, words, line, lines } = piece
      const wordsLine = line + lines.length + 2
      begin({ ...text0, block: { kind, words }, filled: lines.join('\n'), line, wordsLine })
      continue
    }
    for (const [at, line] of piece.lines.entries()) {
      const outside = fence === undefined
      fence = fenceAfter(fence, line)
      const found = outside ? /^(#{1,6}) (.*?)\s*$/.exec(line) : null
      if (found === null) {
        all.at(-1)!.lines.push(line)
        continue
      }
      const [level, title] = [found[1]!.length, plainText(found[2]!)]
      if (level <= 2) section = level === 2 ? title : ''
      const heading = { level, text: title, id: idOf(found[2]!) }
      begin({ ...text0, heading, line: piece.line + at, wordsLine: piece.line + at + 1 })
    }
  }
  return all
    .map(({ lines, ...piece }) => ({ ...piece, words: lines.join('\n') }))
    .filter(
      ({ heading, block, words }) => heading !== null || block !== null || words.trim() !== '',
    )
    .map((piece, at) => ({ id: `p${at + 1}`, ...piece }))
}

/** The hunks and the pieces of source that the block of a piece shows; none if there are none such. */
export function shownBy({ block }: Pick<ChapterPiece, 'block'>): {
  hunks: HunkRef[]
  regions: RegionRef[]
} {
  return {
    hunks: block?.kind === 'diff' ? hunksOf(block.words) : [],
    regions: block?.kind === 'code' ? regionsOf(block.words) : [],
  }
}

/** `stage1 stage2 reader.ts 2`: one hunk; with `all` in place of its number, all of the file's. */
function hunksOf([from, to, name, which]: readonly string[]): HunkRef[] {
  const known = (id: string | undefined) => stages.find((stage) => stage.id === id)
  const [before, after] = [known(from), known(to)]
  if (before === undefined || after === undefined || name === undefined) return []
  const found = stageDifference(before, after).find((file) => file.name === name)
  const hunks = found?.hunks.filter(({ number }) => which === 'all' || which === String(number))
  return (hunks ?? []).map(({ number }) => ({ from: before.id, to: after.id, file: name, number }))
}

/** `stages/stage1/reader.ts Reader.readByte`; without a name, the whole file. */
function regionsOf([file, name]: readonly string[]): RegionRef[] {
  if (file === undefined) return []
  try {
    const text = readFileSync(join(labRoot, file), 'utf8')
    if (name === undefined) return [{ file, name: '', line: 1, end: text.split('\n').length }]
    const { line, end } = findPiece(text, file, name)
    return [{ file, name, line, end }]
  } catch {
    return [] // `npm run docs` names the block
  }
}

/** A chapter as it is now, each piece with what it shows. */
export type ReadPiece = ChapterPiece & ReturnType<typeof shownBy>

/** Reading a chapter takes some 50 ms, and a frame is looked up in all of them. */
const read = new Map<string, { state: string; pieces: ReadPiece[] }>()

/** The pieces of a chapter. @throws Error if there is no such file */
export function readPieces({ file }: Pick<Chapter, 'file'>): readonly ReadPiece[] {
  const text = readFileSync(join(labRoot, file), 'utf8')
  const state = `${sourcesState()}\n${text}`
  let found = read.get(file)
  if (found?.state !== state) {
    const pieces = chapterPieces(text, file).map((piece) => ({ ...piece, ...shownBy(piece) }))
    found = { state, pieces }
    read.set(file, found)
  }
  return found.pieces
}

/** What a chapter says of the difference of two stages, as Markdown; '' if it says nothing. */
export interface DiffWords {
  /** The page, relative to the checkout. */
  chapter: string
  onHunk(file: string, number: number): string
  /** On a file as a whole, shown after its last hunk. */
  onFile(file: string): string
}

/**
 * The words of the later stage's chapter; undefined if there is no chapter, or if the two stages are
 * not neighbours: a chapter describes one step.
 */
export function diffWords(from: Stage, to: Stage): DiffWords | undefined {
  if (to.number !== from.number + 1 || isCopy(from.id) || isCopy(to.id)) return undefined
  const chapter = chapterFile(to.id)
  try {
    return wordsIn(readFileSync(join(labRoot, chapter), 'utf8'), chapter, from.id, to.id)
  } catch {
    return undefined
  }
}

/** The same for a chapter's text. */
export function wordsIn(text: string, chapter: string, from: string, to: string): DiffWords {
  const pieces = chapterPieces(text, chapter)
  const on = (wanted: (block: Pick<Block, 'kind' | 'words'>) => boolean) =>
    pieces.filter(({ block }) => block !== null && wanted(block))
  const hunk = (file: string, which: string) =>
    on(({ kind, words }) => kind === 'diff' && words.join(' ') === `${from} ${to} ${file} ${which}`)
  const joined = (list: readonly string[]) =>
    list
      .map((words) => words.trim())
      .join('\n\n')
      .trim()
  return {
    chapter,
    onHunk: (file, number) => joined(hunk(file, String(number)).map(({ words }) => words)),
    onFile: (file) => {
      // A new file is shown piece by piece, so its words say which piece they are about.
      const shown = on(({ kind, words }) => kind === 'code' && words[0] === `stages/${to}/${file}`)
      const named = shown
        .filter(({ words }) => words.trim() !== '')
        .map(({ block, words }) => {
          const name = block!.words[1]
          return name === undefined ? words : `${name}: ${words.trim()}`
        })
      return joined([...hunk(file, 'all').map(({ words }) => words), ...named])
    },
  }
}

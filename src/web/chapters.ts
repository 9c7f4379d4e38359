/** The chapters as HTML, each piece with the hunks and the pieces of source that it speaks of. */
import { posix } from 'node:path'
import { type Chapter, type ReadPiece, readChapters, readPieces } from '../course/chapters.ts'
import { toHtml } from '../course/markdown.ts'
import type { ChapterData, ChapterPart, ChapterPiece, PieceKind } from './api/index.ts'
import { pictureName } from './pictures.ts'
import { notFound } from './web-error.ts'

/**
 * A chapter as it is now.
 * @throws WebError, 404, if there is none of that name
 */
export function chapterData(name: string): ChapterData {
  const chapter = readChapters().find((one) => one.name === name)
  if (chapter === undefined) throw notFound(`there is no chapter '${name}'`)
  return { ...chapter, pieces: readPieces(chapter).map((piece) => pieceData(piece, chapter)) }
}

function pieceData(piece: ReadPiece, { file, stage }: Chapter): ChapterPiece {
  const { id, section, heading, block, filled, words, hunks, regions } = piece
  const html = (markdown: string) =>
    chapterHtml(markdown, file, stage === null ? undefined : 'In a terminal')
  const kind = stage === null ? 'text' : kindOf(piece)
  return {
    ...{ id, section, heading, block, hunks, regions, kind },
    part: stage === null ? null : (parts[section] ?? null),
    blockHtml: filled === '' || drawn.has(kind) ? '' : html(filled),
    wordsHtml: html(stage === null ? words : withoutHalfFolds(words)),
  }
}

/** The headings by which a stage's chapter is divided. */
const parts: Readonly<Record<string, ChapterPart>> = {
  Predict: 'predict',
  Run: 'run',
  Look: 'look',
  'Read the code': 'diff',
  'Read the diff': 'diff',
  'Check yourself': 'check',
  'Try it yourself': 'try',
}

/** What the blocks of a stage's chapter are in the page; the others are shown as they are. */
const kinds: Readonly<Record<string, PieceKind>> = {
  predict: 'predict',
  output: 'recorded',
  chart: 'recorded',
  figures: 'recorded',
  flamegraph: 'flame',
  diff: 'diff',
  questions: 'questions',
  task: 'task',
  slider: 'slider',
}

/** What the page draws from other data. */
const drawn: ReadonlySet<PieceKind> = new Set([
  'predict',
  'questions',
  'task',
  'slider',
  'flame',
  'flame-text',
] as const)

function kindOf({ heading, block }: ReadPiece): PieceKind {
  if (block === null) return heading?.level === 2 && parts[heading.text] === 'run' ? 'run' : 'text'
  if (block.kind === 'output' && block.words[0] === 'flame') return 'flame-text'
  return kinds[block.kind] ?? 'text'
}

/** Words without the ends of a fold that goes over several pieces: each is HTML of its own. */
function withoutHalfFolds(words: string): string {
  const parts = words.split(/(<details>\s*<summary>.*<\/summary>|<\/details>)/)
  const open: number[] = []
  for (const [at, part] of parts.entries()) {
    if (part.startsWith('<details>')) open.push(at)
    else if (part === '</details>' && open.pop() === undefined) parts[at] = ''
  }
  for (const at of open) parts[at] = ''
  return parts.join('')
}

/**
 * Links between chapters become places in the page; sources and pictures are asked for by name.
 * @param foldCommands the summary below which commands are folded
 */
export function chapterHtml(markdown: string, file: string, foldCommands?: string): string {
  return toHtml(markdown, {
    ...(foldCommands === undefined ? {} : { foldCommands }),
    link: (href) => linkTarget(href, file),
    picture: (href) => {
      const name = pictureName(posix.join(posix.dirname(file), href))
      return name === undefined ? undefined : `picture/${name}`
    },
  })
}

/**
 * Where a link of a page leads in the lab: another chapter, a source, a page elsewhere. Undefined
 * for what the lab does not show.
 */
export function linkTarget(href: string, file: string): string | undefined {
  if (/^https?:\/\//.test(href)) return href
  if (/^[a-z][a-z+.-]*:/i.test(href)) return undefined
  const [path = '', anchor] = href.split('#')
  const target = path === '' ? file : posix.join(posix.dirname(file), path)
  const chapter = /^docs\/(.*)\.md$/.exec(target)?.[1]
  if (chapter !== undefined) {
    return `#/chapter/${chapter}${anchor === undefined ? '' : `?at=${anchor}`}`
  }
  if (/^(stages|src|docs\/your-own-server)\/.*\.ts$/.test(target)) {
    const line = /^L(\d+)/.exec(anchor ?? '')?.[1]
    return `#/source/${target}${line === undefined ? '' : `?line=${line}`}`
  }
  const stage = /^stages\/(stage\d+)\/?$/.exec(target)?.[1]
  return stage === undefined ? undefined : `#/stage/${stage.slice('stage'.length)}`
}

/** What the chapter of a stage says of each hunk, for `npm run diff`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiffWords } from '../report/stage-diff.ts'
import { isCopy, labRoot } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import { type ChapterPiece, chapterFile, chapterPieces } from './chapter.ts'
import { plainText } from './markdown.ts'

/**
 * The words of the later stage's chapter; undefined where the two stages are not neighbours, for a
 * chapter tells one step, or where there is no chapter.
 */
export async function diffWords(from: Stage, to: Stage): Promise<DiffWords | undefined> {
  if (to.number !== from.number + 1 || isCopy(from.id) || isCopy(to.id)) return undefined
  const chapter = chapterFile(to.id)
  const text = await readFile(join(labRoot, chapter), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : wordsIn(text, chapter, from.id, to.id)
}

/** The same of a chapter's text. */
export function wordsIn(text: string, chapter: string, from: string, to: string): DiffWords {
  const pieces = chapterPieces(text, chapter)
  const on = (wanted: (block: NonNullable<ChapterPiece['block']>) => boolean) =>
    pieces.filter(({ block }) => block !== undefined && wanted(block))
  const hunk = (file: string, which: string) =>
    on(({ kind, words }) => kind === 'diff' && words.join(' ') === `${from} ${to} ${file} ${which}`)
  return {
    chapter,
    onHunk: (file, number) => hunk(file, String(number)).flatMap(plain),
    onFile: (file) => {
      // A file that is new is shown piece by piece, so its words say of which.
      const shown = on(({ kind, words }) => kind === 'code' && words[0] === `stages/${to}/${file}`)
      const named = shown.flatMap((piece) => {
        const [first, ...rest] = plain(piece)
        const name = piece.block!.words[1]
        if (first === undefined) return []
        return [name === undefined ? first : `${name}: ${first}`, ...rest]
      })
      return [...hunk(file, 'all').flatMap(plain), ...named]
    },
  }
}

/** Without tables and what is folded away: they are for a page, not for a terminal. */
function plain({ paragraphs }: ChapterPiece): string[] {
  return paragraphs.filter((text) => !/^\s*(\||<)/.test(text)).map(plainText)
}

/** The chapters as HTML, each piece with the hunks and the pieces of source that it speaks of. */
import { posix } from 'node:path'
import { type Chapter, type ReadPiece, readChapters, readPieces } from '../course/chapters.ts'
import { toHtml } from '../course/markdown.ts'
import type { ChapterData, ChapterPiece } from './api-types.ts'
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

/** The chapter of a stage; undefined if it is not written. */
export function chapterOf(stageId: string): Chapter | undefined {
  return readChapters().find(({ stage }) => stage === stageId)
}

function pieceData(piece: ReadPiece, { file }: Chapter): ChapterPiece {
  const { id, section, heading, block, filled, words, hunks, regions } = piece
  const html = (markdown: string) => chapterHtml(markdown, file)
  return {
    ...{ id, section, heading, block, hunks, regions },
    blockHtml: filled === '' ? '' : html(filled),
    wordsHtml: html(words),
  }
}

/** Links between chapters become places in the page; sources and pictures are asked for by name. */
export function chapterHtml(markdown: string, file: string): string {
  return toHtml(markdown, {
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

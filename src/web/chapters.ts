/** The chapters for the page: in pieces, each with the hunks and the pieces of source it speaks of. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Block, fenceAfter, parsePage } from '../docs/blocks.ts'
import { plainText } from '../docs/markdown.ts'
import { docsPages } from '../docs/pages.ts'
import { type FileDifference, stageDifference } from '../report/hunks.ts'
import { findRegion } from '../report/regions.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { notFound } from './answers.ts'
import { headingId, toHtml } from './markdown.ts'
import { sourcesState } from './sources.ts'
import type { ChapterCard, ChapterData, ChapterPiece, HunkRef, RegionRef } from './wire.ts'

/** All chapters there are: the lab's pages in the order in which they are read. */
export async function chapterCards(): Promise<ChapterCard[]> {
  const files = await docsPages().catch(() => [])
  const cards = files.map(async (file) => {
    const name = file.slice('docs/'.length, -'.md'.length)
    const text = await readFile(join(labRoot, file), 'utf8')
    const title = /^# (.+)$/m.exec(text)?.[1] ?? name
    const stage = stages.find(({ id }) => id === name)?.id ?? null
    return { name, title: plainText(title), stage }
  })
  return (await Promise.all(cards)).sort(
    (a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1),
  )
}

const first = ['start-here', 'flame-graphs', 'measuring', ...stages.map(({ id }) => id)]

function place({ name }: ChapterCard): number {
  const at = first.indexOf(name)
  return at === -1 ? first.length + (name.includes('/') ? 1 : 0) : at
}

/**
 * A chapter as it is now.
 * @throws WebError, 404, where there is none of that name
 */
export async function readChapter(name: string): Promise<ChapterData> {
  const card = (await chapterCards()).find((one) => one.name === name)
  if (card === undefined) throw notFound(`there is no chapter '${name}'`)
  const file = `docs/${card.name}.md`
  const text = await readFile(join(labRoot, file), 'utf8')
  const state = `${sourcesState()}\n${text}`
  let kept = made.get(file)
  if (kept?.state !== state) {
    kept = { state, pieces: chapterPieces(text, file) }
    made.set(file, kept)
  }
  return { ...card, pieces: await kept.pieces }
}

/** A chapter takes some 50 ms, and a frame is looked up in all of them. */
const made = new Map<string, { state: string; pieces: Promise<ChapterPiece[]> }>()

interface Cut {
  section: string
  heading: ChapterPiece['heading']
  block: Pick<Block, 'kind' | 'words'> | null
  filled: string
  lines: string[]
}

/** A page in pieces, each beginning with a heading or a block. */
export async function chapterPieces(text: string, file: string): Promise<ChapterPiece[]> {
  const source = sourceReader()
  const pieces = cut(text, file).map(async ({ section, heading, block, filled, lines }, at) => ({
    id: `p${at + 1}`,
    section,
    heading,
    block,
    blockHtml: filled === '' ? '' : toHtml(filled, file),
    wordsHtml: toHtml(lines.join('\n'), file),
    hunks: block?.kind === 'diff' ? await hunksOf(block.words) : [],
    regions: block?.kind === 'code' ? await regionsOf(block.words, source) : [],
  }))
  return await Promise.all(pieces)
}

function cut(text: string, file: string): Cut[] {
  const all: Cut[] = []
  let section = ''
  let fence: string | undefined
  const begin = (heading: Cut['heading'], block: Cut['block'], filled: string) => {
    all.push({ section, heading, block, filled, lines: [] })
  }
  begin(null, null, '')
  for (const piece of parsePage(text, file).pieces) {
    if (piece.type === 'block') {
      const { kind, words, lines } = piece
      begin(null, { kind, words }, lines.join('\n'))
      continue
    }
    for (const line of piece.lines) {
      const outside = fence === undefined
      fence = fenceAfter(fence, line)
      const found = outside ? /^(#{1,6}) (.*?)\s*$/.exec(line) : null
      if (found === null) {
        all.at(-1)!.lines.push(line)
        continue
      }
      const [level, title] = [found[1]!.length, plainText(found[2]!)]
      if (level <= 2) section = level === 2 ? title : ''
      begin({ level, text: title, id: headingId(found[2]!) }, null, '')
    }
  }
  return all.filter(
    ({ heading, block, lines }) =>
      heading !== null || block !== null || lines.some((line) => line.trim() !== ''),
  )
}

/** `stage1 stage2 reader.ts 2`: one hunk; with `all` in place of its number, all of the file's. */
async function hunksOf([from, to, file, which]: readonly string[]): Promise<HunkRef[]> {
  const known = (id: string | undefined) => stages.find((stage) => stage.id === id)
  const [before, after] = [known(from), known(to)]
  if (before === undefined || after === undefined || file === undefined) return []
  const found = (await differenceOf(before.id, after.id)).find(({ name }) => name === file)
  const hunks = found?.hunks.filter(({ number }) => which === 'all' || which === String(number))
  return (hunks ?? []).map(({ number }) => ({ from: before.id, to: after.id, file, number }))
}

/** The difference of two stages; read anew each time, since a reader may be changing them. */
export async function differenceOf(from: string, to: string): Promise<FileDifference[]> {
  return await stageDifference({ id: from }, { id: to })
}

type Source = (file: string) => Promise<string>

function sourceReader(): Source {
  const kept = new Map<string, Promise<string>>()
  return (file) => {
    const text = kept.get(file) ?? readFile(join(labRoot, file), 'utf8')
    kept.set(file, text)
    return text
  }
}

/** `stages/stage1/reader.ts Reader.readByte`; without a name, the whole file. */
async function regionsOf([file, name]: readonly string[], source: Source): Promise<RegionRef[]> {
  if (file === undefined) return []
  try {
    const text = await source(file)
    if (name === undefined) return [{ file, name: '', line: 1, end: text.split('\n').length }]
    const { line, end } = findRegion(text, file, name)
    return [{ file, name, line, end }]
  } catch {
    return [] // the tests of the docs say so
  }
}

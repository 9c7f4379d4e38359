/** Fills the blocks of the pages, each by the filler of its kind, and draws their pictures. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nearest } from '../cli/nearest.ts'
import { type Block, openingOf, type Problem, pageText, parsePage } from '../course/blocks.ts'
import { docsPages } from '../course/chapters.ts'
import { writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'
import { type Fillers, fillers } from './fillers.ts'
import { type Material, NoRecording, openMaterial } from './material.ts'
import { drawnPictures } from './pictures.ts'

export interface Filled {
  file: string
  /** The page as it must be; a block that could not be filled is as it was. */
  text: string
  /** What keeps blocks from being filled. */
  problems: Problem[]
  /** The blocks that stood there otherwise, a problem each. */
  stale: Problem[]
}

/** Fills every block that can be filled, and names the others: one error hides no other. */
export async function fillPage(
  text: string,
  file: string,
  fillers: Fillers,
  material: Material,
): Promise<Filled> {
  const { pieces, problems } = parsePage(text, file)
  const stale: Problem[] = []
  for (const piece of pieces) {
    if (piece.type === 'text') continue
    const before = [piece.opening, ...piece.lines].join('\n')
    piece.opening = openingOf(piece)
    try {
      piece.lines = (await fill(piece, file, fillers, material)).split('\n')
    } catch (failure) {
      const what = `${openingOf(piece)}: ${(failure as Error).message}`
      problems.push({ file, line: piece.line, text: what })
      continue
    }
    if ([piece.opening, ...piece.lines].join('\n') !== before) {
      const what = `${openingOf(piece)} is not up to date`
      stale.push({ file, line: piece.line, text: what })
    }
  }
  problems.sort((a, b) => a.line - b.line)
  return { file, text: pageText(pieces), problems, stale }
}

async function fill(
  { kind, words }: Block,
  file: string,
  fillers: Fillers,
  material: Material,
): Promise<string> {
  const filler = Object.hasOwn(fillers, kind) ? fillers[kind] : undefined
  if (filler !== undefined) {
    try {
      return await filler(words, file, material)
    } catch (failure) {
      if (failure instanceof NoRecording) return `*${failure.message}*`
      throw failure
    }
  }
  const kinds = Object.keys(fillers)
  const near = nearest(kind, kinds)
  const known = near.length > 0 ? `near it: ${near.join(', ')}` : `there are ${kinds.join(', ')}`
  throw new Error(`there is no block '${kind}'; ${known}`)
}

/** The pages with blocks: their paths relative to the checkout. */
export function filledPages(): string[] {
  return ['README.md', ...docsPages()]
}

/** All Markdown pages of the project. */
export function allPages(): string[] {
  return ['CONTRIBUTING.md', ...filledPages()]
}

export interface DocsState {
  /** What keeps blocks from being filled. */
  problems: Problem[]
  /** Blocks and pictures that are not what they must be. */
  stale: Problem[]
  /** The files to write. */
  files: { file: string; text: string }[]
}

/**
 * Compares pages and pictures with what they must be; writes nothing.
 * @param pages relative to the checkout; all of them, and the pictures, if none are named
 */
export async function docsState(pages: readonly string[] = []): Promise<DocsState> {
  const material = openMaterial()
  const state: DocsState = { problems: [], stale: [], files: [] }
  for (const file of pages.length > 0 ? pages : filledPages()) {
    const text = readFileSync(join(labRoot, file), 'utf8')
    const filled = await fillPage(text, file, fillers, material)
    state.problems.push(...filled.problems)
    state.stale.push(...filled.stale)
    if (filled.text !== text) state.files.push({ file, text: filled.text })
  }
  if (pages.length > 0) return state
  for (const { file, text } of await drawnPictures(material)) {
    const path = join(labRoot, file)
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
    state.stale.push({ file, line: 1, text: 'the picture is not what the recordings make' })
    state.files.push({ file, text })
  }
  return state
}

/**
 * Writes the files that are not up to date, and looks again: the list of chapters has the minutes of
 * other pages, which have changed.
 */
export async function updateDocs(pages: readonly string[] = []): Promise<DocsState> {
  const state = await docsState(pages)
  writeDocs(state)
  if (state.files.length === 0) return state
  const again = await docsState(pages)
  writeDocs(again)
  const files = new Map([...state.files, ...again.files].map((one) => [one.file, one]))
  return { ...again, files: [...files.values()] }
}

/** Writes the files that are not up to date. */
function writeDocs({ files }: Pick<DocsState, 'files'>): void {
  for (const { file, text } of files) {
    const path = join(labRoot, file)
    mkdirSync(dirname(path), { recursive: true })
    writeWhole(path, text)
  }
}

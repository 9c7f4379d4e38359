/** Fills the blocks of a page anew, each by the filler of its kind. */
import { nearest } from '../report/explain.ts'
import { type Block, openingOf, type Problem, pageText, parsePage } from './blocks.ts'
import type { Material } from './material.ts'

/**
 * Gives what stands between the two comments of a block, without a line break at its end.
 * @param words those behind the kind
 * @param file the page, relative to the checkout: links are relative to it
 * @throws Error where the words name nothing that there is; it says what there is
 */
export type Filler = (
  words: readonly string[],
  file: string,
  material: Material,
) => string | Promise<string>

export type Fillers = Readonly<Record<string, Filler>>

export interface Filled {
  file: string
  /** The page as it must be; a block that could not be filled is as it was. */
  text: string
  /** What keeps blocks from being filled. */
  problems: Problem[]
  /** The blocks that stood there otherwise, a problem each. */
  stale: Problem[]
}

/** Fills all that can be filled, and tells what could not be: one error hides no other. */
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
  if (filler !== undefined) return await filler(words, file, material)
  const kinds = Object.keys(fillers)
  const near = nearest(kind, kinds)
  const known = near.length > 0 ? `near it: ${near.join(', ')}` : `there are ${kinds.join(', ')}`
  throw new Error(`there is no block '${kind}'; ${known}`)
}

/** The hot functions of a recording line by line, from the source as it is on the disk, and as text. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { percent } from '../flame/caption.ts'
import { type Listing, listingsOf } from '../flame/listing.ts'
import type { FrameTree } from '../flame/tree.ts'
import { functionAt, type Piece, piecesIn } from '../source/pieces.ts'
import { wrap } from './format.ts'

/** Larger files are generated code, of which a listing says nothing. */
const MOST_BYTES = 2_000_000

/** @param root the directory that the tree's files are relative to */
export async function listingsIn(tree: FrameTree, root: string): Promise<Listing[]> {
  const pieces = new Map<string, Piece[]>()
  const sourceOf = async (file: string) => {
    const text = await readFile(join(root, file), 'utf8').catch(() => undefined)
    if (text === undefined || text.length > MOST_BYTES) return undefined
    if (!pieces.has(file)) pieces.set(file, namedPieces(text, file))
    return text
  }
  const endOf = (file: string, line: number) =>
    functionAt(
      (pieces.get(file) ?? []).filter((one) => one.line === line),
      file,
      line,
    )?.end
  return await listingsOf(tree, sourceOf, endOf)
}

/** None of a file that needs more than its types stripped: then a listing ends with the last hot line. */
function namedPieces(text: string, file: string): Piece[] {
  try {
    return piecesIn(text, file)
  } catch {
    return []
  }
}

/** A function with the shares of its lines in front of them. */
export function listingText(listing: Listing, tree: FrameTree): string {
  const { name, file, line, self, total, located, lines } = listing
  const share = (part: number) => (part === 0 ? '' : percent(part / tree.root.total, tree.samples))
  // V8's own profiler tells the line on top only, so a total would leave out what the line calls.
  const totals = tree.source !== 'cpu-prof' && tree.source !== 'heap-prof'
  const columns = (one: { self: number; total: number }) =>
    share(one.self).padStart(7) + (totals ? share(one.total).padStart(8) : '')
  const unknown = total - located
  const of = tree.unit.counts === 'bytes' ? 'of the bytes' : 'of the time'
  return [
    `${paint.bold(`${name}  ${file}:${line}`)}  self ${share(self) || '0 %'}, total ${share(total)} ${of}`,
    paint.dim(`   self${totals ? '   total' : ''}   line`),
    ...lines.map((one) =>
      `${columns(one)}  ${paint.dim(String(one.line).padStart(5))} ${one.text}`.trimEnd(),
    ),
    ...(totals && unknown / total >= 0.05
      ? wrap(
          `of ${percent(unknown / total)} of its time the line is not known: it ran in V8's interpreter, or began there`,
          '  ',
        ).map((text) => paint.dim(text))
      : []),
  ].join('\n')
}

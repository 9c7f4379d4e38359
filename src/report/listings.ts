/** The hot functions of a recording line by line, from the source as it is on the disk, and as text. */
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { paint } from '../cli/colour.ts'
import { nearest } from '../cli/nearest.ts'
import { resultDirectories, shownPlace } from '../experiment/results.ts'
import { percent } from '../flame/caption.ts'
import { type Listing, listingsOf } from '../flame/listing.ts'
import { type FrameTree, labelOf } from '../flame/tree.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { functionAt, type Piece, piecesIn } from '../source/pieces.ts'
import { files } from './flame-files.ts'
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
  // V8's own profiler knows the line on top only: a total would leave out what the line calls.
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

/** A recording that was saved, with the functions that it lists. */
interface Recorded {
  directory: string
  tree: FrameTree
}

/**
 * The newest recording of a program, or the one in a directory; undefined if a word names none.
 * @param word a directory of results, or a program as it was typed for `flame`: `../app/server.ts`
 */
export async function findRecording(word: string, here: string): Promise<Recorded | undefined> {
  const given = basename(word) === files.tree ? dirname(word) : word
  for (const directory of [resolve(here, given), resolve(labRoot, given), ...newest(word)]) {
    const text = await readFile(join(directory, files.tree), 'utf8').catch(() => undefined)
    if (text !== undefined) return { directory, tree: JSON.parse(text) as FrameTree }
  }
  return undefined
}

/** Directories of results of a program, the newest first: `src-server.ts-flame-2026-11-28-171400`. */
function newest(word: string): string[] {
  const parts = word.split('/').filter((part) => part !== '' && part !== '..' && part !== '.')
  const names = new Set(parts.map((_, at) => parts.slice(at).join('-')))
  return resultDirectories()
    .flatMap((place) =>
      (existsSync(place) ? readdirSync(place) : []).map((name) => ({ place, name })),
    )
    .flatMap(({ place, name }) => {
      const [, program, at] = /^(.*)-flame-([\d-]{17,})$/.exec(name) ?? []
      return names.has(program ?? '') ? [{ directory: join(place, name), at: at! }] : []
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .map(({ directory }) => directory)
}

/**
 * The listing of a function of a recording, as text.
 * @param asked its name, or where it is: `listItems`, `server.ts:34`; empty: the functions there are
 * @throws LabError if the recording does not list it
 */
export function recordedListing(
  { directory, tree }: Recorded,
  word: string,
  asked: string,
): string {
  const { listings = [] } = tree
  if (listings.length === 0) {
    throw new LabError(`the recording of ${word} lists no function`, {
      means: 'no line of its own files was seen: it is older, or its code was hardly running',
      next: `npm run flame -- ${word}`,
    })
  }
  const found = listings.filter(
    ({ name, file, line }) =>
      asked === name || asked === labelOf({ name, file, line }) || asked === `${file}:${line}`,
  )
  if (found.length === 0) {
    const names = listings.map(({ name }) => name).filter((name) => name !== '(anonymous)')
    const near = nearest(asked, new Set(names))[0] ?? names[0]
    const all = listings.map((one) => `${labelOf(one)}, ${percent(one.total / tree.root.total)}`)
    throw new LabError(
      asked === '' ? 'which function?' : `the recording of ${word} has no listing of '${asked}'`,
      {
        means: `those with most time: ${all.join('; ')}`,
        next: `npm run explain -- ${word} ${near ?? `${listings[0]!.file}:${listings[0]!.line}`}`,
      },
    )
  }
  return [
    ...found.map((listing) => listingText(listing, tree)),
    paint.dim(`From the recording in ${shownPlace(directory)}`),
  ].join('\n\n')
}

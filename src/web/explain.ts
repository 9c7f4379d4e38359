/** What a frame of a flame graph is: its lines, the hunks that touch them, where a chapter says so. */

import { sharedFile } from '../flame/difference.ts'
import { lookUp, ownRole, roleMeanings } from '../flame/glossary.ts'
import type { Role } from '../flame/roles.ts'
import type { Hunk } from '../report/hunks.ts'
import { functionAt, type SourceFunction } from '../report/source-index.ts'
import { stages } from '../stages.ts'
import { notFound } from './answers.ts'
import { chapterCards, differenceOf, readChapter } from './chapters.ts'
import { highlight } from './highlight.ts'
import { sources } from './sources.ts'
import type {
  ChapterData,
  Explanation,
  HunkRef,
  PieceRef,
  SourceData,
  SourcePiece,
} from './wire.ts'

export interface Asked {
  /** As the tree names it: `parseBulk`, `uv__read`. */
  frame: string
  /** As the tree has it: `stages/stage2/parser.ts`, `stages/…/parser.ts`, `libuv`. */
  file: string | undefined
  line: number | undefined
  /** Whose graph it is; its own sources, hunks and chapter come first. */
  stage: string | undefined
}

export async function explainFrame(asked: Asked): Promise<Explanation> {
  const { functions } = await sources()
  const found = inOrder(functionsOf(asked, functions), asked.stage)
  const first = found[0]
  const known = first === undefined ? lookUp([asked.frame, asked.file ?? ''].join(' ')) : undefined
  const role =
    first === undefined
      ? known && ownRole(known.frame)
      : ownRole({ name: first.name, kind: 'js', file: first.file })
  const hunks = await hunksOn(found, asked.stage)
  return {
    frame: asked.frame,
    means: known?.means ?? null,
    where: known === undefined ? null : (whose[known.frame.file ?? ''] ?? known.frame.file ?? null),
    role: role ?? null,
    roleMeans: role === undefined ? null : roleMeanings[role as Role],
    sources: found.map(sourcePiece),
    hunks,
    paragraphs: await paragraphsOn(first?.name ?? asked.frame, found, hunks, asked.stage),
  }
}

const whose: Record<string, string> = {
  libuv: 'libuv, C',
  libc: 'the C library',
  node: "Node's C++",
  v8: 'V8, the JavaScript engine',
  kernel: 'the kernel, on behalf of the server',
}

/** The function in all stages that have it: by its place, else by its name. */
function functionsOf(
  { frame, file, line }: Asked,
  functions: readonly SourceFunction[],
): SourceFunction[] {
  // `get waiting`, `new Parser`, `Parser.parseBulk`
  const name = frame
    .replace(/^(?:get|set|new|async) /, '')
    .split('.')
    .at(-1)!
  const place =
    file !== undefined && line !== undefined ? functionAt(functions, file, line) : undefined
  const wanted = place?.name ?? name
  const shared = sharedFile(place?.file ?? file)
  const ours = shared === undefined || shared.startsWith('stages/') || shared.startsWith('src/')
  if (!ours) return []
  return functions.filter(
    (one) => one.name === wanted && (shared === undefined || sharedFile(one.file) === shared),
  )
}

function stageIn(file: string): string | null {
  return /^stages\/(stage\d+)\//.exec(file)?.[1] ?? null
}

function inOrder(found: SourceFunction[], stage: string | undefined): SourceFunction[] {
  const weight = ({ file }: SourceFunction) => (stageIn(file) === stage ? 0 : 1)
  return found.toSorted((a, b) => weight(a) - weight(b))
}

function sourcePiece({ name, file, line, end, text }: SourceFunction): SourcePiece {
  return { name, file, stage: stageIn(file), line, end, text, html: highlight(text, 'ts') }
}

/** The hunks, between stages that follow each other, that change a line of the function. */
async function hunksOn(
  found: readonly SourceFunction[],
  stage: string | undefined,
): Promise<HunkRef[]> {
  const all: HunkRef[] = []
  for (const [at, to] of stages.entries()) {
    const from = stages[at - 1]
    if (from === undefined) continue
    const own = (id: string) => found.filter((one) => stageIn(one.file) === id)
    const [old, now] = [own(from.id), own(to.id)]
    if (old.length + now.length === 0) continue
    const names = new Set([...old, ...now].map(({ file }) => file.split('/').slice(2).join('/')))
    for (const file of await differenceOf(from.id, to.id)) {
      if (!names.has(file.name)) continue
      for (const hunk of file.hunks) {
        if (!touches(hunk, old, now)) continue
        all.push({ from: from.id, to: to.id, file: file.name, number: hunk.number })
      }
    }
  }
  const weight = ({ from, to }: HunkRef) => (to === stage ? 0 : from === stage ? 1 : 2)
  return all.toSorted((a, b) => weight(a) - weight(b))
}

function touches(
  hunk: Hunk,
  old: readonly SourceFunction[],
  now: readonly SourceFunction[],
): boolean {
  const on = (list: readonly SourceFunction[], line: number) =>
    list.some((one) => one.line <= line && line <= one.end)
  let [left, right] = [hunk.before, hunk.after]
  for (const line of hunk.lines) {
    if (line.startsWith('-') && on(old, left)) return true
    if (line.startsWith('+') && on(now, right)) return true
    if (!line.startsWith('+')) left++
    if (!line.startsWith('-')) right++
  }
  return false
}

/** Pieces that show the function, then those about its hunks, then those that name it. */
async function paragraphsOn(
  name: string,
  found: readonly SourceFunction[],
  hunks: readonly HunkRef[],
  stage: string | undefined,
): Promise<PieceRef[]> {
  const named = new RegExp(`<code>(?:\\w+\\.)?${escapeRegExp(name)}(?:\\([^<]*)?</code>`)
  const ranked: { rank: number; ref: PieceRef }[] = []
  for (const card of await chapterCards()) {
    const chapter: ChapterData = await readChapter(card.name)
    for (const piece of chapter.pieces) {
      const shows = piece.regions.some((region) =>
        found.some(
          (one) => one.file === region.file && one.line <= region.end && region.line <= one.end,
        ),
      )
      const about = piece.hunks.some((one) =>
        hunks.some(
          (hunk) =>
            hunk.from === one.from &&
            hunk.to === one.to &&
            hunk.file === one.file &&
            hunk.number === one.number,
        ),
      )
      const says = named.test(piece.wordsHtml)
      if (!shows && !about && !says) continue
      const rank = (card.stage === stage ? 0 : 10) + (shows ? 0 : about ? 1 : 2)
      const ref = { chapter: card.name, piece: piece.id, section: piece.section }
      ranked.push({ rank, ref })
    }
  }
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ ref }) => ref)
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A file of the stages, or of what they share. @throws WebError, 404, for any other */
export async function sourceData(file: string): Promise<SourceData> {
  const text = (await sources()).files.get(file)
  if (text === undefined) throw notFound(`there is no file '${file}' in the stages`)
  return { file, text, html: highlight(text, 'ts') }
}

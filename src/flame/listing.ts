/**
 * A function line by line: what each of its lines took, from the samples that the flame graph is
 * drawn from.
 */
import { isOwnCode } from './layers.ts'
import { type FrameNode, type FrameTree, labelOf } from './tree.ts'

/** Amounts are in the unit of the tree. */
export interface Listing {
  name: string
  file: string
  /** Of the definition, from 1. */
  line: number
  /** Of the function over all its calls; `total` of the outermost ones. */
  self: number
  total: number
  /** The part of `total` of which the line is known: of code in V8's interpreter it is not. */
  located: number
  /** Lines of the source; those left out are missing from the numbers. */
  lines: { line: number; text: string; self: number; total: number }[]
}

/** More of a function is not listed: the lines around the one with most are. */
const MOST_LINES = 60

/** Functions that take less of the whole are not listed. */
const LEAST = 0.01

/** Where a function ends, last line from 1; undefined if that is not known. */
export type EndOf = (file: string, line: number) => number | undefined

/** Longest line of a source that is shown: a bundle that was minified may be a single one. */
const LONGEST_LINE = 200

function cut(text: string): string {
  return text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}…`
}

/**
 * Listings of the own functions that take most, largest first.
 * @param sourceOf the text of a file as the tree names it; undefined if it is not there
 */
export async function listingsOf(
  { root }: Pick<FrameTree, 'root'>,
  sourceOf: (file: string) => Promise<string | undefined>,
  endOf: EndOf = () => undefined,
  most = 12,
): Promise<Listing[]> {
  const functions = linesByFunction(root)
    .filter(({ total, located }) => located > 0 && total >= LEAST * root.total)
    .sort((a, b) => b.total - a.total)
    .slice(0, most)
  const listings: Listing[] = []
  for (const { byLine, ...one } of functions) {
    const source = await sourceOf(one.file)
    if (source === undefined) continue
    const lines = source.split('\n')
    const last = Math.min(lines.length, endOf(one.file, one.line) ?? Math.max(...byLine.keys()) + 1)
    // The file was changed after the program was started.
    if (Math.max(...byLine.keys()) > lines.length) continue
    const from = firstShown(one.line, last, byLine)
    const shown = lines.slice(from - 1, Math.min(last, from + MOST_LINES - 1))
    listings.push({
      ...one,
      lines: shown.map((text, at) => {
        const [self, total] = byLine.get(from + at) ?? [0, 0]
        return { line: from + at, text: cut(text), self, total }
      }),
    })
  }
  return listings
}

function firstShown(
  line: number,
  last: number,
  byLine: ReadonlyMap<number, [number, number]>,
): number {
  if (last - line < MOST_LINES) return line
  const [hottest] = [...byLine].sort((a, b) => b[1][1] - a[1][1])[0]!
  return Math.max(line, Math.min(hottest - MOST_LINES / 2, last - MOST_LINES + 1))
}

type Located = Omit<Listing, 'lines'> & { byLine: Map<number, [self: number, total: number]> }

function linesByFunction(root: FrameNode): Located[] {
  const found = new Map<string, Located>()
  const visit = (node: FrameNode, callers: ReadonlySet<string>) => {
    let inside = callers
    if (isOwnCode(node) && node.file !== undefined && node.line !== undefined) {
      const key = labelOf(node)
      const { name, file, line } = node
      const one = found.get(key) ?? {
        ...{ name, file, line, self: 0, total: 0, located: 0 },
        byLine: new Map<number, [number, number]>(),
      }
      found.set(key, one)
      const isOutermost = !callers.has(key)
      one.self += node.self
      if (isOutermost) one.total += node.total
      for (const [at, [self, total]] of Object.entries(node.lines ?? {})) {
        const sums = one.byLine.get(Number(at)) ?? [0, 0]
        sums[0] += self
        if (isOutermost) {
          sums[1] += total
          one.located += total
        }
        one.byLine.set(Number(at), sums)
      }
      inside = new Set(callers).add(key)
    }
    for (const child of node.children) visit(child, inside)
  }
  visit(root, new Set())
  return [...found.values()]
}

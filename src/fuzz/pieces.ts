/** How the bytes of a case are cut up. A server must answer the same however a network does it. */
import type { Item } from './case.ts'
import type { Random } from './random.ts'

/**
 * The longest piece in bytes: the kernel takes one of this length at once, so no half of it is left
 * to be written when the server closes.
 */
const MAX_PIECE = 70_000

/** Where the servers' buffers end: cuts just there are the interesting ones. */
const EDGES = [8191, 8192, 8193, 16_383, 16_384, 16_385, 32_768]

/** Cuts in one of the ways that networks and clients do it. */
export function cut(items: readonly Item[], random: Random): string[] {
  const way = random.int(10)
  if (way < 4) return atEnds(items, () => false)
  if (way < 6) return atEnds(items, () => true)
  const bytes = items.map((item) => item.bytes).join('')
  const forced = ends(items, (item) => item.endsPiece === true)
  if (way < 7 && bytes.length < 200) return at(bytes, [...bytes].keys())
  const cuts = [...forced]
  for (let left = 1 + random.int(5); left > 0; left--) {
    cuts.push(random.chance(0.2) ? random.pick(EDGES) : random.int(bytes.length))
  }
  return at(bytes, cuts)
}

/** Cuts between items: where one must be the end of a piece, and where `wanted` says. */
export function atEnds(items: readonly Item[], wanted: (item: Item) => boolean): string[] {
  const bytes = items.map((item) => item.bytes).join('')
  return at(
    bytes,
    ends(items, (item) => item.endsPiece === true || wanted(item)),
  )
}

function ends(items: readonly Item[], wanted: (item: Item) => boolean): number[] {
  const found: number[] = []
  let end = 0
  for (const item of items) {
    end += item.bytes.length
    if (wanted(item)) found.push(end)
  }
  return found
}

/** Cuts at these offsets, and wherever a piece would be too long. */
function at(bytes: string, offsets: Iterable<number>): string[] {
  const cuts = [...new Set(offsets), bytes.length].sort((a, b) => a - b)
  const pieces: string[] = []
  let start = 0
  for (const end of cuts) {
    while (end - start > MAX_PIECE) {
      pieces.push(bytes.slice(start, start + MAX_PIECE))
      start += MAX_PIECE
    }
    if (end > start && end <= bytes.length) {
      pieces.push(bytes.slice(start, end))
      start = end
    }
  }
  return pieces
}

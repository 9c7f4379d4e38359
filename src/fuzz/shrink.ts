/**
 * Makes a failing case as short as it can, by trying: fewer pieces, fewer commands, fewer words,
 * fewer bytes. Every try is sent to both servers again, from an empty state.
 */
import { cmd } from '../conformance/bytes.ts'
import type { FuzzCase, Item } from './case.ts'
import { atEnds } from './pieces.ts'

/** True where the pieces still show a difference. */
export type Fails = (pieces: readonly string[]) => Promise<boolean>

/** Milliseconds after which the search ends with what it has. */
const MOST_TIME = 8000

/**
 * The shortest pieces that were found to fail.
 * @param most how many tries may be spent
 */
export async function shrink(failing: FuzzCase, fails: Fails, most: number): Promise<string[]> {
  const end = performance.now() + MOST_TIME
  let tries = 0
  let shortest: readonly string[] = failing.pieces
  const counted: Fails = async (pieces) => {
    if (tries++ >= most || performance.now() > end) throw new Enough()
    if (pieces.length === 0 || !(await fails(pieces))) return false
    shortest = pieces
    return true
  }
  try {
    const { items, cut } = await simplestCut(failing, counted)
    const best = await smallest(items, (candidate) => counted(cut(candidate)))
    await joinPieces(cut(best), counted)
  } catch (failure) {
    if (!(failure instanceof Enough)) throw failure
  }
  return [...shortest]
}

/** No more tries may be spent. */
class Enough extends Error {}

/** Goes on until nothing can be taken away any more. */
async function smallest(
  items: Item[],
  fails: (items: Item[]) => Promise<boolean>,
): Promise<Item[]> {
  let best = items
  for (let before = -1; before !== size(best); ) {
    before = size(best)
    best = await fewer(best, fails)
    best = await shorterWords(best, fails)
    best = await shorterBytes(best, fails)
  }
  return best
}

type Cut = (items: readonly Item[]) => string[]

const whole: Cut = (items) => atEnds(items, () => false)
const each: Cut = (items) => atEnds(items, () => true)

/** One piece, where that fails as well; else a piece for each item; else the pieces as they were. */
async function simplestCut({ items, pieces }: FuzzCase, fails: Fails) {
  for (const cut of [whole, each]) if (await fails(cut(items))) return { items, cut }
  return { items: pieces.map((bytes): Item => ({ bytes })), cut: each }
}

function size(items: readonly Item[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes.length + 1, 0)
}

/**
 * Takes out as many elements as can be missed: halves first, then smaller and smaller runs of them
 * (delta debugging).
 */
async function fewer<T>(list: readonly T[], fails: (list: T[]) => Promise<boolean>): Promise<T[]> {
  let best = [...list]
  for (let run = Math.ceil(best.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let at = 0; at < best.length; ) {
      const candidate = best.toSpliced(at, run)
      if (candidate.length > 0 && (await fails(candidate))) best = candidate
      else at += run
    }
  }
  return best
}

/** Fewer words in each command, and shorter ones; the frames stay right. */
async function shorterWords(
  items: Item[],
  fails: (items: Item[]) => Promise<boolean>,
): Promise<Item[]> {
  let best = items
  for (let at = 0; at < best.length; at++) {
    const { words } = best[at]!
    if (words === undefined) continue
    const put = (candidate: string[]) =>
      best.with(at, { bytes: cmd(...candidate), words: candidate })
    let shorter = await fewer(words, (candidate) => fails(put(candidate)))
    for (let word = 0; word < shorter.length; word++) {
      const letters = await fewer([...shorter[word]!, ''], (candidate) =>
        fails(put(shorter.with(word, candidate.join('')))),
      )
      shorter = shorter.with(word, letters.join(''))
    }
    best = put(shorter)
  }
  return best
}

/** Fewer bytes anywhere, whatever becomes of the frames. */
async function shorterBytes(
  items: Item[],
  fails: (items: Item[]) => Promise<boolean>,
): Promise<Item[]> {
  let best = items
  for (let at = 0; at < best.length; at++) {
    const { bytes, endsPiece } = best[at]!
    const put = (text: string): Item => (endsPiece ? { bytes: text, endsPiece } : { bytes: text })
    const letters = await fewer([...bytes], (candidate) =>
      fails(best.with(at, put(candidate.join('')))),
    )
    if (letters.length < bytes.length) best = best.with(at, put(letters.join('')))
  }
  return best
}

/** Sends neighbours together where that fails as well. */
async function joinPieces(pieces: string[], fails: Fails): Promise<string[]> {
  let best = pieces
  for (let at = 0; at + 1 < best.length; ) {
    const candidate = best.toSpliced(at, 2, best[at]! + best[at + 1]!)
    if (await fails(candidate)) best = candidate
    else at++
  }
  return best
}

/**
 * The guesses of the course, from what the walkthrough keeps. Only what is kept under the id of a
 * prediction is taken, wherever in the document it stands: the rest is nobody's business here.
 */
import type { KeptGuess } from './bundle.ts'

/** No guess is longer; whatever is, is none. */
const LONGEST = 120

/** The document is a few levels deep; one that was made to be deeper is not followed. */
const DEEPEST = 6

/**
 * @param kept the document of the walkthrough; anything at all
 * @param ids of the predictions that are known
 * @returns the guesses, in the order of `ids`
 */
export function guessesIn(kept: unknown, ids: readonly string[]): KeptGuess[] {
  const found: Found = { guesses: new Map(), verdicts: new Map() }
  look(kept, new Set(ids), found, 0)
  return ids.flatMap((id) => {
    const guess = found.guesses.get(id)
    return guess === undefined ? [] : [{ id, guess, verdict: found.verdicts.get(id) ?? null }]
  })
}

/** By the id of the prediction. What was guessed, and how it fared, stand in places of their own. */
interface Found {
  guesses: Map<string, KeptGuess['guess']>
  verdicts: Map<string, string>
}

function look(value: unknown, ids: ReadonlySet<string>, found: Found, depth: number): void {
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return
  for (const [key, inner] of Object.entries(value)) {
    if (!ids.has(key)) {
      look(inner, ids, found, depth + 1)
      continue
    }
    const { guess, verdict } = (inner ?? {}) as { guess?: unknown; verdict?: unknown }
    const usable = readGuess(guess)
    if (usable !== undefined) found.guesses.set(key, usable)
    if (typeof verdict === 'string' && /^[a-z ]{1,20}$/.test(verdict)) {
      found.verdicts.set(key, verdict)
    }
  }
}

function readGuess(value: unknown): KeptGuess['guess'] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'string') return value.length <= LONGEST ? value : undefined
  if (!Array.isArray(value) || value.length > 12) return undefined
  const words = value.filter((item) => typeof item === 'string' && item.length <= LONGEST)
  return words.length === value.length ? words : undefined
}

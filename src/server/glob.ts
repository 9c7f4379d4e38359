/**
 * Redis' glob patterns, as KEYS, SCAN and CONFIG GET take them: `*`, `?`, `[abc]`, `[^a-z]` and `\`
 * before a character that is meant literally.
 */

/**
 * A pattern with more `*` than this before its end matches nothing. Redis calls itself for each of
 * them, and this is how deep it goes.
 */
const MAX_STARS = 1000

/** True if the whole of `text` matches. Two indices and one point to go back to: no recursion. */
export function matchesGlob(pattern: string, text: string): boolean {
  // Redis does not look at the pattern when there is no text: only `*`, a shortcut, takes it.
  if (text === '') return pattern === '' || pattern === '*'
  let p = 0
  let t = 0
  /** Where the last `*` stood, and how far into the text it has been stretched. */
  let star = -1
  let stretched = 0
  let stars = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      while (pattern[p + 1] === '*') p++
      if (p + 1 === pattern.length) return true
      if (++stars > MAX_STARS) return false
      star = p++
      stretched = t
      continue
    }
    const after = p < pattern.length ? matchOne(pattern, p, text[t]!) : -1
    if (after !== -1) {
      p = after
      t++
    } else if (star !== -1) {
      p = star + 1
      t = ++stretched
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Matches one character against the item at `p`; returns the index of the next item, or -1. */
function matchOne(pattern: string, p: number, character: string): number {
  const item = pattern[p]!
  if (item === '?') return p + 1
  if (item === '[') return matchClass(pattern, p + 1, character)
  if (item === '\\' && p + 1 < pattern.length) return pattern[p + 1] === character ? p + 2 : -1
  return item === character ? p + 1 : -1
}

function matchClass(pattern: string, start: number, character: string): number {
  let p = start
  const negated = pattern[p] === '^'
  if (negated) p++
  let matched = false
  for (;;) {
    const first = pattern[p]
    // A class that is not closed ends with the pattern.
    if (first === undefined) break
    if (first === '\\' && p + 1 < pattern.length) {
      matched ||= pattern[p + 1] === character
      p += 2
    } else if (first === ']') {
      p++
      break
    } else if (pattern[p + 1] === '-' && p + 2 < pattern.length) {
      const last = pattern[p + 2]!
      const [low, high] = first <= last ? [first, last] : [last, first]
      matched ||= low <= character && character <= high
      p += 3
    } else {
      matched ||= first === character
      p++
    }
  }
  return matched !== negated ? p : -1
}

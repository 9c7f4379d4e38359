/** Breaks a line that is wider than the terminal; with colours in it, which take no room. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const piece = /\x1b\[[0-9;]*m|[\s\S]/gu

/** A word that is longer is broken in the middle. */
const LONGEST_WORD = 32
/** What follows a break is set in further than the line by this much, but never more than half. */
const DEEPER = 2

/**
 * The line in parts of at most `columns` characters, broken before a word where that is possible. A
 * part that follows is set in, so that a line of code is still seen to be one.
 * @returns at least one; the line itself where it fits
 */
export function fold(line: string, columns: number): string[] {
  const parts: string[] = []
  let indent: string | undefined
  let part = ''
  let width = 0
  /** What came before the last space, and how wide what follows it is. */
  let space = { end: 0, after: 0 }
  for (const [text] of line.matchAll(piece)) {
    if (text.startsWith('\x1b')) {
      part += text
      continue
    }
    if (width === columns) {
      indent ??= ' '.repeat(Math.min(columns >> 1, setIn(parts[0] ?? part) + DEEPER))
      const atWord = text !== ' ' && space.end > 0 && space.after <= LONGEST_WORD
      const rest = atWord ? part.slice(space.end) : ''
      parts.push((atWord ? part.slice(0, space.end) : part).trimEnd())
      part = indent + rest
      width = indent.length + (atWord ? space.after : 0)
      space = { end: 0, after: 0 }
      if (text === ' ') continue
    }
    part += text
    width++
    if (text === ' ' && part.trim() !== '') space = { end: part.length, after: 0 }
    else space.after++
  }
  return [...parts, part]
}

/** How far the text of a line is set in, behind a sign or a number in front of it. */
function setIn(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  const plain = line.replace(/\x1b\[[0-9;]*m/g, '')
  return /^\s*(?:\d+(?= )|[+|-](?= ))?\s*/.exec(plain)![0].length
}

/** Code without its comments: they say what it costs, and that is to be guessed. */

/** The lines that hold code, each with its index; a comment behind code goes too. */
export function withoutComments(lines: readonly string[]): { at: number; code: string }[] {
  const kept: { at: number; code: string }[] = []
  let inside = false
  for (const [at, line] of lines.entries()) {
    const begins = /^\s*\/\*/.test(line)
    if (inside || begins) {
      inside = !line.includes('*/')
      continue
    }
    const code = line.replace(/(^|\s)\/\/.*$/, '').trimEnd()
    if (code !== '') kept.push({ at, code })
  }
  return kept
}

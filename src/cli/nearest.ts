/** For 'did you mean': the names nearest to a word, up to five; none that has nothing in common. */
export function nearest(word: string, names: Iterable<string>): string[] {
  const asked = word.toLowerCase()
  return [...names]
    .map((name) => {
      const other = name.toLowerCase()
      const part = asked.length > 2 && (other.includes(asked) || asked.includes(other))
      const away = distance(asked, other)
      return { name, away: part ? Math.min(2, away) : away }
    })
    .filter(({ name, away }) => away <= Math.max(2, Math.min(name.length, asked.length) * 0.5))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name)
}

/** Letters to insert, delete or change (Levenshtein's distance). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[other.length]!
}

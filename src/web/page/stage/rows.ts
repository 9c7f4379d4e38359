/** The rows of a hunk: what stands beside each other on its two sides. */

export type Sign = '+' | '-' | ' '

export interface Line {
  number: number
  sign: Sign
  html: string
}

export interface Row {
  before: Line | null
  after: Line | null
}

/** The same rows one below the other, as `diff -u` has them. */
export function inOneColumn(rows: readonly Row[]): Row[] {
  const list: Row[] = []
  let added: Row[] = []
  const flush = () => {
    list.push(...added)
    added = []
  }
  for (const { before, after } of rows) {
    if (before?.sign === ' ') {
      flush()
      list.push({ before, after })
      continue
    }
    if (before !== null) list.push({ before, after: null })
    if (after !== null) added.push({ before: null, after })
  }
  flush()
  return list
}

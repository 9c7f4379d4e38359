/**
 * Which functions an address of optimised code stands in. TurboFan and Maglev copy small functions
 * into their callers: the machine's stack then shows `onStreamRead` alone while the processor is in
 * `next` of `parser.ts`, and a stage's parser vanishes from its own flame graph. V8 writes down what
 * it did (`--log-source-code`), as text, in two tables:
 *
 * - positions, `C26O14633C44O14659I2…`: from byte 26 of the code on, source position 14633; from byte
 *   44, position 14659 of inlining no. 2;
 * - inlinings, `F0O4580F1O6012I0…`: no. 0 is function 0 of the list of functions, called at position
 *   4580 of the outer function; no. 1 is function 1, called at 6012 of inlining no. 0.
 *
 * The format is that of V8's own tools (`tools/profile.mjs` in V8's source).
 */
export interface InlineTables {
  /** Where each stretch of code begins, in bytes from the start of the code, ascending. */
  offsets: number[]
  /** The inlining that the stretch belongs to, -1 for the outer function itself. */
  owners: number[]
  /** By inlining: index into the list of functions. */
  functions: number[]
  /** By inlining: the inlining that it was copied into, -1 for the outer function. */
  parents: number[]
}

export function parseInlineTables(positions: string, inlined: string): InlineTables {
  const tables: InlineTables = { offsets: [], owners: [], functions: [], parents: [] }
  for (const match of positions.matchAll(/C(\d+)O\d+(?:I(\d+))?/g)) {
    tables.offsets.push(Number(match[1]))
    tables.owners.push(match[2] === undefined ? -1 : Number(match[2]))
  }
  for (const match of inlined.matchAll(/F(\d+)O\d+(?:I(\d+))?/g)) {
    tables.functions.push(Number(match[1]))
    tables.parents.push(match[2] === undefined ? -1 : Number(match[2]))
  }
  return tables
}

/**
 * The functions copied in around byte `offset` of the code, outermost first, as indices into the
 * list of functions; empty in the outer function itself.
 */
export function inlinedAt(tables: InlineTables, offset: number): number[] {
  let low = 0
  let high = tables.offsets.length - 1
  let found = -1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (tables.offsets[middle]! <= offset) {
      found = middle
      low = middle + 1
    } else high = middle - 1
  }
  const chain: number[] = []
  let inlining = found < 0 ? -1 : tables.owners[found]!
  while (inlining >= 0 && chain.length < 64) {
    const index = tables.functions[inlining]
    if (index === undefined) break
    chain.unshift(index)
    inlining = tables.parents[inlining] ?? -1
  }
  return chain
}

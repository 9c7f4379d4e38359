/**
 * The source of a stage as a reader is shown it. Each optimization of stages 3 to 6 has a switch,
 * `const REUSE = optimization('slab', …)`, with which `compare --ablate` measures what it saves. In a
 * difference of two stages the switches would be noise, so they are shown as switched on for good.
 */

export interface Shown {
  lines: string[]
  /** For each of them its number in the file, from 1. */
  numbers: number[]
}

/**
 * Takes the switches out of a source.
 * @param text of a whole file; one without switches is returned as it is
 */
export function withoutSwitches(text: string): Shown {
  const all = text.split('\n').map((line, at) => ({ line, number: at + 1 }))
  const names = [...text.matchAll(/^const (\w+) = optimization\(/gm)].map(([, name]) => name!)
  if (names.length === 0) return parts(all)
  const name = `(?:${names.join('|')})`
  const shown = all.flatMap(({ line, number }) => {
    const rest = lineWithout(line, name)
    return rest === undefined ? [] : [{ line: rest, number }]
  })
  return parts(
    // Between two blank lines there was a switch.
    shown.filter(({ line }, at) => line !== '' || (at > 0 && shown[at - 1]!.line !== '')),
  )
}

function parts(lines: readonly { line: string; number: number }[]): Shown {
  return { lines: lines.map(({ line }) => line), numbers: lines.map(({ number }) => number) }
}

/**
 * A line as it is with everything switched on; undefined if nothing is left of it.
 * @param name pattern of the names of the switches
 */
function lineWithout(line: string, name: string): string | undefined {
  const gone = [
    /^import \{ optimization \} from /,
    new RegExp(`^const ${name} = optimization\\(`),
    new RegExp(`^ *if \\(!${name}\\) `),
    // What is done in place of the line above.
    /^ *else this\.args = new Arguments\(\)$/,
  ]
  if (gone.some((pattern) => pattern.test(line))) return undefined
  return line
    .replace(new RegExp(`(^ *)if \\(${name}\\) `), '$1')
    .replace(new RegExp(`= ${name} && \\((.*)\\)$`), '= $1')
    .replace(new RegExp(`\\b${name} && `, 'g'), '')
    .replace(new RegExp(` \\|\\| !${name}\\b`, 'g'), '')
    .replace(new RegExp(`!${name} \\|\\| `, 'g'), '')
    .replace(new RegExp(`\\b${name} \\? (\\w+) : [\\w.]+\\(\\w+\\)`), '$1')
}

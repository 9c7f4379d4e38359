/**
 * Pieces of source by their name, for pages that show them and lessons that speak of them.
 *
 * There are no marks in the source for this. A mark would stand in every file of every stage, move
 * when a piece moves, and so turn up in the difference between two stages; and that difference is
 * the lesson, which must hold nothing but the change. What a piece is called is in the source anyway.
 */
import { nearest } from './explain.ts'
import { functionsIn, type SourceFunction } from './source-index.ts'

/** A function, method, field, class, const or type, with the comment above it. */
export interface Region extends SourceFunction {
  /** What it stands in: the class of a method, the function around a function. */
  inside: string | undefined
  /** First line of the comment above, from 1; that of the piece itself where there is none. */
  commentLine: number
  /** Comment and source, set in as in the file. */
  whole: string
}

/** All pieces of one file that have a name, in its order. */
export function regionsIn(text: string, file: string): Region[] {
  const lines = text.split('\n')
  const functions = functionsIn(text, file)
  const known = new Set(functions.map(({ line }) => line))
  const classes = functions.filter(({ line }) => /\bclass \w/.test(lines[line - 1]!))
  const rest: SourceFunction[] = []
  for (const [at, line] of lines.entries()) {
    if (known.has(at + 1)) continue
    const name = topLevel.exec(line)?.[1] ?? fieldAt(line, at + 1, classes)
    if (name === undefined) continue
    const end = statementEnd(lines, at)
    rest.push({ name, file, line: at + 1, end, text: lines.slice(at, end).join('\n') })
  }
  const all = [...functions, ...rest].sort((a, b) => a.line - b.line)
  return all.map((one) => {
    const commentLine = commentAbove(lines, one.line)
    const whole = lines.slice(commentLine - 1, one.end).join('\n')
    return { ...one, inside: around(all, one)?.name, commentLine, whole }
  })
}

const topLevel = /^(?:export )?(?:declare )?(?:const|let|interface|type) (\w+)/
const field = /^ {2}(?:(?:private|public|protected|static|readonly|override) )*(#?\w+)[?!]?(?::| =)/

function fieldAt(line: string, at: number, classes: readonly SourceFunction[]): string | undefined {
  if (!classes.some((one) => one.line < at && at < one.end)) return undefined
  return field.exec(line)?.[1]
}

/** The last line of a statement, from 1: what is set in further, and a bracket that closes it. */
function statementEnd(lines: readonly string[], at: number): number {
  const indent = lines[at]!.search(/\S/)
  let last = at
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next]!
    if (line.trim() === '') continue
    const depth = line.search(/\S/)
    if (depth === indent && /^[})\]]/.test(line.trim())) return next + 1
    if (depth <= indent) break
    last = next
  }
  return last + 1
}

/** The first line, from 1, of the comment that ends on the line above `line`. */
function commentAbove(lines: readonly string[], line: number): number {
  let first = line
  while (first > 1 && /^\s*\/\//.test(lines[first - 2]!)) first--
  if (first < line || !/\*\/\s*$/.test(lines[line - 2] ?? '')) return first
  while (first > 1 && !/^\s*\/\*/.test(lines[first - 1]!)) first--
  return first
}

function around(all: readonly SourceFunction[], one: SourceFunction): SourceFunction | undefined {
  const outer = all.filter(({ line, end }) => line < one.line && one.end <= end)
  return outer.at(-1)
}

/**
 * The piece of that name.
 * @param name `Reader`, `readByte`, `Reader.readByte`
 * @throws Error where the file has none or more than one; it says what there is
 */
export function findRegion(text: string, file: string, name: string): Region {
  const all = regionsIn(text, file)
  const full = ({ inside, name }: Region) => (inside === undefined ? name : `${inside}.${name}`)
  const found = all.filter((one) => full(one) === name || one.name === name)
  // A top-level name wins over a method of the same name.
  const exact = found.filter((one) => full(one) === name)
  if (exact.length === 1) return exact[0]!
  if (found.length === 1) return found[0]!
  if (found.length > 1) {
    const places = found.map((one) => `${full(one)} in line ${one.line}`).join(', ')
    throw new Error(`${file} has more than one '${name}': ${places}`)
  }
  const near = nearest(name, new Set(all.flatMap((one) => [full(one), one.name])))
  const names = all.map(full).slice(0, 20)
  const known = near.length > 0 ? `near it: ${near.join(', ')}` : `it has ${names.join(', ')}`
  throw new Error(`${file} has no '${name}'; ${known}`)
}

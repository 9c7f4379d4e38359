/**
 * The named pieces of a source file, found by a parser: functions, methods, classes, fields and
 * constants. There are no marks in the source for this: a mark would turn up in the difference of
 * two stages, which must show nothing but the change.
 */
import { stripTypeScriptTypes } from 'node:module'
import { type AnyNode, type Comment, type Node, parse } from 'acorn'
import { nearest } from '../cli/nearest.ts'

/** A piece of source that has a name. */
export interface Piece {
  name: string
  /** The class of a method, the function around a function. */
  inside: string | undefined
  /** A class counts as a function: a constructor's frame has its name. */
  isFunction: boolean
  /** Relative to the checkout. */
  file: string
  /** First and last line, from 1; the first is the one that a flame graph names. */
  line: number
  end: number
  /** Its lines. */
  text: string
  /** First line of the comment above it, from 1; `line` if there is none. */
  commentLine: number
  /** Comment and source, indented as in the file. */
  whole: string
}

interface Parsed {
  program: Node
  comments: Comment[]
}

// Node warns once that this function is experimental, which says nothing to a reader of the lab.
const { emitWarning } = process
process.emitWarning = () => {}
stripTypeScriptTypes('')
process.emitWarning = emitWarning

/** Types become blanks, so every line and column stays. @throws SyntaxError */
function parsed(text: string): Parsed {
  const comments: Comment[] = []
  const program = parse(stripTypeScriptTypes(text), {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
    onComment: comments,
  })
  return { program, comments }
}

/**
 * All pieces of one file, in its order.
 * @throws SyntaxError if it is not TypeScript whose types can be stripped
 */
export function piecesIn(text: string, file: string): Piece[] {
  const { program, comments } = parsed(text)
  const lines = text.split('\n')
  const found: Piece[] = []
  const add = (node: Node, name: string, isFunction: boolean, inside: string | undefined) => {
    const { start, end } = node.loc!
    const commentLine = commentAbove(comments, lines, start.line)
    found.push({
      name,
      inside,
      isFunction,
      file,
      line: start.line,
      end: end.line,
      text: lines.slice(start.line - 1, end.line).join('\n'),
      commentLine,
      whole: lines.slice(commentLine - 1, end.line).join('\n'),
    })
  }
  const visit = (node: AnyNode, inside: string | undefined, isTop: boolean) => {
    const named = nameOf(node)
    if (named !== undefined && (named.isFunction || isTop || node.type === 'PropertyDefinition')) {
      add(node, named.name, named.isFunction, inside)
    }
    // A name in a function or class is inside of it; a constant that holds no function is not a scope.
    const scope = named?.isFunction ? named.name : inside
    const passes = node.type === 'Program' || /^(Export|VariableDeclaration$)/.test(node.type)
    for (const child of childrenOf(node)) visit(child, scope, isTop && passes)
  }
  visit(program as AnyNode, undefined, true)
  return found
}

/** The name that a node gives to what it declares; undefined if it declares nothing. */
function nameOf(node: AnyNode): { name: string; isFunction: boolean } | undefined {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id === null ? undefined : { name: node.id.name, isFunction: true }
    case 'VariableDeclarator':
      return keyed(node.id, isFunction(node.init))
    case 'MethodDefinition':
      return keyed(node.key, true)
    case 'PropertyDefinition':
      return keyed(node.key, isFunction(node.value))
    case 'Property':
      return isFunction(node.value) ? keyed(node.key, true) : undefined
    case 'AssignmentExpression': {
      if (!isFunction(node.right)) return undefined
      return keyed(node.left.type === 'MemberExpression' ? node.left.property : node.left, true)
    }
    default:
      return undefined
  }
}

function keyed(key: AnyNode, isFunction: boolean) {
  if (key.type === 'Identifier') return { name: key.name, isFunction }
  return key.type === 'PrivateIdentifier' ? { name: `#${key.name}`, isFunction } : undefined
}

function isFunction(node: AnyNode | null | undefined): boolean {
  return /^(ArrowFunction|Function|Class)Expression$/.test(node?.type ?? '')
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node)
    .flat()
    .filter((value) => typeof value?.type === 'string')
}

/** The first line of the comment that ends on the line above `line`; `line` if there is none. */
function commentAbove(
  comments: readonly Comment[],
  lines: readonly string[],
  line: number,
): number {
  const above = comments.find(
    ({ loc }) =>
      loc!.end.line === line - 1 && lines[loc!.start.line - 1]!.search(/\S/) === loc!.start.column,
  )
  if (above === undefined) return line
  const { start } = above.loc!
  return above.type === 'Block' ? start.line : commentAbove(comments, lines, start.line)
}

/** The lines of a piece that hold code, each with its number: comments may give an answer away. */
export function withoutComments(
  text: string,
  { line, end }: Pick<Piece, 'line' | 'end'>,
): { line: number; code: string }[] {
  let code = text
  for (const { start, end } of parsed(text).comments) {
    code = code.slice(0, start) + text.slice(start, end).replace(/./g, ' ') + code.slice(end)
  }
  return code
    .split('\n')
    .slice(line - 1, end)
    .map((code, at) => ({ line: line + at, code: code.trimEnd() }))
    .filter(({ code }) => code !== '')
}

/** The paragraphs of the doc comment above a piece, without marks; none for other comments. */
export function docOf({ whole, text }: Pick<Piece, 'whole' | 'text'>): string[] {
  const comment = whole.slice(0, whole.length - text.length)
  if (!comment.trim().startsWith('/**')) return []
  const words = comment
    .trim()
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*/, '').trim())
  const paragraphs = ['']
  for (const one of words) {
    // A list item and a tag begin a new line.
    if (one === '' || /^(?:- |@)/.test(one)) paragraphs.push('')
    paragraphs[paragraphs.length - 1] = `${paragraphs.at(-1)} ${one}`.trim()
  }
  return paragraphs.filter((paragraph) => paragraph !== '')
}

/** The innermost function around a line of a file. */
export function functionAt(
  pieces: readonly Piece[],
  file: string,
  line: number,
): Piece | undefined {
  const around = pieces.filter(
    (one) => one.isFunction && one.file === file && one.line <= line && line <= one.end,
  )
  return around.sort((a, b) => a.end - a.line - (b.end - b.line))[0]
}

/**
 * The piece of that name.
 * @param name `Reader`, `readByte`, `Reader.readByte`
 * @throws Error if the file has none or more than one; it says what there is
 */
export function findPiece(text: string, file: string, name: string): Piece {
  const all = piecesIn(text, file)
  const full = ({ inside, name }: Piece) => (inside === undefined ? name : `${inside}.${name}`)
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

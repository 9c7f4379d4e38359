/**
 * A page of Markdown in pieces: text as a person wrote it, and blocks that `npm run docs` fills, each
 * between `<!-- KIND: words -->` and `<!-- end -->` on lines of their own.
 */

/** Something wrong with a page, for a person. */
export interface Problem {
  /** Relative to the checkout. */
  file: string
  /** From 1. */
  line: number
  text: string
}

/** `docs/stage1.md:12: …`. */
export function problemText({ file, line, text }: Problem): string {
  return `${file}:${line}: ${text}`
}

export interface TextPiece {
  type: 'text'
  /** Line of the first of them, from 1. */
  line: number
  lines: string[]
}

export interface Block {
  type: 'block'
  kind: string
  words: string[]
  /** Of the comment that opens it, from 1. */
  line: number
  /** That comment as it is written. */
  opening: string
  /** What is between its two comments now. */
  lines: string[]
}

export interface Page {
  pieces: (TextPiece | Block)[]
  problems: Problem[]
}

const opening = /^\s*<!--\s*([A-Za-z]+)\s*(?::(.*?))?-->\s*$/

/** How the comment that opens a block is written. */
export function openingOf({ kind, words }: Pick<Block, 'kind' | 'words'>): string {
  return words.length === 0 ? `<!-- ${kind} -->` : `<!-- ${kind}: ${words.join(' ')} -->`
}

/** Cuts a page. A block that is not closed, or is opened in another one, is a problem and remains text. */
export function parsePage(text: string, file: string): Page {
  const pieces: Page['pieces'] = []
  const problems: Problem[] = []
  let open: Block | undefined
  let fence: string | undefined
  const problem = (line: number, what: string) => problems.push({ file, line, text: what })
  const write = (line: number, text: string) => {
    const last = pieces.at(-1)
    if (last?.type === 'text') last.lines.push(text)
    else pieces.push({ type: 'text', line, lines: [text] })
  }
  const giveUp = (block: Block, why: string) => {
    problem(block.line, `${openingOf(block)} ${why}`)
    for (const [at, line] of [block.opening, ...block.lines].entries()) {
      write(block.line + at, line)
    }
  }
  for (const [at, line] of text.split('\n').entries()) {
    if (open === undefined) {
      fence = fenceAfter(fence, line)
      if (fence !== undefined) {
        write(at + 1, line)
        continue
      }
    }
    const mark = opening.exec(line)
    if (mark === null) {
      if (open === undefined) write(at + 1, line)
      else open.lines.push(line)
      continue
    }
    const words = (mark[2] ?? '').split(/\s+/).filter((word) => word !== '')
    const kind = mark[1]!
    const block: Block = { type: 'block', kind, words, line: at + 1, opening: line, lines: [] }
    if (block.kind !== 'end') {
      if (open !== undefined) {
        giveUp(open, `has no <!-- end --> before the block in line ${at + 1}`)
      }
      open = block
    } else if (open === undefined) {
      problem(at + 1, '<!-- end --> closes nothing: no block is open here')
      write(at + 1, line)
    } else {
      pieces.push(open)
      open = undefined
    }
  }
  if (open !== undefined) giveUp(open, 'has no <!-- end -->')
  return { pieces, problems }
}

/** The fence that is open after a line, as ``` or ~~~; undefined outside of one. */
export function fenceAfter(fence: string | undefined, line: string): string | undefined {
  const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
  if (mark === null) return fence
  if (fence === undefined) return mark[1]
  const closes = mark[1]!.startsWith(fence) && mark[2]!.trim() === ''
  return closes ? undefined : fence
}

/** The page as it is written. */
export function pageText(pieces: readonly (TextPiece | Block)[]): string {
  return pieces
    .flatMap((piece) =>
      piece.type === 'text' ? piece.lines : [piece.opening, ...piece.lines, '<!-- end -->'],
    )
    .join('\n')
}

/** A line of a page with its place: what the checks of the pages look at. */
export interface PageLine {
  /** From 1. */
  line: number
  text: string
  /** Language of the fence that it is in, '' if it names none; undefined outside of one. */
  fence: string | undefined
  /** Written by a command, not by a person. */
  injected: boolean
}

export function pageLines(text: string, file: string): PageLine[] {
  const injected = injectedLines(text, file)
  const lines: PageLine[] = []
  let fence: string | undefined
  let language = ''
  for (const [at, line] of text.split('\n').entries()) {
    const before = fence
    fence = fenceAfter(fence, line)
    if (before === undefined && fence !== undefined) language = line.replace(/^[\s`~]+/, '').trim()
    // The fence itself is no line of it.
    const inside = before !== undefined && fence !== undefined
    if (before === fence || (before === undefined) === (fence === undefined)) {
      const where = inside ? language : undefined
      lines.push({ line: at + 1, text: line, fence: where, injected: injected.has(at + 1) })
    }
  }
  return lines
}

/** Numbers of the lines of blocks, their comments among them. */
function injectedLines(text: string, file: string): Set<number> {
  const found = new Set<number>()
  for (const piece of parsePage(text, file).pieces) {
    if (piece.type !== 'block') continue
    for (let at = 0; at <= piece.lines.length + 1; at++) found.add(piece.line + at)
  }
  return found
}

/** A line with blanks instead of what is between backticks. */
export function withoutCode(text: string): string {
  return text.replace(/(`+)[^`]+\1/g, (code) => ' '.repeat(code.length))
}

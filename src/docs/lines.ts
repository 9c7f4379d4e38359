/** The lines of a page, each with where it stands: what the checks of the pages look at. */
import { fenceAfter, parsePage } from './blocks.ts'

export interface PageLine {
  /** From 1. */
  line: number
  text: string
  /** Language of the fence that it is in, '' where it names none; undefined outside of one. */
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

/** Those between the comments of blocks, and of the tables of the README. */
function injectedLines(text: string, file: string): Set<number> {
  const found = new Set<number>()
  for (const piece of parsePage(text, file).pieces) {
    if (piece.type !== 'block') continue
    for (let at = 0; at <= piece.lines.length + 1; at++) found.add(piece.line + at)
  }
  let name: string | undefined
  for (const [at, line] of text.split('\n').entries()) {
    name ??= /^<!-- (\w+):begin/.exec(line)?.[1]
    if (name === undefined) continue
    found.add(at + 1)
    if (line.startsWith(`<!-- ${name}:end`)) name = undefined
  }
  return found
}

/** A line without what stands between backticks. */
export function withoutCode(text: string): string {
  return text.replace(/(`+)[^`]+\1/g, (code) => ' '.repeat(code.length))
}

/** The few forms of Markdown that blocks are made of, and what is left of it as plain text. */
import { posix } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { fenceAfter } from './blocks.ts'

/** Lines in a fence that is longer than any in them. */
export function fenced(language: string, lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => line.match(/`{3,}/g) ?? [])
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)))
  return [`${fence}${language}`, ...lines, fence]
}

/** What a command printed, without its colours and without blanks at the ends of lines. */
export function screen(text: string): string {
  const lines = stripVTControlCharacters(text).trimEnd().split('\n')
  return fenced(
    'text',
    lines.map((line) => line.trimEnd()),
  ).join('\n')
}

/** The way from a page to a file, both relative to the checkout. */
export function linkFrom(page: string, file: string): string {
  return posix.relative(posix.dirname(page), file)
}

/** Plain text in which nothing is to be taken for a mark; code between backticks stays code. */
export function asMarkdown(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[*<]|(?<!\w)_|_(?!\w)/g, '\\$&')))
    .join('')
}

/** Text that stands in a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

/** A table; the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  const rule = `|${head.map((_, at) => (at === 0 ? '---' : '---:')).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** Something folded away, which a click unfolds on a code host. */
export function folded(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>']
}

/**
 * A paragraph of Markdown as plain text: no marks for links and emphasis, an item of a list on its
 * line, the lines of a fence set in. What is code stays between backticks, which a terminal needs to
 * tell a name from a word.
 */
export function plainText(markdown: string): string {
  const source = markdown.split('\n')
  if (fenceAfter(undefined, source[0]!) !== undefined) {
    return source
      .slice(1, -1)
      .map((line) => `  ${line}`)
      .join('\n')
  }
  const lines: string[] = []
  for (const line of source) {
    const text = line.trim()
    if (lines.length === 0 || /^([-*]|\d+\.) /.test(text)) lines.push(text)
    else lines.push(`${lines.pop()} ${text}`)
  }
  return lines.map(withoutMarks).join('\n')
}

/** Code is taken out first and put back last: a star in it is a star. */
function withoutMarks(text: string): string {
  const codes: string[] = []
  const marked = text.replace(/(`+)[^`]+\1/g, (code) => {
    codes.push(code)
    return `\0${codes.length - 1}\0`
  })
  return bare(marked).replace(/\0(\d+)\0/g, (_all, at: string) => codes[Number(at)]!)
}

function bare(text: string): string {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/<\/?[a-z][^>]*>/g, '')
    .replace(/(\*\*|__)(.+?)\1/g, '$2')
    .replace(/(?<!\w)([*_])(\S(?:.*?\S)?)\1(?!\w)/g, '$2')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
}

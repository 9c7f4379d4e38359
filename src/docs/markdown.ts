/** The few forms of Markdown that blocks are made of. */
import { posix } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Lines in a fence that is longer than any in them. */
export function fenced(language: string, lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => line.match(/`{3,}/g) ?? [])
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)))
  return [`${fence}${language}`, ...lines, fence]
}

/** The output of a command, without its colours and without blanks at the ends of lines. */
export function screen(text: string): string {
  const lines = stripVTControlCharacters(text).trimEnd().split('\n')
  return fenced(
    'text',
    lines.map((line) => line.trimEnd()),
  ).join('\n')
}

/** The relative link from a page to a file, both relative to the checkout. */
export function linkFrom(page: string, file: string): string {
  return posix.relative(posix.dirname(page), file)
}

/** Plain text with its special characters escaped; code between backticks stays code. */
export function asMarkdown(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[*<]|(?<!\w)_|_(?!\w)/g, '\\$&')))
    .join('')
}

/** Text for a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

/** A table; the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  const rule = `|${head.map((_, at) => (at === 0 ? '---' : '---:')).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** A section that a click unfolds on a code host. */
export function folded(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>']
}

/** A page of the docs as plain text, for whoever reads it in the terminal. */
import { marked, type Token, type Tokens } from 'marked'
import { paint } from '../cli/colour.ts'
import { wrap } from '../report/format.ts'

/**
 * Markdown as lines of text. Code and tables stay as they are written; a picture is its description;
 * what is folded away in the page stays away here, with a line that says where it is.
 * @param file where it stands, for a person
 */
export function pageLines(markdown: string, file: string, columns: number): string[] {
  const folded = markdown.replace(
    /<details>[\s\S]*?<\/details>/g,
    `(The answers are folded away in ${file}.)`,
  )
  const tokens = marked.lexer(folded.replace(/<!--[\s\S]*?-->\n?/g, ''))
  const lines = tokens.flatMap((token) => blockLines(token, '', columns))
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function blockLines(token: Token, indent: string, columns: number): string[] {
  switch (token.type) {
    case 'heading': {
      const mark = '#'.repeat(token.depth)
      return [paint.bold(`${mark} ${plain(token.tokens)}`), '']
    }
    case 'paragraph':
    case 'text':
      return [...wrap(plain(token.tokens, token.raw), indent, columns), '']
    case 'code':
      return [...token.text.split('\n').map((line: string) => `${indent}    ${line}`.trimEnd()), '']
    case 'table':
      return tableLines(token as Tokens.Table, columns)
    case 'list':
      return listLines(token as Tokens.List, indent, columns)
    case 'blockquote':
      return (token.tokens ?? []).flatMap((one) => blockLines(one, `${indent}  `, columns))
    case 'hr':
      return ['-'.repeat(20), '']
    default:
      return []
  }
}

/** A table that is too wide for the lines is told row by row, each cell with the name of its column. */
function tableLines({ raw, header, rows }: Tokens.Table, columns: number): string[] {
  const lines = raw.trimEnd().split('\n')
  if (lines.every((line) => line.length <= columns)) return [...lines, '']
  const names = header.map(({ tokens }) => plain(tokens))
  const told = rows.flatMap(([first, ...others]) => {
    const cells = others.map(({ tokens }, at) => [names[at + 1], plain(tokens)])
    const parts = cells
      .filter(([, text]) => text !== '')
      .map(([name, text]) => (name === '' ? text : `${name}: ${text}`))
    const [line, ...rest] = wrap(`${plain(first?.tokens)}; ${parts.join('; ')}`, '  ', columns)
    return [`- ${line!.slice(2)}`, ...rest]
  })
  return [...told, '']
}

function listLines({ ordered, start, items }: Tokens.List, indent: string, columns: number) {
  const lines = items.flatMap((item, at) => {
    const mark = ordered ? `${Number(start || 1) + at}. ` : '- '
    const inner = `${indent}${' '.repeat(mark.length)}`
    const own = item.tokens.flatMap((token) => blockLines(token, inner, columns))
    const packed = own.filter((line) => line !== '')
    const first = (packed[0] ?? '').slice(inner.length)
    return [`${indent}${mark}${first}`, ...packed.slice(1)]
  })
  return [...lines, '']
}

/** The words of a line, without marks; links keep their target where it is a page or an address. */
function plain(tokens: Token[] | undefined, otherwise = ''): string {
  if (tokens === undefined) return otherwise.replaceAll('\n', ' ').trim()
  const text = tokens.map((token): string => {
    if (token.type === 'image') return `[picture: ${token.text} (${token.href})]`
    if (token.type === 'link') {
      const words = plain(token.tokens)
      return words.includes(token.href) ? words : `${words} (${token.href})`
    }
    if (token.type === 'codespan') return unescaped(token.text)
    if (token.type === 'br') return ' '
    if (token.type === 'html') return ''
    if ('tokens' in token && token.tokens !== undefined) return plain(token.tokens)
    return 'text' in token ? unescaped(String(token.text)) : ''
  })
  return text.join('').replaceAll('\n', ' ').trimStart()
}

/** `marked` keeps some signs as in HTML. */
function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

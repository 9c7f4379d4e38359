/**
 * Our own Markdown, as HTML for a browser and as lines for a terminal. It is trusted: HTML in it stays
 * as it is.
 */
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import diff from 'highlight.js/lib/languages/diff'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import { Marked, marked, type RendererObject, type Token, type Tokens } from 'marked'
import { paint } from '../cli/colour.ts'
import { wrap } from '../cli/wrap.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { unbroken } from '../measure/format.ts'

/** Where the links and pictures of a page lead. */
export interface Places {
  /** The address of a link; undefined: its words are shown without one. */
  link(href: string): string | undefined
  /** The address of a picture; undefined: its description is shown. */
  picture(href: string): string | undefined
  /** Loads pictures at once, not when they are scrolled to: of a page that has them in itself. */
  eager?: boolean
  /** The summary below which commands for a shell are folded; none: they are shown. */
  foldCommands?: string
}

/** Markdown as HTML; comments, by which `npm run docs` finds its blocks, are left out. */
export function toHtml(markdown: string, { link, picture, eager, foldCommands }: Places): string {
  const renderer: RendererObject = {
    html({ text }) {
      return /^\s*<!--[\s\S]*-->\s*$/.test(text) ? '' : text
    },
    code({ text, lang }) {
      const language = lang?.split(/\s/)[0]
      const name = language === undefined || language === '' ? '' : ` class="language-${language}"`
      const block = `<pre tabindex="0"><code${name}>${highlight(text, language)}</code></pre>\n`
      if (language !== 'sh' || foldCommands === undefined) return block
      return `<details class="terminal"><summary>${escapeMarkup(foldCommands)}</summary>${block}</details>\n`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      const target = link(href)
      if (target === undefined) return text
      const outside = target.startsWith('http') ? ' target="_blank" rel="noreferrer"' : ''
      return `<a href="${escapeMarkup(target)}"${outside}>${text}</a>`
    },
    image({ href, text }) {
      const source = picture(href)
      if (source === undefined) return escapeMarkup(text)
      const loading = eager === true ? '' : ' loading="lazy"'
      return `<img src="${escapeMarkup(source)}" alt="${escapeMarkup(text)}"${loading}>`
    },
    table(token) {
      // A wide table scrolls by itself, not the page with it.
      const cells = (row: typeof token.header, tag: string) =>
        row
          .map(({ tokens, align }) => {
            const side = align === null ? '' : ` class="align-${align}"`
            return `<${tag}${side}>${this.parser.parseInline(tokens)}</${tag}>`
          })
          .join('')
      const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')
      const head = `<thead><tr>${cells(token.header, 'th')}</tr></thead>`
      return `<div class="table" tabindex="0" role="group" aria-label="A table"><table>${head}<tbody>${rows}</tbody></table></div>\n`
    },
  }
  const walkTokens = (token: Token) => {
    if (token.type === 'text' && !('tokens' in token)) token.text = unbroken(token.text)
  }
  return new Marked({ renderer, walkTokens, gfm: true }).parse(markdown, { async: false })
}

hljs.registerLanguage('bash', bash)
hljs.registerLanguage('diff', diff)
hljs.registerLanguage('typescript', typescript)
hljs.registerLanguage('xml', xml)

const languages: Record<string, string> = { ts: 'typescript', sh: 'bash', html: 'xml', svg: 'xml' }

/** HTML for a piece of source, with classes for its colours; plain text for an unknown language. */
function highlight(text: string, language: string | undefined): string {
  const name = languages[language ?? ''] ?? language ?? ''
  if (hljs.getLanguage(name) === undefined) return escapeMarkup(text)
  return hljs.highlight(text, { language: name, ignoreIllegals: true }).value
}

/** The id of a heading, as code hosts make it; the second of the same name gets `-1`, and so on. */
export function headingIds(): (heading: string) => string {
  const seen = new Map<string, number>()
  return (heading) => {
    const id = plainText(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
    const count = seen.get(id) ?? 0
    seen.set(id, count + 1)
    return count === 0 ? id : `${id}-${count}`
  }
}

/** The slides of a page: its Markdown cut at its rules (`---`), empty ones left out. */
export function cutAtRules(markdown: string): string[] {
  const parts = ['']
  for (const token of marked.lexer(markdown)) {
    if (token.type === 'hr') parts.push('')
    else parts[parts.length - 1] += token.raw
  }
  return parts.filter((part) => part.replace(/<!--[\s\S]*?-->/g, '').trim() !== '')
}

/** The words of the first heading; undefined if there is none. */
export function titleOf(markdown: string): string | undefined {
  const heading = marked.lexer(markdown).find((token) => token.type === 'heading')
  return heading === undefined ? undefined : words((heading as Tokens.Heading).tokens, false)
}

/** A line of Markdown without marks and link targets; code keeps its backticks. */
export function plainText(line: string): string {
  return words(marked.Lexer.lexInline(line), false)
}

/**
 * Markdown as lines for a terminal. Code is indented by four, a wide table becomes a list, a picture
 * its description; a fold is left out, with a line that says where its text is.
 * @param columns that a line may have; code is not broken
 * @param file the page, named if something is folded away; undefined: no line about that
 */
export function toText(markdown: string, columns: number, file?: string): string[] {
  const folded = file === undefined ? '' : `(The answers are folded away in ${file}.)`
  const shown = markdown
    .replace(/<details>[\s\S]*?<\/details>/g, folded)
    .replace(/<!--[\s\S]*?-->\n?/g, '')
  const lines = marked.lexer(shown).flatMap((token) => blockLines(token, '', columns))
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function blockLines(token: Token, indent: string, columns: number): string[] {
  switch (token.type) {
    case 'heading': {
      const mark = '#'.repeat(token.depth)
      return [paint.bold(`${mark} ${words(token.tokens)}`), '']
    }
    case 'paragraph':
    case 'text': {
      const text = token.tokens === undefined ? token.raw : words(token.tokens)
      const one = text.replaceAll('\n', ' ').trim()
      return one === '' ? [] : [...wrap(one, indent, columns), '']
    }
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

/** A table that is too wide becomes a list: a row each, every cell with the name of its column. */
function tableLines({ raw, header, rows }: Tokens.Table, columns: number): string[] {
  const lines = raw.trimEnd().split('\n')
  if (lines.every((line) => line.length <= columns)) return [...lines, '']
  const names = header.map(({ tokens }) => words(tokens))
  const list = rows.flatMap(([first, ...others]) => {
    const cells = others.map(({ tokens }, at) => [names[at + 1], words(tokens)])
    const parts = cells
      .filter(([, text]) => text !== '')
      .map(([name, text]) => (name === '' ? text : `${name}: ${text}`))
    const [line, ...rest] = wrap(`${words(first?.tokens)}; ${parts.join('; ')}`, '  ', columns)
    return [`- ${line!.slice(2)}`, ...rest]
  })
  return [...list, '']
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

/** The words of a line. Backticks stay: in a terminal they mark a name. */
function words(tokens: Token[] | undefined, targets = true): string {
  const text = (tokens ?? []).map((token): string => {
    if (token.type === 'image') return targets ? `[picture: ${token.text} (${token.href})]` : ''
    if (token.type === 'link') {
      const inner = words(token.tokens, targets)
      return !targets || inner.includes(token.href) ? inner : `${inner} (${token.href})`
    }
    if (token.type === 'codespan') return `\`${unescaped(token.text)}\``
    if (token.type === 'br') return ' '
    if (token.type === 'html') return ''
    if ('tokens' in token && token.tokens !== undefined) return words(token.tokens, targets)
    return 'text' in token ? unescaped(String(token.text)) : ''
  })
  return text.join('').replaceAll('\n', ' ')
}

/** `marked` keeps some characters as in HTML. */
function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

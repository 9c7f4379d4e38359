/**
 * Chapters as HTML. They are our own text, so what HTML is in them stays as it is; links between
 * chapters become places in the page, pictures and sources are asked for by their names.
 */
import { posix } from 'node:path'
import { Marked, type RendererObject } from 'marked'
import { escapeMarkup } from '../flame/markup.ts'
import { highlight } from './highlight.ts'
import { pictureName } from './pictures.ts'

/**
 * Markdown as HTML.
 * @param file the page that it stands in, relative to the checkout: links are relative to it
 */
export function toHtml(markdown: string, file: string): string {
  const renderer: RendererObject = {
    code({ text, lang }) {
      const language = lang?.split(/\s/)[0]
      const name = language === undefined || language === '' ? '' : ` class="language-${language}"`
      return `<pre tabindex="0"><code${name}>${highlight(text, language)}</code></pre>\n`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      const target = linkTarget(href, file)
      if (target === undefined) return text
      const outside = target.startsWith('http') ? ' target="_blank" rel="noreferrer"' : ''
      return `<a href="${escapeMarkup(target)}"${outside}>${text}</a>`
    },
    image({ href, text }) {
      const name = pictureName(posix.join(posix.dirname(file), href))
      if (name === undefined) return escapeMarkup(text)
      return `<img src="/picture/${name}" alt="${escapeMarkup(text)}" loading="lazy">`
    },
    table(token) {
      // A wide table moves in a frame of its own, not the page with it.
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
  return new Marked({ renderer, gfm: true }).parse(markdown, { async: false })
}

/**
 * Where a link of a page leads in the lab: another chapter, a source, a page elsewhere. Undefined
 * for what the lab does not show.
 */
export function linkTarget(href: string, file: string): string | undefined {
  if (/^https?:\/\//.test(href)) return href
  if (/^[a-z][a-z+.-]*:/i.test(href)) return undefined
  const [path = '', anchor] = href.split('#')
  const target = path === '' ? file : posix.join(posix.dirname(file), path)
  const chapter = /^docs\/(.*)\.md$/.exec(target)?.[1]
  if (chapter !== undefined) {
    return `#/chapter/${chapter}${anchor === undefined ? '' : `?at=${anchor}`}`
  }
  if (/^(stages|src)\/.*\.ts$/.test(target)) {
    const line = /^L(\d+)/.exec(anchor ?? '')?.[1]
    return `#/source/${target}${line === undefined ? '' : `?line=${line}`}`
  }
  const stage = /^stages\/(stage\d+)\/?$/.exec(target)?.[1]
  return stage === undefined ? undefined : `#/stage/${stage.slice('stage'.length)}`
}

/** The id of a heading, as code hosts make it. */
export function headingId(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[^>]*>/g, '')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

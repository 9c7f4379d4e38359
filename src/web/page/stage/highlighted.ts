/** Colours of TypeScript, made in the browser: as HTML a source is several times as long. */
import hljs from 'highlight.js/lib/core'
import typescript from 'highlight.js/lib/languages/typescript'

hljs.registerLanguage('typescript', typescript)

/** HTML of each line of TypeScript. Some milliseconds for a few hundred lines. */
export function highlightedLines(text: string): string[] {
  return splitLines(hljs.highlight(text, { language: 'typescript', ignoreIllegals: true }).value)
}

/**
 * Highlighted HTML in lines: a colour that goes over the end of a line, as that of a comment does,
 * ends there and begins again in the next.
 */
function splitLines(html: string): string[] {
  const open: string[] = []
  return html.split('\n').map((line) => {
    const before = open.join('')
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === '</span>') open.pop()
      else open.push(tag)
    }
    return before + line + '</span>'.repeat(open.length)
  })
}

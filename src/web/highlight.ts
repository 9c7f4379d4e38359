/** Source with classes for its colours; which colours they are, the page's style sheet says. */
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import diff from 'highlight.js/lib/languages/diff'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import { escapeMarkup } from '../flame/markup.ts'

hljs.registerLanguage('bash', bash)
hljs.registerLanguage('diff', diff)
hljs.registerLanguage('typescript', typescript)
hljs.registerLanguage('xml', xml)

const names: Record<string, string> = { ts: 'typescript', sh: 'bash', html: 'xml', svg: 'xml' }

/** HTML for a piece of source; plain text for a language that is not known. */
export function highlight(text: string, language: string | undefined): string {
  const name = names[language ?? ''] ?? language ?? ''
  if (hljs.getLanguage(name) === undefined) return escapeMarkup(text)
  return hljs.highlight(text, { language: name, ignoreIllegals: true }).value
}

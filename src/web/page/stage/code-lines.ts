/** Source in colours, a line at a time: for views that have something beside each line. */
import hljs from 'highlight.js/lib/core'
import typescript from 'highlight.js/lib/languages/typescript'
import { splitLines } from './split-lines.ts'

hljs.registerLanguage('typescript', typescript)

/** HTML of each line of a TypeScript file. Some milliseconds for a few hundred lines. */
export function codeLines(text: string): string[] {
  return splitLines(hljs.highlight(text, { language: 'typescript', ignoreIllegals: true }).value)
}

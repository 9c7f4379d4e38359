/** The source of the first stage, which has no difference to show; and source in colours, line by line. */
import hljs from 'highlight.js/lib/core'
import typescript from 'highlight.js/lib/languages/typescript'
import type { DiffData } from '../../api-types.ts'
import { SourceText, splitLines } from './source-text.tsx'

/** @param marked `reader.ts:31-42`, as the address has it */
export function SourcePane({ diff, marked }: { diff: DiffData; marked: string | null }) {
  const place = readLines(marked)
  return (
    <>
      {diff.files.map(({ name, before }) => {
        if (before === null) return null
        const here = place?.file === name
        return (
          <details key={name} open={here || (place === undefined && name === 'reader.ts')}>
            <summary>
              <code>{name}</code> <span class="dim">{before.split('\n').length - 1} lines</span>
            </summary>
            <SourceText
              lines={codeLines(before.trimEnd())}
              marked={here ? place : undefined}
              markedId={markedLines}
              label={`${name} of ${diff.from}`}
            />
          </details>
        )
      })}
    </>
  )
}

hljs.registerLanguage('typescript', typescript)

/** HTML of each line of a TypeScript file. Some milliseconds for a few hundred lines. */
export function codeLines(text: string): string[] {
  return splitLines(hljs.highlight(text, { language: 'typescript', ignoreIllegals: true }).value)
}

/** What the element is called of the lines that the address asks for. */
export const markedLines = 'marked-lines'

/** `reader.ts:31-42`, or undefined if it is nothing of the kind. */
export function readLines(
  text: string | null,
): { file: string; from: number; to: number } | undefined {
  const found = /^([\w-]+\.ts):(\d{1,6})-(\d{1,6})$/.exec(text ?? '')
  if (found === null) return undefined
  return { file: found[1]!, from: Number(found[2]), to: Number(found[3]) }
}

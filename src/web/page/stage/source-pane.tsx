/** The source of the first stage, which has no difference to show: each file with its lines. */
import type { DiffData } from '../../api-types.ts'
import { codeLines } from './code-lines.ts'
import { markedLines, readLines } from './source-lines.ts'
import { SourceText } from './source-text.tsx'

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

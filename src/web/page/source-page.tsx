/** A file of the stages, or of what they share, as the chapters link to it. */
import type { SourceData } from '../api-types.ts'
import { path } from './api.ts'
import { useData } from './data.ts'
import { Here } from './parts.tsx'
import { useReveal } from './stage/reveal.ts'
import { SourceText } from './stage/source-text.tsx'
import { splitLines } from './stage/split-lines.ts'

/** @param line the one that the address asks for; none where it is no line of the file */
export function SourcePage({ file, line }: { file: string; line: number }) {
  const asked = useData<SourceData>(path(['source'], { file }))
  const here = asked.state === 'here' && asked.data.file === file
  useReveal(here && line > 0 ? 'asked-line' : null, here)
  return (
    <article class="wide source">
      <h1>
        <code>{file}</code>
      </h1>
      <Here asked={asked}>
        {({ html }) => (
          <SourceText
            lines={splitLines(html.trimEnd())}
            marked={line > 0 ? { from: line, to: line } : undefined}
            markedId="asked-line"
            label={file}
          />
        )}
      </Here>
    </article>
  )
}

/** The code that a lesson is about, as the stage has it. */
import type { Explanation, StageCard } from '../../api-types.ts'
import { path } from '../api.ts'
import { useData } from '../data.ts'
import { Here } from '../parts.tsx'
import { SourceText } from '../stage/source-text.tsx'
import { splitLines } from '../stage/split-lines.ts'

export function LessonCode({ stage }: { stage: StageCard }) {
  const { file, region } = stage.lesson.code
  const asked = useData<Explanation>(path(['explain'], { frame: region, file, stage: stage.id }))
  return (
    <Here asked={asked}>
      {({ sources }) => {
        const source = sources.find((one) => one.file === file)
        if (source === undefined) return null
        const html = splitLines(source.html.trimEnd())
        return (
          <figure class="lesson-code">
            <figcaption>
              <code>{region}</code> in{' '}
              <code>
                {file}:{source.line}
              </code>
              , without its comments
            </figcaption>
            <SourceText
              lines={source.codeLines.map((line) => html[line - source.line] ?? '')}
              numbers={source.codeLines}
              label={`${region} of ${stage.id}`}
            />
          </figure>
        )
      }}
    </Here>
  )
}

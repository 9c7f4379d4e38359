/** How the lab does it: beside the reader's copy, or beside what the copy was made of. */
import { useState } from 'preact/hooks'
import { Switch, useMedia } from '../../../views/parts.tsx'
import type { DiffData, TaskData, TaughtCard } from '../../api/index.ts'
import { HunkView } from '../chapter/hunk-view.tsx'
import { path, useData } from '../lab.ts'
import { Here } from '../parts.tsx'
import { stageAddress } from '../router.ts'

interface SolutionShown {
  taught: TaughtCard
  data: TaskData
  /** Whether the goal is reached: then it is open. */
  isReached: boolean
}

export function Solution({ taught, data, isReached }: SolutionShown) {
  const { to, isNextStage } = data.solution
  const [isOpen, setIsOpen] = useState(isReached)
  return (
    <details
      class="solution"
      open={isOpen}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>
        {isReached ? 'One way to do it' : 'Show one way to do it'}: {to}
      </summary>
      {isOpen ? <Difference data={data} /> : null}
      {isOpen && isNextStage && taught.kind === 'stage' ? (
        <p>
          <a href={stageAddress(taught.number + 1, 'chapter', { at: 'read-the-diff' })}>
            The chapter of stage {taught.number + 1} says of each hunk why
          </a>
        </p>
      ) : null}
    </details>
  )
}

function Difference({ data }: { data: TaskData }) {
  const { id, solution } = data
  const [from, setFrom] = useState<'copy' | 'original'>('copy')
  const asked = useData<DiffData>(path(['task', id, 'diff', from]), data)
  const beside = useMedia('(min-width: 100rem)')
  const options = {
    copy: `your copy → ${solution.to}`,
    original: `${solution.from} → ${solution.to}`,
  }
  return (
    <>
      <Switch label="Difference" options={options} value={from} choose={setFrom} />
      <Here asked={asked}>
        {({ files }) =>
          files.every(({ hunks }) => hunks.length === 0) ? (
            <p>Nothing differs: your copy does it in the same way.</p>
          ) : (
            files.flatMap((file) =>
              file.hunks.map((hunk) => (
                <HunkView
                  key={`${file.name} ${hunk.number}`}
                  file={file}
                  hunk={hunk}
                  beside={beside}
                />
              )),
            )
          )
        }
      </Here>
    </>
  )
}

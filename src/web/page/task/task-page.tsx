/** The task of a stage or an exercise on a page of its own, with all its width for the editor. */
import { useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'
import { chapterAddress, exercisesChapter, stageAddress } from '../router.ts'
import { TaskPanel } from './task-panel.tsx'

export function TaskPage({ id }: { id: string }) {
  const { stages, exercises } = useLab()
  const taught = [...stages, ...exercises].find((one) => one.id === id)
  if (taught?.task == null) {
    return <Refusal failure={{ happened: `there is no task of '${id}'` }} />
  }
  const chapter =
    taught.kind === 'stage' ? stageAddress(taught.number) : chapterAddress(exercisesChapter)
  return (
    <article class="wide">
      <h1>Try it yourself: {taught.task.title}</h1>
      <p>
        <a href={chapter}>
          {taught.kind === 'stage'
            ? `The chapter of stage ${taught.number}`
            : 'The chapter of the exercises'}
        </a>
      </p>
      <TaskPanel taught={taught} />
    </article>
  )
}

/** An exercise on the server of `docs/your-own-server`: its lesson, and what its runs measured. */

import { useMemo } from 'preact/hooks'
import { FlameView } from '../../views/flame/flame-view.tsx'
import { flameViewData } from '../../views/flame/flame-view-data.ts'
import { Scroll, TableHead } from '../../views/parts.tsx'
import type { ExerciseCard, ExerciseData } from '../api/index.ts'
import { path, useData, useLab } from './lab.ts'
import { Here, Refusal, ToType } from './parts.tsx'
import {
  chapterAddress,
  exerciseAddress,
  exercisesChapter,
  exerciseViews,
  exerciseViewTitles,
  type Place,
  taskAddress,
} from './router.ts'
import { RunPanel } from './run/run-panel.tsx'
import { chosenResult, ResultChoice, resultsOf } from './stage/result-choice.tsx'

export function ExercisePage({ place }: { place: Extract<Place, { page: 'exercise' }> }) {
  const { exercises, exported } = useLab()
  const exercise = exercises.find(({ id }) => id === place.id)
  if (exercise === undefined) {
    const happened = `there is no exercise called '${place.id}'`
    return <Refusal failure={{ happened, next: 'choose one at the side' }} />
  }
  const { id, number, title, complaint } = exercise
  // Nothing of an exercise is recorded, and nothing runs in a copy.
  const shown = exported ? exerciseViews.filter((view) => view !== 'result') : exerciseViews
  return (
    <div class="stage">
      <header>
        <h1>
          Exercise {number}: {title}
        </h1>
        <p class="lead">{complaint}</p>
        <nav class="views" aria-label={`Views of exercise ${number}`}>
          {shown.map((view) => (
            <a
              key={view}
              href={exerciseAddress(id, view)}
              aria-current={view === place.view ? 'page' : undefined}
            >
              {exerciseViewTitles[view]}
            </a>
          ))}
          {exercise.task === null ? null : <a href={taskAddress(id)}>Task</a>}
          <a href={chapterAddress(exercisesChapter)}>Chapter</a>
        </nav>
      </header>
      {place.view === 'run' ? (
        <RunPanel taught={exercise} />
      ) : (
        <ExerciseResult key={id} exercise={exercise} query={place.query} />
      )}
    </div>
  )
}

interface ResultShown {
  exercise: ExerciseCard
  query: URLSearchParams
}

function ExerciseResult({ exercise, query }: ResultShown) {
  const { results, exported } = useLab()
  const list = resultsOf(results, exercise.id, ['exercise'])
  const chosen = chosenResult(list, query.get('run'))
  const asked = useData<ExerciseData>(
    chosen === undefined ? undefined : path(['exercise', exercise.id], { run: chosen.id }),
  )
  if (exported) {
    return (
      <>
        <p>Exercises are not recorded: their figures are those of your own machine.</p>
        <ToType commands={[`npm start -- ${exercise.id}`]} />
      </>
    )
  }
  if (chosen === undefined) {
    return (
      <p>
        It has not been run on this machine yet.{' '}
        <a href={exerciseAddress(exercise.id)}>Predict, and run it</a>
      </p>
    )
  }
  const go = (run: string, stack?: string) => {
    location.hash = exerciseAddress(exercise.id, 'result', { run, stack })
  }
  return (
    <>
      <ResultChoice label="Result" list={list} chosen={chosen} choose={(run) => go(run)} />
      <Here asked={asked}>
        {(data) => (
          <>
            <Figures figures={data.figures} />
            <Graph
              key={data.result.id}
              data={data}
              exercise={exercise}
              at={query.get('stack') ?? undefined}
              go={(stack) => go(data.result.id, stack)}
            />
          </>
        )}
      </Here>
    </>
  )
}

function Figures({ figures }: Pick<ExerciseData, 'figures'>) {
  return (
    <Scroll label="What was measured">
      <table>
        <TableHead heads={['Measured', 'Value']} />
        <tbody>
          {figures.map(([label, value]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

interface GraphShown {
  data: ExerciseData
  exercise: ExerciseCard
  at: string | undefined
  go: (stack: string | undefined) => void
}

function Graph({ data: { tree, notes }, exercise: { id, title, load }, at, go }: GraphShown) {
  const data = useMemo(
    () => flameViewData(tree, { title: `${id}, ${title}`, workload: load }, notes),
    [tree],
  )
  return <FlameView data={data} at={at} go={go} />
}

/** A stage: its chapter, its run, its flame graph, the difference, its figures; and the next step. */

import type { StageCard } from '../api/index.ts'
import { NextBar } from './chapter/next-bar.tsx'
import { useLab } from './lab.ts'
import { Lazy, Refusal } from './parts.tsx'
import { type Place, stageAddress, type View, views, viewTitles } from './router.ts'

type StagePlace = Extract<Place, { page: 'stage' }>

export function StagePage({ place }: { place: StagePlace }) {
  const { stages } = useLab()
  const stage = stages.find(({ number }) => number === place.number)
  if (stage === undefined) {
    const happened = `there is no stage ${place.number}`
    return <Refusal failure={{ happened, next: 'choose a stage at the side' }} />
  }
  return (
    <div class="stage">
      <header>
        <h1>
          Stage {stage.number}: {stage.title}
        </h1>
        <p class="lead">
          <Marked text={stage.change} />
        </p>
        <nav class="views" aria-label={`Views of stage ${stage.number}`}>
          {views.map((view) => (
            <a
              key={view}
              href={stageAddress(stage.number, view, keptRun(view, place))}
              aria-current={view === place.view ? 'page' : undefined}
            >
              {viewTitles[view]}
            </a>
          ))}
        </nav>
      </header>
      <Shown key={`${stage.id} ${place.view}`} stage={stage} place={place} />
      <NextBar stage={stage} />
    </div>
  )
}

/** The result on show goes along to the views that show one. */
function keptRun(view: View, { query }: StagePlace): { run?: string } {
  const run = query.get('run')
  return run !== null && (view === 'flame' || view === 'figures') ? { run } : {}
}

/** The code of a view loads when it is first shown. */
function Shown({ stage, place }: { stage: StageCard; place: StagePlace }) {
  const props = { stage, query: place.query }
  switch (place.view) {
    case 'chapter':
      return (
        <Lazy
          load={() => import('./chapter/chapter-view.tsx').then((file) => file.ChapterView)}
          props={props}
        />
      )
    case 'flame':
      return (
        <Lazy
          load={() => import('./flame/stage-flame.tsx').then((file) => file.StageFlame)}
          props={props}
        />
      )
    case 'difference':
      return (
        <Lazy
          load={() => import('./flame/stage-difference.tsx').then((file) => file.StageDifference)}
          props={props}
        />
      )
    case 'figures':
      return (
        <Lazy
          load={() => import('./stage/figures-view.tsx').then((file) => file.FiguresView)}
          props={props}
        />
      )
    case 'run':
      return (
        <Lazy
          load={() => import('./run/run-panel.tsx').then((file) => file.RunPanel)}
          props={{ taught: stage }}
        />
      )
  }
}

/** A sentence of the lab's data, in which what is between backticks is code. */
function Marked({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>
  )
}

/** The flame graph of a stage: one of its results, in the viewer. */

import type { ComponentChildren } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { FlameView, type FlameViewShown } from '../../../views/flame/flame-view.tsx'
import { flameViewData } from '../../../views/flame/flame-view-data.ts'
import type { ResultKind, StageCard, StageData } from '../../api/index.ts'
import { useMarkLooked } from '../chapter/looked.ts'
import { path, useData, useLab } from '../lab.ts'
import { Here, Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { chosenResult, profiled, ResultChoice, resultsOf } from '../stage/result-choice.tsx'
import { FrameExplanation } from './explanation.tsx'

const kinds: readonly ResultKind[] = [...profiled, 'alloc']

export function StageFlame({ stage, query }: { stage: StageCard; query: URLSearchParams }) {
  const { results } = useLab()
  const list = resultsOf(results, stage.id, kinds)
  const chosen = chosenResult(list, query.get('run'))
  const asked = useData<StageData>(
    chosen === undefined ? undefined : path(['stage', stage.id], { run: chosen.id }),
  )
  if (chosen === undefined) {
    const next = `npm run flame -- ${stage.id}`
    return <Refusal failure={{ happened: `there is no profile of ${stage.id}`, next }} />
  }
  // With the run, or the link would show another one after the next run.
  const go = (run: string, stack?: string) => {
    location.hash = stageAddress(stage.number, 'flame', { run, stack })
  }
  return (
    <>
      <ResultChoice label="Result" list={list} chosen={chosen} choose={(run) => go(run)} />
      <Here asked={asked}>
        {(data) =>
          data.tree === null ? (
            <Refusal failure={data.noTree!} />
          ) : (
            <LookedAt stage={stage}>
              <StageGraph
                key={data.result.id}
                data={data}
                stage={stage}
                at={query.get('stack') ?? undefined}
                go={(stack) => go(data.result.id, stack)}
              />
            </LookedAt>
          )
        }
      </Here>
    </>
  )
}

/** After the run the next step is to look at the graph: here as well as in the chapter. */
function LookedAt({ stage, children }: { stage: StageCard; children: ComponentChildren }) {
  const { course } = useLab()
  const box = useRef<HTMLDivElement>(null)
  useMarkLooked(box, stage.id, course.lessons[stage.id]?.run != null)
  return <div ref={box}>{children}</div>
}

interface GraphShown extends Pick<FlameViewShown, 'at' | 'go' | 'named' | 'brief'> {
  data: StageData
  stage: StageCard
}

/** The profile of a result in the viewer, each frame with what the lab knows of it. */
export function StageGraph({ data: { tree, notes, result }, stage, ...view }: GraphShown) {
  const data = useMemo(() => {
    const caption = { title: `${stage.id}, ${stage.title}`, workload: result.load ?? '' }
    return flameViewData(tree!, caption, notes)
  }, [tree])
  return (
    <FlameView
      data={data}
      {...view}
      explain={(frame) => <FrameExplanation frame={frame} stage={stage.id} />}
    />
  )
}

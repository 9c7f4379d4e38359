/** The flame graph of a stage. */
import type { ResultKind, StageCard, StageData } from '../../wire.ts'
import { path } from '../api.ts'
import { useData, useLab } from '../data.ts'
import { Here, Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { ResultChoice } from '../stage/result-choice.tsx'
import { chosenResult, profiled, resultsOf } from '../stage/results-of.ts'
import { ProfileGraph } from './profile-graph.tsx'

const kinds: readonly ResultKind[] = [...profiled, 'alloc']

export function FlameView({ stage, query }: { stage: StageCard; query: URLSearchParams }) {
  const { results } = useLab()
  const list = resultsOf(results, stage.id, kinds)
  const chosen = chosenResult(list, query.get('run'))
  const run = chosen?.id
  const asked = useData<StageData>(
    run === undefined ? undefined : path(['stage', stage.id], { run }),
  )
  if (chosen === undefined) {
    const next = `npm run flame -- ${stage.id}`
    return <Refusal failure={{ happened: `there is no profile of ${stage.id}`, next }} />
  }
  const go = (query: { run?: string | undefined; at?: number | undefined }) => {
    location.hash = stageAddress(stage.number, 'flame', {
      run: query.run,
      at: query.at?.toString(),
    })
  }
  const at = query.get('at')
  return (
    <>
      <ResultChoice label="Result" list={list} chosen={chosen} choose={(run) => go({ run })} />
      <Here asked={asked}>
        {({ tree, report, result }) =>
          tree === null ? (
            <Refusal
              failure={{ happened: 'this result has no profile', next: 'choose another one' }}
            />
          ) : (
            <ProfileGraph
              key={result.id}
              tree={tree}
              profile={report?.profile ?? null}
              stage={stage}
              at={at === null ? undefined : Number(at)}
              zoom={(at) => go({ run: query.get('run') ?? undefined, at })}
            />
          )
        }
      </Here>
    </>
  )
}

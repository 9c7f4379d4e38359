/** Where the time of one stage went in another: two stages and a result of each, in the viewer. */

import { useMemo } from 'preact/hooks'
import { FlameView } from '../../../views/flame/flame-view.tsx'
import { flameViewData } from '../../../views/flame/flame-view-data.ts'
import type { DifferenceData, ResultCard, StageCard } from '../../api/index.ts'
import { path, useData, useLab } from '../lab.ts'
import { Here, Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { profiled, ResultChoice, resultsOf } from '../stage/result-choice.tsx'
import { FrameExplanation } from './explanation.tsx'

interface Asked {
  before: string
  after: string
  /** Ids of the results. */
  beforeRun?: string | undefined
  afterRun?: string | undefined
  /** The stack that is zoomed to. */
  stack?: string | undefined
}

export function StageDifference({ stage, query }: { stage: StageCard; query: URLSearchParams }) {
  const { stages, results } = useLab()
  const next = stages.find(({ number }) => number === Math.max(2, stage.number))!
  const previous = stages.find(({ number }) => number === next.number - 1)!
  const known = (id: string | null) => stages.find((one) => one.id === id)?.id
  const before = known(query.get('before')) ?? previous.id
  const after = known(query.get('after')) ?? next.id
  const lists = {
    before: resultsOf(results, before, profiled),
    after: resultsOf(results, after, profiled),
  }
  const pair = alike(lists.before, lists.after)
  const one = lists.before.find(({ id }) => id === query.get('beforeRun')) ?? pair?.before
  const other = lists.after.find(({ id }) => id === query.get('afterRun')) ?? pair?.after
  const asked = useData<DifferenceData>(
    one === undefined || other === undefined
      ? undefined
      : path(['difference', before, after], { before: one.id, after: other.id }),
  )
  const go = (change: Partial<Asked>) => {
    const now: Asked = {
      ...{ before, after },
      beforeRun: query.get('beforeRun') ?? undefined,
      afterRun: query.get('afterRun') ?? undefined,
      ...change,
    }
    location.hash = stageAddress(stage.number, 'difference', { ...now })
  }
  const choice = (label: string, value: string, choose: (id: string) => void) => (
    <label>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {stages.map(({ id, title }) => (
          <option key={id} value={id}>
            {id}, {title}
          </option>
        ))}
      </select>
    </label>
  )
  return (
    <>
      <div class="difference-choice">
        <fieldset aria-label="Before">
          {choice('Stage before', before, (before) => go({ before, beforeRun: undefined }))}
          {one === undefined ? null : (
            <ResultChoice
              label="Result before"
              list={lists.before}
              chosen={one}
              brief
              choose={(beforeRun) => go({ beforeRun })}
            />
          )}
        </fieldset>
        <fieldset aria-label="After">
          {choice('Stage after', after, (after) => go({ after, afterRun: undefined }))}
          {other === undefined ? null : (
            <ResultChoice
              label="Result after"
              list={lists.after}
              chosen={other}
              brief
              choose={(afterRun) => go({ afterRun })}
            />
          )}
        </fieldset>
      </div>
      {one === undefined || other === undefined ? (
        <Refusal failure={{ happened: 'one of the two stages has no profile' }} />
      ) : (
        <Here asked={asked}>
          {(data) => (
            <Graph
              key={`${data.difference.before.name} ${data.before.id} ${data.difference.after.name} ${data.after.id}`}
              data={data}
              at={query.get('stack') ?? undefined}
              go={(stack) => go({ beforeRun: data.before.id, afterRun: data.after.id, stack })}
            />
          )}
        </Here>
      )}
    </>
  )
}

interface GraphShown {
  data: DifferenceData
  at: string | undefined
  go: (stack: string | undefined) => void
}

function Graph({ data: { difference, notes, before, after }, at, go }: GraphShown) {
  const data = useMemo(() => {
    const title = `${difference.before.name} to ${difference.after.name}`
    return flameViewData(difference, { title, workload: '' }, [
      ...notes.map((text) => ({ text, warns: true })),
      ...whereText(before, after, difference).map((text) => ({ text, warns: false })),
    ])
  }, [difference])
  return (
    <FlameView
      data={data}
      at={at}
      go={go}
      explain={(frame) => <FrameExplanation frame={frame} stage={difference.after.name} />}
    />
  )
}

/** Machine and load of the two: said once if they are the same. When it was is above the graph. */
function whereText(
  before: ResultCard,
  after: ResultCard,
  names: DifferenceData['difference'],
): string[] {
  const where = ({ machine, load }: ResultCard) =>
    [machine === null ? '' : `on ${machine}`, load ?? ''].filter((text) => text !== '').join('. ')
  const [one, other] = [where(before), where(after)]
  if (one === other) return one === '' ? [] : [`Both ${one}.`]
  return [
    [names.before.name, one],
    [names.after.name, other],
  ].flatMap(([name, text]) => (text === '' ? [] : [`${name}: ${text}.`]))
}

/** The newest two of this machine that had the same load; else what was recorded of both. */
function alike(
  before: readonly ResultCard[],
  after: readonly ResultCard[],
): { before: ResultCard; after: ResultCard } | undefined {
  for (const other of after) {
    const one = before.find(
      ({ id, load, machine }) =>
        load !== null &&
        load === other.load &&
        machine === other.machine &&
        (id === 'reference') === (other.id === 'reference'),
    )
    if (one !== undefined) return { before: one, after: other }
  }
  const [one, other] = [before.at(-1), after.at(-1)]
  return one === undefined || other === undefined ? undefined : { before: one, after: other }
}
